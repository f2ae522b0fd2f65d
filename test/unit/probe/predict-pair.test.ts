import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../contract/nat-report.ts';
import type { PairEnd, RelayPath } from '../../../probe/nat/pair-end.ts';
import { anyEngine, anyScope } from '../../../probe/nat/pair-worlds.ts';
import { predictPairOf } from '../../../probe/nat/predict-pair.ts';

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';
const three = [EI, AD, APD] as const;
const nine = three.flatMap((mapping) => three.map((filtering) => ({ mapping, filtering })));

function end(changes: Partial<PairEnd> = {}): PairEnd {
  return {
    udp: 'open',
    behindNat: true,
    mapping: [EI],
    filtering: [APD],
    engines: anyEngine,
    filterScopes: anyScope,
    hairpin: 'unknown',
    ipPooling: 'paired',
    portAllocation: 'preserving',
    publicAddresses: ['198.51.100.1'],
    localAddress: '192.168.1.2',
    family: 'ipv4',
    families: ['ipv4'],
    scope: 'internet',
    relays: [],
    relayTried: false,
    ...changes,
  };
}
const far = (changes: Partial<PairEnd> = {}) => end({ publicAddresses: ['203.0.113.77'], ...changes });
const turn = (...over: RelayPath['over'][]) =>
  over.map((transport): RelayPath => ({ over: transport, port: 3478, family: 'ipv4' }));
const symmetric = { mapping: [APD], filtering: [APD] } as const;
const blocked = { udp: 'blocked', mapping: ['inconclusive'], filtering: ['inconclusive'] } as const;

