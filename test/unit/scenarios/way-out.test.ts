import { describe, expect, it } from 'vitest';
import type { NatSpec } from '../../../scenarios/plan/nat-spec.ts';
import type { BoxSpec } from '../../../scenarios/plan/topology.ts';
import { wayOutOf } from '../../../scenarios/scenario/way-out.ts';

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
