import { describe, expect, it } from 'vitest';
import { headlineSchema } from '../../../contract/basics.ts';
import { type CheckCauseId, checkCauseIds } from '../../../contract/check-causes.ts';
import { failure } from '../../../contract/failures.ts';
import type { NatSummary } from '../../../contract/nat-report.ts';
import type { CheckFacts } from '../../../dashboard/check/verdict/check-facts.ts';
import { giveUp, judge, mainCause } from '../../../dashboard/check/verdict/judge.ts';
import { putIntoWords } from '../../../dashboard/check/verdict/put-into-words.ts';
import { en } from '../../../dashboard/check/words/en.ts';
import { ko } from '../../../dashboard/check/words/ko.ts';
import { allWell, attempt, relay, server, stunUrl, turnTcp, turnTls, turnUdp } from './check-facts.ts';

const noDirect = attempt('mesh', 'ice-failed');
const noRelay = attempt('relay', 'timeout');
const nat: NatSummary = {
  mapping: 'endpoint-independent',
  filtering: 'endpoint-independent',
  behindNat: true,
  udp: 'open',
  legacy: 'full-cone',
  hairpin: 'unknown',
  portAllocation: 'unknown',
  ipPooling: 'unknown',
  bindingLifetimeSec: null,
  publicEndpoints: [],
  natLevels: null,
};
const udpSilent = {
  stun: [server(stunUrl, 'timeout')],
  relays: [relay(turnUdp, 'timeout'), relay(turnTcp), relay(turnTls)],
  direct: noDirect,
};
const failing = (...rows: CheckFacts['relays']): Partial<CheckFacts> => ({ relays: rows, relay: noRelay });