describe('two reports, one prediction', () => {
  it('81 pairs: 42 direct, 24 relay, 15 depend; whoever is A', () => {
    const counts: Record<string, number> = {};
    for (const x of nine) {
      for (const y of nine) {
        const a = end({ mapping: [x.mapping], filtering: [x.filtering] });
        const b = far({ mapping: [y.mapping], filtering: [y.filtering] });
        const { outcome, dependsOn, odds, settledBy } = predictPairOf(a, b);
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        expect(predictPairOf(b, a).outcome).toBe(outcome);
        if (outcome === 'direct') expect(dependsOn).toEqual([]);
        if (outcome === 'depends') expect(dependsOn).not.toEqual([]);
        // What is open has odds between never and always, and a test.
        expect([odds === null, settledBy === null]).toEqual(
          dependsOn.length === 0 ? [true, true] : [false, false],
        );
        if (odds !== null) expect(odds.direct > 0 && odds.direct < 1).toBe(true);
      }
    }
    expect(counts).toEqual({ direct: 42, relay: 24, depends: 15 });
  });

  it('two home routers: direct, and nothing is open', () => {
    expect(predictPairOf(end(), far())).toMatchObject({
      outcome: 'direct',
      connects: true,
      code: 'classes-direct',
      dependsOn: [],
      settledBy: null,
      odds: null,
    });
  });

  it('symmetric and home router: relay, and whose relay over which transport', () => {
    const a = end({ ...symmetric, relays: turn('udp', 'tls'), relayTried: true });
    const both = predictPairOf(a, far({ relays: turn('tls'), relayTried: true }));
    expect(both).toMatchObject({ outcome: 'relay', connects: true, relay: { both: ['tls'], works: true } });
    expect(both.reason).toContain('A gets another public port for every peer');
    expect(both.reason).toContain('works for both ends over TLS');
    expect(both.dependsOn).toEqual(['A: session or table NAT', 'A: filter per mapping or per endpoint']);
    // Of the four kinds only a session NAT with a filter per endpoint lets the home router in.
    expect(both.odds).toMatchObject({ direct: 0.25, basis: expect.stringContaining('1 of the 4 kinds') });
    expect(both.settledBy).toContain('--pairs at A');
    const one = predictPairOf(a, far());
    expect(one).toMatchObject({ outcome: 'relay', connects: true });
    expect(one.reason).toContain('over UDP, TLS is enough, as B has UDP');
  });

  it('no relay that works: fail where all were tried, not known where none was', () => {
    const tried = { relayTried: true };
    expect(predictPairOf(end({ ...symmetric, ...tried }), far(tried))).toMatchObject({
      outcome: 'fail',
      connects: false,
    });
    for (const [a, b] of [
      [{}, {}],
      [tried, {}],
    ]) {
      expect(predictPairOf(end({ ...symmetric, ...a }), far(b))).toMatchObject({
        outcome: 'relay',
        connects: null,
        relay: { works: null },
      });
    }
  });

  it('two symmetric NATs with full filters need a relay whatever else they do', () => {
    expect(predictPairOf(end(symmetric), far(symmetric))).toMatchObject({ dependsOn: [], settledBy: null });
  });

  it('session or table NAT: names the end on which it depends, and the test', () => {
    const a = end();
    const b = far({ mapping: [APD], filtering: [EI], relays: turn('udp'), relayTried: true });
    const prediction = predictPairOf(a, b);
    expect(prediction).toMatchObject({
      outcome: 'depends',
      connects: true,
      code: 'session-or-table',
      dependsOn: ['B: session or table NAT'],
      odds: { direct: 0.5 },
    });
    expect(prediction.settledBy).toContain('--pairs at B');
    const session = predictPairOf(a, { ...b, engines: ['session'] });
    expect(session).toMatchObject({ outcome: 'direct', dependsOn: [], settledBy: null });
    const table = predictPairOf(a, { ...b, engines: ['table'] });
    expect(table).toMatchObject({ outcome: 'relay', dependsOn: [], odds: null });
  });

  it('UDP blocked at one end: its own relay decides', () => {
    const tcp = { relays: turn('tcp'), relayTried: true } as const;
    expect(predictPairOf(end({ ...blocked, ...tcp }), far())).toMatchObject({
      outcome: 'relay',
      connects: true,
    });
    // The relay of the other end is out of reach without UDP.
    expect(predictPairOf(end({ ...blocked, relayTried: true }), far(tcp))).toMatchObject({
      outcome: 'fail',
      connects: false,
      code: 'udp-blocked',
    });
    expect(predictPairOf(end(blocked), far(tcp))).toMatchObject({ outcome: 'relay', connects: null });
    expect(predictPairOf(end({ ...blocked, ...tcp }), far({ ...blocked, ...tcp }))).toMatchObject({
      connects: true,
      relay: { both: ['tcp'] },
    });
  });

  it('the same public address: hairpinning and local addresses decide', () => {
    const there = end({ localAddress: '192.168.1.3' });
    const open = predictPairOf(end(), there);
    expect(open).toMatchObject({ outcome: 'depends', code: 'same-nat' });
    expect(open.dependsOn).toEqual(['route between the local addresses', 'hairpinning']);
    expect(open.reason).toContain('(192.168.1.2, 192.168.1.3)');
    expect(predictPairOf(end({ hairpin: 'no' }), there).dependsOn).toEqual([
      'route between the local addresses',
    ]);
    expect(predictPairOf(end({ hairpin: 'yes' }), there)).toMatchObject({
      outcome: 'direct',
      connects: true,
    });
    // Hairpinned packets pass the filters too: a class that needs a relay is not rescued for certain.
    expect(predictPairOf(end({ hairpin: 'yes', ...symmetric }), end(symmetric)).outcome).toBe('depends');
    expect(predictPairOf(end(), end()).notes.join()).toContain('one host');
  });

  it('a class that was left open: only what decides is asked for', () => {
    const filterOpen = end({ filtering: ['inconclusive'] });
    expect(predictPairOf(filterOpen, far()).outcome).toBe('direct');
    const open = predictPairOf(filterOpen, far(symmetric));
    expect(open).toMatchObject({ outcome: 'unknown', connects: null, dependsOn: ['A: filtering'] });
    expect(open.settledBy).toContain('RFC 5780');
    // What the evidence excludes is excluded here as well.
    const narrowed: readonly Behaviour[] = [EI, AD];
    expect(predictPairOf(end({ filtering: narrowed }), far(symmetric)).outcome).toBe('direct');
  });

  it('an address pool makes a rescue by address a matter of chance, with odds', () => {
    const pool = { ipPooling: 'arbitrary', publicAddresses: ['198.51.100.1', '198.51.100.2'] } as const;
    const a = end({ ...symmetric, ...pool });
    expect(predictPairOf(a, far({ filtering: [AD] }))).toMatchObject({
      outcome: 'depends',
      code: 'address-pool',
      odds: { direct: 0.5 },
    });
    expect(predictPairOf(a, far({ filtering: [EI] })).outcome).toBe('direct');
    expect(predictPairOf(end(pool), far({ filtering: [AD] })).outcome).toBe('direct');
  });

  it('no port is guessed by WebRTC, but a sequence is told', () => {
    const sequential = end({ ...symmetric, portAllocation: 'sequential', filterScopes: ['mapping'] });
    expect(predictPairOf(sequential, far())).toMatchObject({ outcome: 'relay', dependsOn: [] });
    expect(predictPairOf(sequential, far()).notes.join()).toContain('hands out its ports in sequence');
    expect(predictPairOf(sequential, far({ ...symmetric, portAllocation: 'sequential' })).notes).toEqual([]);
  });

  it('an application that allows relayed paths only: each end needs a relay, home routers or not', () => {
    const options = { relayOnly: true };
    const [a, b] = [
      end({ relays: turn('udp'), relayTried: true }),
      far({ relays: turn('tls'), relayTried: true }),
    ];
    expect(predictPairOf(a, b, options)).toMatchObject({
      outcome: 'relay',
      connects: true,
      code: 'relay-only',
    });
    expect(predictPairOf(a, far({ relayTried: true }), options)).toMatchObject({ outcome: 'fail' });
    expect(predictPairOf(a, far(), options)).toMatchObject({ outcome: 'relay', connects: null });
  });

  const six = {
    family: 'ipv6',
    families: ['ipv6'],
    behindNat: false,
    publicAddresses: ['2001:db8::1'],
  } as const;

  it('IPv6 at both ends: firewalls do not stand in the way, whatever IPv4 would', () => {
    const there = far({ ...six, publicAddresses: ['2001:db8::2'] });
    expect(predictPairOf(end(six), there)).toMatchObject({ outcome: 'direct', code: 'classes-direct' });
    const dual = { ...symmetric, families: ['ipv4', 'ipv6'] } as const;
    expect(predictPairOf(end(dual), far(dual)).notes.join()).toContain('IPv6');
    expect(predictPairOf(end(dual), far(six))).toMatchObject({
      outcome: 'depends',
      code: 'families-differ-ipv6',
      dependsOn: ['UDP over IPv6'],
    });
    expect(predictPairOf(end(), far({ ...six, families: ['ipv4', 'ipv6'] }))).toMatchObject({
      outcome: 'unknown',
      code: 'families-differ',
    });
  });

  it('IPv6 only and IPv4 only: a relay that has both, or none', () => {
    const relay = (family: 'ipv4' | 'ipv6') =>
      ({ relays: [{ over: 'udp', port: 3478, family }], relayTried: true }) as const;
    expect(predictPairOf(end(six), far())).toMatchObject({ outcome: 'relay', code: 'no-common-family' });
    // The relayed address must be of the family that the other end speaks.
    expect(predictPairOf(end({ ...six, ...relay('ipv4') }), far())).toMatchObject({ connects: true });
    expect(predictPairOf(end({ ...six, ...relay('ipv6') }), far({ relayTried: true }))).toMatchObject({
      outcome: 'fail',
      connects: false,
      reason: expect.stringContaining('do not reach the other'),
    });
    expect(predictPairOf(end({ ...six, ...relay('ipv6') }), far(relay('ipv4'))).outcome).toBe('fail');
  });

  it('places that cannot be compared', () => {
    const local = predictPairOf(end({ scope: 'machine', relays: turn('udp') }), far({ relays: turn('udp') }));
    expect(local).toMatchObject({ outcome: 'unknown', connects: null, code: 'measured-inside' });
    expect(predictPairOf(end({ udp: 'inconclusive' }), far())).toMatchObject({ outcome: 'unknown' });
  });

  it('every reason is one sentence', () => {
    const ends = [
      end(),
      end(symmetric),
      end(blocked),
      end({ relays: turn('udp'), relayTried: true }),
      end({ mapping: [APD], filtering: [EI] }),
      end({ filtering: ['inconclusive'] }),
    ];
    for (const a of ends) {
      for (const b of ends) {
        const { reason } = predictPairOf(a, { ...b, publicAddresses: ['203.0.113.77'] });
        expect(reason).toMatch(/^[^\n]+\.$/);
        expect(reason).not.toMatch(/[.;] [A-Z].*\. /);
      }
    }
  });
});
