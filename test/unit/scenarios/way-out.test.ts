import { describe, expect, it } from 'vitest';
import type { NatSpec } from '../../../scenarios/plan/nat-spec.ts';
import type { BoxSpec } from '../../../scenarios/plan/topology.ts';
import { wayOutOf, wayWords } from '../../../scenarios/scenario/way-out.ts';

const nat = (mapping: NatSpec['mapping'], filtering: NatSpec['filtering']): BoxSpec => ({
  nat: { mapping, filtering },
  firewall: null,
});
const ei = 'endpoint-independent';
const ad = 'address-dependent';
const pd = 'port-dependent';
const apd = 'address-and-port-dependent';

describe('what RFC 5780 tests must say of a site', () => {
  it.each([
    ['no box', [], { mapping: ei, filtering: ei, udp: 'open' }],
    ['one NAT', [nat(ad, apd)], { mapping: ad, filtering: apd, udp: 'open' }],
    ['two NATs', [nat(ei, apd), nat(apd, ei)], { mapping: apd, filtering: apd, udp: 'open' }],
    ['address here, port there', [nat(ad, ei), nat(pd, pd)], { mapping: apd, filtering: pd, udp: 'open' }],
    [
      'a stateful firewall',
      [{ nat: null, firewall: { kind: 'stateful', filtering: ad } }],
      { mapping: ei, filtering: ad, udp: 'open' },
    ],
    [
      'no UDP',
      [{ nat: { mapping: ei, filtering: ei }, firewall: { kind: 'tcp-443-only' } }],
      { mapping: ei, filtering: ei, udp: 'blocked' },
    ],
  ] as const)('%s', (_what, boxes, expected) => {
    expect(wayOutOf({ name: 'x', hosts: 1, boxes })).toEqual(expected);
  });
});

describe('of a site without IPv4', () => {
  const strict = { kind: 'stateful', filtering: ad } as const;

  it('the firewalls count over IPv6, its own default among them, and no NAT does', () => {
    const boxes = [{ ...nat(apd, ei), firewall: strict, nat64: true }];
    const site = { name: 'x', hosts: 1, boxes, ipv4: false } as const;
    expect(wayOutOf({ ...site, ipv6: 'open' }, 'ipv6')).toEqual({ mapping: ei, filtering: ad, udp: 'open' });
    expect(wayOutOf({ ...site, ipv6: 'firewall' }, 'ipv6').filtering).toBe(apd);
  });

  it('through a NAT64 the mapping shows, and the filtering does not', () => {
    const boxes = [{ ...nat(ad, apd), nat64: true }, nat(pd, ei)];
    const way = wayOutOf({ name: 'x', hosts: 1, boxes, ipv4: false, ipv6: 'open' }, 'nat64');
    expect(way).toEqual({ mapping: apd, filtering: null, udp: 'open' });
    expect(wayWords(way)).toBe('address-and-port-dependent mapping');
  });

  it('without a way to the server nothing comes back', () => {
    expect(wayOutOf({ name: 'x', hosts: 1, boxes: [], ipv4: false, ipv6: 'local' }, 'none').udp).toBe(
      'blocked',
    );
  });
});
