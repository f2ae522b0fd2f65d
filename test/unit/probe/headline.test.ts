import { describe, expect, it } from 'vitest';
import { headlineSchema } from '../../../contract/basics.ts';
import { type FailureCode, failure } from '../../../contract/failures.ts';
import type { NatSummary, ServerResult } from '../../../contract/nat-report.ts';
import { natHeadline } from '../../../probe/report/headline.ts';

const nat: NatSummary = {
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  behindNat: true,
  udp: 'open',
  legacy: 'port-restricted-cone',
  hairpin: 'unknown',
  portAllocation: 'preserving',
  ipPooling: 'paired',
  bindingLifetimeSec: null,
  publicEndpoints: ['198.51.100.10:40000'],
  natLevels: null,
};

function server(url: string, code?: FailureCode): ServerResult {
  return {
    url,
    transport: url.startsWith('turns') ? 'tls' : 'udp',
    address: '203.0.113.10',
    status: code === undefined ? 'ok' : 'failed',
    rttMs: 20,
    setupMs: 40,
    software: null,
    rfc5780: null,
    ...(code !== undefined && { failure: failure(code) }),
    evidence: [],
  };
}

const symmetric: NatSummary = { ...nat, mapping: 'address-and-port-dependent', legacy: 'symmetric' };
const blocked: NatSummary = {
  ...nat,
  udp: 'blocked',
  mapping: 'inconclusive',
  filtering: 'inconclusive',
  legacy: 'udp-blocked',
  behindNat: null,
};
const nothing: NatSummary = { ...blocked, udp: 'inconclusive', legacy: 'inconclusive' };
const open: NatSummary = {
  ...nat,
  behindNat: false,
  filtering: 'endpoint-independent',
  legacy: 'open-internet',
};

const cases: readonly (readonly [string, NatSummary, ServerResult[], string, string, string | null])[] = [
  ['home router', nat, [server('stun:a')], 'good', 'direct-works', '192.168.1.2'],
  ['home router, TURN works', nat, [server('turn:a')], 'good', 'direct-works', '192.168.1.2'],
  ['home router, TURN rejects', nat, [server('turn:a', 'turn-401')], 'limited', 'direct-only', '192.168.1.2'],
  ['symmetric, no TURN given', symmetric, [server('stun:a')], 'limited', 'dependent-mapping', '10.0.0.2'],
  ['symmetric, TURN works', symmetric, [server('turn:a')], 'limited', 'dependent-mapping', '10.0.0.2'],
  [
    'symmetric, TURN fails',
    symmetric,
    [server('turn:a', 'turn-401')],
    'bad',
    'dependent-mapping',
    '10.0.0.2',
  ],
  [
    'blocked, TLS relay works',
    blocked,
    [server('turns:a')],
    'limited',
    'udp-blocked-relay-works',
    '10.0.0.2',
  ],
  ['blocked, nothing works', blocked, [server('stun:a', 'timeout')], 'bad', 'udp-blocked', '10.0.0.2'],
  ['nothing answered', nothing, [server('stun:a', 'timeout')], 'unknown', 'nothing-answered', '10.0.0.2'],
  ['only TLS was asked', nothing, [server('turns:a')], 'unknown', 'udp-not-tested', '10.0.0.2'],
  ['public host', open, [server('stun:a')], 'good', 'direct-works', '198.51.100.20'],
  ['same machine', open, [server('stun:a')], 'unknown', 'same-machine', '127.0.0.1'],
  ['same site', open, [server('stun:a')], 'good', 'direct-works', '192.168.1.2'],
  [
    'no RFC 5780',
    { ...nat, mapping: 'inconclusive', filtering: 'inconclusive', legacy: 'inconclusive' },
    [server('stun:a')],
    'unknown',
    'mapping-inconclusive',
    '192.168.1.2',
  ],
  [
    'filtering open',
    { ...nat, filtering: 'inconclusive', legacy: 'inconclusive' },
    [server('stun:a')],
    'good',
    'filtering-inconclusive',
    '192.168.1.2',
  ],
];

describe('the sentence on top', () => {
  it.each(cases)('%s', (_, summary, servers, status, code, local) => {
    const headline = natHeadline(summary, [], servers, local);
    expect(headline).toMatchObject({ status, code });
    expect(headlineSchema.safeParse(headline).success).toBe(true);
    expect(headline.sentence).toMatch(/[.]$/);
  });

  it('names each failed server with its own next step, once', () => {
    const servers = [server('turn:a', 'turn-401'), server('turn:a', 'turn-401'), server('stun:b', 'timeout')];
    const { advice } = natHeadline(nat, [], servers, '10.0.0.2');
    expect(advice.filter((line) => line.startsWith('turn:a: '))).toHaveLength(1);
    expect(advice.some((line) => line.includes(failure('timeout').next))).toBe(true);
  });

  it('never claims a public address on a site or a machine', () => {
    for (const local of ['127.0.0.1', '192.168.1.2', '10.1.1.1', 'fd00::1', '::1']) {
      expect(natHeadline(open, [], [server('stun:a')], local).sentence).not.toContain('public address');
    }
  });
});