/** What was observed → status, code, main cause. */
const cases: readonly [string, Partial<CheckFacts>, string, string, CheckCauseId | null][] = [
  ['nothing is wrong', {}, 'good', 'direct-and-relay', null],
  ['no TURN server', { hasRelay: false, relays: [], relay: null }, 'good', 'direct', null],
  [
    'no WebRTC',
    { hasWebrtc: false, service: 'unreachable', direct: null, relay: null },
    'bad',
    'browser-no-webrtc',
    'webrtc-missing',
  ],
  [
    'offline',
    { online: false, service: 'unreachable', direct: null, relay: null },
    'bad',
    'offline',
    'offline',
  ],
  [
    'no service',
    { service: 'unreachable', direct: null, relay: null },
    'unknown',
    'service-unreachable',
    'service-unreachable',
  ],
  [
    'a sign-in page',
    { service: 'captive-portal', direct: null, relay: null },
    'unknown',
    'service-unreachable',
    'captive-portal',
  ],
  [
    'an old link',
    { service: 'link-expired', direct: null, relay: null },
    'unknown',
    'service-unreachable',
    'link-expired',
  ],
  [
    'a busy service',
    { service: 'busy', direct: null, relay: null },
    'unknown',
    'service-busy',
    'service-busy',
  ],
  [
    'no WebSocket',
    { signalFailure: failure('signal-failed'), direct: null, relay: null },
    'bad',
    'signal-failed',
    'websocket-blocked',
  ],
  [
    'all echo sessions taken',
    { signalFailure: failure('rate-limited'), direct: null, relay: null },
    'unknown',
    'service-busy',
    'service-busy',
  ],
  [
    'a policy',
    {
      hostCandidates: 0,
      stun: [server(stunUrl, 'timeout')],
      direct: noDirect,
      ...failing(relay(turnUdp, 'timeout')),
    },
    'bad',
    'no-path',
    'webrtc-policy',
  ],
  ['UDP blocked, seen by the other servers', udpSilent, 'limited', 'relay-only', 'udp-blocked'],
  [
    'UDP blocked, seen by the NAT test',
    { ...udpSilent, ownView: [], nat: { ...nat, udp: 'blocked' } },
    'limited',
    'relay-only',
    'udp-blocked',
  ],
  [
    'only 443',
    { ...udpSilent, relays: [relay(turnUdp, 'timeout'), relay(turnTcp, 'timeout'), relay(turnTls)] },
    'limited',
    'relay-only',
    'only-443',
  ],
  [
    'everything closed',
    { ...udpSilent, ...failing(relay(turnUdp, 'timeout'), relay(turnTls, 'timeout')) },
    'bad',
    'no-path',
    'udp-blocked',
  ],
  [
    'a wrong password',
    failing(relay(turnUdp, 'turn-401'), relay(turnTcp, 'turn-401')),
    'limited',
    'direct-only',
    'turn-credential',
  ],
  [
    'an expired password',
    { ...failing(relay(turnUdp, 'turn-401')), credentialExpiry: { [turnUdp]: 1_700_000_000 } },
    'limited',
    'direct-only',
    'turn-credential-expired',
  ],
  [
    'a password that is fresh, and wrong',
    { ...failing(relay(turnUdp, 'turn-401')), credentialExpiry: { [turnUdp]: 1_900_000_000 } },
    'limited',
    'direct-only',
    'turn-credential',
  ],
  ['a quota', failing(relay(turnUdp, 'turn-486')), 'limited', 'direct-only', 'turn-quota'],
  ['a refusal', failing(relay(turnUdp, 'turn-403')), 'limited', 'direct-only', 'turn-refused'],
  [
    'a dead TURN server',
    { ...failing(relay(turnUdp, 'timeout')), ownView: [server(stunUrl), server(turnUdp, 'timeout')] },
    'limited',
    'direct-only',
    'turn-down',
  ],
  [
    'a TURN server that others reach',
    failing(relay(turnTcp, 'timeout')),
    'limited',
    'direct-only',
    'turn-blocked-here',
  ],
  [
    'a silent TURN server that nobody else has tried',
    { ...failing(relay(turnUdp, 'timeout')), ownView: [] },
    'limited',
    'direct-only',
    'turn-unreachable',
  ],
  [
    'a wrong name',
    {
      ...failing(relay(turnUdp, 'dns-not-found')),
      addresses: {},
      ownView: [server(turnUdp, 'dns-not-found')],
    },
    'limited',
    'direct-only',
    'server-name',
  ],
  [
    'a name server that does not know it',
    failing(relay(turnUdp, 'dns-not-found')),
    'limited',
    'direct-only',
    'name-unknown-here',
  ],
  [
    'a bad certificate',
    {
      ...failing(relay(turnTls, 'connection-closed')),
      ownView: [server(turnTls, 'tls-certificate-expired')],
    },
    'limited',
    'direct-only',
    'tls-certificate',
  ],
  [
    'a server that speaks no TLS',
    { ...failing(relay(turnTls, 'connection-closed')), ownView: [server(turnTls, 'tls-failed')] },
    'limited',
    'direct-only',
    'turn-down',
  ],
  [
    'TLS that breaks on the way',
    failing(relay(turnTls, 'connection-closed')),
    'limited',
    'direct-only',
    'tls-on-the-way',
  ],
  [
    'a relay that carries nothing',
    failing(relay(turnUdp, 'ice-failed', { rung: 'S1', allocatedMs: 40 })),
    'limited',
    'direct-only',
    'relay-carries-nothing',
  ],
  [
    'a filter of DTLS',
    {
      direct: attempt('mesh', 'dtls-failed', { rung: 'S2' }),
      ...failing(relay(turnUdp, 'dtls-failed', { rung: 'S2', allocatedMs: 40 })),
    },
    'bad',
    'no-path',
    'dtls-blocked',
  ],
  ['a firewall in front of the direct path', { direct: noDirect }, 'limited', 'relay-only', 'direct-blocked'],
  [
    'lost packets',
    { direct: attempt('mesh', undefined, { lossRate: 0.3 }) },
    'limited',
    'direct-and-relay',
    'packet-loss',
  ],
  [
    'a slow path',
    { direct: attempt('mesh', undefined, { echoRttMs: 700 }) },
    'limited',
    'direct-and-relay',
    'slow-path',
  ],
  ['a hidden page', { wasHidden: true }, 'limited', 'direct-and-relay', 'page-hidden'],
];

