import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../contract/nat-report.ts';
import type { PairEnd } from '../../../probe/nat/pair-end.ts';
import { predictPair } from '../../../probe/nat/predict.ts';
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
    hairpin: 'unknown',
    ipPooling: 'paired',
    publicAddresses: ['198.51.100.1'],
    localAddress: '192.168.1.2',
    family: 'ipv4',
    globalIpv6: false,
    scope: 'internet',
    relays: [],
    relayTried: false,
    ...changes,
  };
}
const far = (changes: Partial<PairEnd> = {}) => end({ publicAddresses: ['203.0.113.77'], ...changes });
const symmetric = { mapping: [APD], filtering: [APD] } as const;
const blocked = { udp: 'blocked', mapping: ['inconclusive'], filtering: ['inconclusive'] } as const;

describe('two reports, one prediction', () => {
  it('agrees with the prediction per class on all 81 pairs, whoever is A', () => {
    for (const x of nine) {
      for (const y of nine) {
        const a = end({ mapping: [x.mapping], filtering: [x.filtering] });
        const b = far({ mapping: [y.mapping], filtering: [y.filtering] });
        const { outcome, dependsOn } = predictPairOf(a, b);
        expect(outcome).toBe(predictPair(x, y));
        expect(predictPairOf(b, a).outcome).toBe(outcome);
        if (outcome === 'direct') expect(dependsOn).toEqual([]);
      }
    }
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
    const a = end({ ...symmetric, relays: ['udp', 'tls'], relayTried: true });
    const both = predictPairOf(a, far({ relays: ['tls'], relayTried: true }));
    expect(both).toMatchObject({ outcome: 'relay', connects: true, relay: { both: ['tls'], works: true } });
    expect(both.reason).toContain('A gets another public port for every peer');
    expect(both.reason).toContain('works for both ends over TLS');
    expect(both.dependsOn).toEqual(['filter scope']);
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
    const b = far({ mapping: [APD], filtering: [EI], relays: ['udp'], relayTried: true });
    const prediction = predictPairOf(a, b);
    expect(prediction).toMatchObject({
      outcome: 'depends',
      connects: true,
      code: 'session-or-table',
      dependsOn: ['B: session or table NAT'],
      odds: null,
    });
    expect(prediction.settledBy).toContain('second server');
  });

  it('UDP blocked at one end: its own relay decides', () => {
    const tcp = { relays: ['tcp'], relayTried: true } as const;
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

  it('families and places that cannot be compared', () => {
    const six = { family: 'ipv6', publicAddresses: ['2001:db8::1'] } as const;
    expect(predictPairOf(end(), far(six))).toMatchObject({ outcome: 'unknown', code: 'families-differ' });
    expect(predictPairOf(end({ globalIpv6: true }), far({ ...six, globalIpv6: true }))).toMatchObject({
      outcome: 'depends',
      code: 'families-differ-ipv6',
    });
    const note = predictPairOf(end({ globalIpv6: true }), far({ globalIpv6: true })).notes.join();
    expect(note).toContain('IPv6');
    const local = predictPairOf(end({ scope: 'machine', relays: ['udp'] }), far({ relays: ['udp'] }));
    expect(local).toMatchObject({ outcome: 'unknown', connects: null, code: 'measured-inside' });
    expect(predictPairOf(end({ udp: 'inconclusive' }), far())).toMatchObject({ outcome: 'unknown' });
  });

  it('every reason is one sentence', () => {
    const ends = [
      end(),
      end(symmetric),
      end(blocked),
      end({ relays: ['udp'], relayTried: true }),
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
