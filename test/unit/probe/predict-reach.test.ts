import { describe, expect, it } from 'vitest';
import { reachSchema } from '../../../contract/nat-report.ts';
import type { PairEnd, RelayPath } from '../../../probe/nat/pair-end.ts';
import { anyEngine, anyScope } from '../../../probe/nat/pair-worlds.ts';
import { predictReach } from '../../../probe/nat/predict-reach.ts';
import { languages } from '../../../probe/report/words/languages.ts';
import { reachWordsOf } from '../../../probe/report/words/reach/reach-languages.ts';

const homeRouter: PairEnd = {
  udp: 'open',
  behindNat: true,
  mapping: ['endpoint-independent'],
  filtering: ['address-and-port-dependent'],
  engines: anyEngine,
  filterScopes: anyScope,
  hairpin: 'unknown',
  ipPooling: 'paired',
  portAllocation: 'preserving',
  publicAddresses: ['198.51.100.10'],
  localAddress: '192.168.1.2',
  family: 'ipv4',
  families: ['ipv4'],
  scope: 'internet',
  relays: [],
  relayTried: false,
};
const relay = (over: RelayPath['over'], port = 3478): RelayPath => ({ over, port, family: 'ipv4' });
const symmetric = {
  ...homeRouter,
  mapping: ['address-and-port-dependent'],
} as const satisfies PairEnd;

const outcomes = (own: PairEnd) => Object.fromEntries(predictReach(own).map((r) => [r.peer, r.outcome]));
const reason = (own: PairEnd, peer: string) => predictReach(own).find((r) => r.peer === peer)?.reason;

describe('"who can I connect to"', () => {
  it('home router', () => {
    expect(outcomes(homeRouter)).toEqual({
      'open-internet': 'direct',
      'full-cone': 'direct',
      'restricted-cone': 'direct',
      'port-restricted-cone': 'direct',
      'symmetric-udp-firewall': 'direct',
      symmetric: 'relay',
      'same-nat': 'depends',
      'ipv6-only': 'relay',
      'udp-blocked': 'relay',
      'tcp-443-only': 'relay',
      'relay-only': 'relay',
    });
  });

  it('symmetric NAT: home routers need a relay, and so does its like', () => {
    expect(outcomes(symmetric)).toMatchObject({
      'restricted-cone': 'direct',
      'port-restricted-cone': 'relay',
      symmetric: 'relay',
    });
  });

  it('the relay is named by what worked here, and what the peer’s network lets through', () => {
    const own = { ...symmetric, relays: [relay('udp'), relay('tcp'), relay('tls', 443)], relayTried: true };
    expect(reason(own, 'port-restricted-cone')).toMatch(/: TURN over UDP, TCP, TLS$/);
    expect(reason(own, 'udp-blocked')).toMatch(/: TURN over UDP, TCP, TLS here, TCP, TLS there$/);
    expect(reason(own, 'tcp-443-only')).toMatch(/: TURN over UDP, TCP, TLS here, TLS there$/);
  });

  it('servers that the peer cannot use fail it', () => {
    const udpOnly = { ...homeRouter, relays: [relay('udp')], relayTried: true };
    expect(outcomes(udpOnly)).toMatchObject({
      symmetric: 'relay',
      'udp-blocked': 'fail',
      'relay-only': 'relay',
    });
    const notOn443 = { ...homeRouter, relays: [relay('tls', 5349)], relayTried: true };
    expect(outcomes(notOn443)).toMatchObject({ 'udp-blocked': 'relay', 'tcp-443-only': 'fail' });
    expect(outcomes({ ...symmetric, relayTried: true })).toMatchObject({ symmetric: 'fail' });
  });

  it('UDP blocked: relay for everybody; not known: unknown, but where only relays are allowed', () => {
    expect(new Set(Object.values(outcomes({ ...homeRouter, udp: 'blocked' })))).toEqual(new Set(['relay']));
    const open = outcomes({ ...homeRouter, udp: 'inconclusive' });
    expect(open).toMatchObject({ 'port-restricted-cone': 'unknown', 'relay-only': 'relay' });
  });

  it('hairpinning decides for a host behind the same NAT', () => {
    expect(outcomes({ ...homeRouter, hairpin: 'yes' })['same-nat']).toBe('direct');
    expect(outcomes({ ...homeRouter, behindNat: false })['same-nat']).toBeUndefined();
  });

  it('measured with --pairs, nothing is left to depend on', () => {
    const carrier = { ...symmetric, filtering: ['endpoint-independent'] } as const;
    expect(outcomes(carrier)['port-restricted-cone']).toBe('depends');
    expect(outcomes({ ...carrier, engines: ['session'] })['port-restricted-cone']).toBe('direct');
    expect(outcomes({ ...carrier, engines: ['table'] })['port-restricted-cone']).toBe('relay');
  });

  it.each(languages)('every row is valid in %s, and each peer stands once', (language) => {
    const all: PairEnd[] = [
      homeRouter,
      symmetric,
      { ...homeRouter, udp: 'blocked', relayTried: true },
      { ...homeRouter, udp: 'inconclusive' },
      { ...symmetric, filtering: ['endpoint-independent'], relays: [relay('tls', 443)] },
      { ...homeRouter, family: 'ipv6', families: ['ipv6'] },
    ];
    for (const own of all) {
      const rows = predictReach(own, reachWordsOf[language]);
      for (const row of rows) expect(reachSchema.safeParse(row).success, row.reason).toBe(true);
      expect(new Set(rows.map(({ peer }) => peer)).size).toBe(rows.length);
      expect(rows.map(({ peer, outcome }) => [peer, outcome])).toEqual(
        predictReach(own).map(({ peer, outcome }) => [peer, outcome]),
      );
      const korean = rows.filter(({ reason: text }) => /[가-힣]/.test(text)).length;
      expect(korean).toBe(language === 'ko' ? rows.length : 0);
    }
  });
});