describe('the verdict', () => {
  it.each(cases)('%s', (_name, facts, status, code, cause) => {
    const verdict = judge({ ...allWell, ...facts });
    expect(verdict).toMatchObject({ status, code });
    expect(mainCause(verdict)?.id ?? null).toBe(cause);
    for (const words of [en, ko]) {
      const headline = putIntoWords(verdict, words);
      expect(headlineSchema.parse(headline)).toEqual(headline);
      // Whoever has a problem gets something to do.
      if (status !== 'good') expect(headline.advice.length).toBeGreaterThan(0);
    }
  });

  it('names what is worth knowing beside a good verdict', () => {
    const ids = (facts: Partial<CheckFacts>) => judge({ ...allWell, ...facts }).causes.map(({ id }) => id);
    expect(ids({ stun: [server(stunUrl), server('stun:dead', 'timeout')] })).toEqual(['stun-unreachable']);
    expect(
      ids({
        stun: [server(stunUrl), server('stun:dead', 'timeout')],
        ownView: [server('stun:dead', 'timeout')],
      }),
    ).toEqual(['stun-down']);
    expect(ids({ stun: [server(stunUrl, 'timeout')] })).toEqual(['stun-blocked-here']);
    expect(ids({ nat: { ...nat, mapping: 'address-and-port-dependent' } })).toEqual(['strict-nat']);
    expect(
      ids({ relays: [relay(turnUdp), relay(turnUdp, 'timeout', { outcome: 'note', family: 'ipv6' })] }),
    ).toEqual(['ipv6-dead']);
    expect(ids({ relays: [], relay: null, hasRelay: false })).toEqual(['no-relay']);
  });

  it('says once which servers a cause holds for', () => {
    const { causes } = judge({
      ...allWell,
      ...failing(relay(turnUdp, 'turn-401'), relay(turnTcp, 'turn-401')),
    });
    expect(causes).toEqual([{ id: 'turn-credential', urls: [turnUdp, turnTcp] }]);
  });

  it('does not blame the network for silence that the service meets as well', () => {
    const dead = [server(stunUrl, 'timeout'), server(turnUdp, 'timeout')];
    const verdict = judge({ ...allWell, ...udpSilent, ownView: dead });
    expect(verdict.causes.map(({ id }) => id)).toEqual(['turn-down', 'stun-down', 'direct-blocked']);
  });

  it('a fault of the tool does not hide what the network did', () => {
    const facts = { direct: attempt('mesh', 'harness-fault'), ...failing(relay(turnUdp, 'turn-401')) };
    const verdict = judge({ ...allWell, ...facts });
    expect(verdict).toMatchObject({ status: 'bad', code: 'no-path' });
    expect(putIntoWords(verdict, en).sentence).toContain('rejected the username or password');
  });

  it('a fault of the tool alone says nothing about the network', () => {
    const facts = { direct: attempt('mesh', 'harness-fault'), ...failing(relay(turnUdp, 'harness-fault')) };
    expect(judge({ ...allWell, ...facts })).toMatchObject({ status: 'unknown', code: 'harness-fault' });
    expect(giveUp).toMatchObject({ status: 'unknown', code: 'harness-fault' });
  });

  it('an echo peer that does not answer in time is no fault of the network either', () => {
    const late = { allocatedMs: 40, rung: 'S1' } as const;
    const facts = {
      direct: attempt('mesh', 'signal-failed'),
      ...failing(relay(turnUdp, 'signal-failed', late)),
    };
    expect(judge({ ...allWell, ...facts })).toEqual({
      status: 'unknown',
      code: 'service-busy',
      causes: [{ id: 'service-busy', urls: [turnUdp] }],
    });
  });

  it('tells operators what to mend, and at which server', () => {
    const { advice } = putIntoWords(judge({ ...allWell, ...failing(relay(turnUdp, 'turn-401')) }), en);
    expect(advice[0]).toMatch(
      /^For the operator: Correct username.*\(turn:t\.example:3478\?transport=udp\)$/,
    );
  });
});

it('has a case for every cause', () => {
  const seen = new Set(
    cases.flatMap(([, facts]) => judge({ ...allWell, ...facts }).causes.map(({ id }) => id)),
  );
  const elsewhere = [
    'stun-down',
    'stun-unreachable',
    'stun-blocked-here',
    'strict-nat',
    'ipv6-dead',
    'check-failed',
  ];
  expect(checkCauseIds.filter((id) => !seen.has(id) && !elsewhere.includes(id))).toEqual([]);
});
