import { describe, expect, it } from 'vitest';
import type { CandidatePair, CandidateType } from '../../../contract/candidate.ts';
import { failure } from '../../../contract/failures.ts';
import { attemptSchema } from '../../../contract/visit-report.ts';
import { type AttemptFacts, judgeAttempt } from '../../../dashboard/check/judge-attempt.ts';

function pair(local: CandidateType, extra: Partial<CandidatePair> = {}): CandidatePair {
  const end = {
    protocol: 'udp',
    address: '203.0.113.7',
    port: 4000,
    relayProtocol: null,
    url: null,
  } as const;
  return {
    id: 'p1',
    local: { ...end, type: local, relayProtocol: local === 'relay' ? 'tls' : null },
    remote: { ...end, type: 'host' },
    state: 'succeeded',
    nominated: true,
    selected: true,
    rttMs: 3,
    requestsSent: 4,
    responsesReceived: 4,
    bytesSent: 100,
    bytesReceived: 100,
    ...extra,
  };
}

const echoed: AttemptFacts = {
  id: 'direct-1',
  path: 'mesh',
  signalledMs: 10,
  gatherStartedMs: 12,
  firstCandidateMs: { host: 14, srflx: 30 },
  gatherCompleteMs: 32,
  offeredMs: 15,
  iceStartedMs: 40,
  iceConnectedMs: 60,
  dtlsConnectedMs: 80,
  channelOpenMs: 90,
  firstEchoMs: 95,
  echoRttsMs: [5, 3, 4],
  lossRate: null,
  pairs: [pair('srflx')],
  signalFailure: null,
  serverFailures: [],
};

/** The same attempt, cut off at a stage. */
const upTo = {
  dtls: { ...echoed, firstEchoMs: null, echoRttsMs: [] },
  ice: { ...echoed, firstEchoMs: null, echoRttsMs: [], channelOpenMs: null, dtlsConnectedMs: null },
  candidates: {
    ...echoed,
    firstEchoMs: null,
    echoRttsMs: [],
    channelOpenMs: null,
    dtlsConnectedMs: null,
    iceConnectedMs: null,
    pairs: [pair('host', { state: 'in-progress', selected: false, nominated: false, responsesReceived: 0 })],
  },
};

describe('rungs of an attempt', () => {
  it('S4: echoed, with times, median and a waterfall without gaps', () => {
    const attempt = judgeAttempt(echoed);
    expect(attemptSchema.parse(attempt)).toEqual(attempt);
    expect(attempt).toMatchObject({
      rung: 'S4',
      succeeded: true,
      setupMs: 95,
      echoRttMs: 4,
      echoCount: 3,
      transport: 'udp',
      selectedPairId: 'p1',
    });
    expect(attempt.failure).toBeUndefined();
    expect(attempt.steps.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([
      ['signalling', 0, 10],
      ['gather-first', 12, 14],
      ['gather-srflx', 12, 30],
      ['gather-complete', 12, 32],
      ['offer-answer', 15, 40],
      ['ice', 40, 60],
      ['dtls', 60, 80],
      ['channel-open', 80, 90],
      ['echo', 90, 95],
    ]);
  });

  it.each([
    ['S3', upTo.dtls, 'echo-timeout'],
    ['S2', upTo.ice, 'dtls-failed'],
    ['S1', upTo.candidates, 'ice-failed'],
    ['S0', { ...upTo.candidates, firstCandidateMs: {} }, 'ice-no-candidates'],
    ['none', { ...upTo.candidates, signalledMs: null, gatherStartedMs: null }, 'signal-failed'],
  ] as const)('%s: falls short, with the cause', (rung, facts, code) => {
    const attempt = judgeAttempt(facts);
    expect(attemptSchema.parse(attempt)).toEqual(attempt);
    expect(attempt).toMatchObject({ rung, succeeded: false, setupMs: null, failure: { code } });
  });

  it('a step that never ended has no end', () => {
    const steps = judgeAttempt(upTo.candidates).steps;
    expect(steps.find((step) => step.name === 'ice')).toEqual({ name: 'ice', startMs: 40, endMs: null });
  });

  it('names what the service said when it broke off', () => {
    const signalFailure = { code: 'harness-fault', detail: 'the echo process ended' } as const;
    const attempt = judgeAttempt({ ...upTo.candidates, signalFailure });
    expect(attempt.failure).toMatchObject({ code: 'harness-fault', blame: 'tool' });
    // Once connected, a socket that closes is no cause any more.
    expect(judgeAttempt({ ...echoed, signalFailure }).succeeded).toBe(true);
  });
});

describe('relay', () => {
  const relayed: AttemptFacts = {
    ...echoed,
    path: 'relay',
    firstCandidateMs: { relay: 20 },
    pairs: [pair('relay')],
  };

  it('counts only with a relay end in the pair that is selected at the end', () => {
    expect(judgeAttempt(relayed)).toMatchObject({ rung: 'S4', succeeded: true, transport: 'tls' });
    for (const pairs of [[pair('srflx')], [pair('relay', { selected: false })], []]) {
      const attempt = judgeAttempt({ ...relayed, pairs });
      expect(attempt).toMatchObject({ rung: 'S1', succeeded: false, failure: { code: 'not-relayed' } });
    }
  });

  it('a relay that the server refused is its doing, even where the service answered too late', () => {
    const refused = judgeAttempt({
      ...echoed,
      path: 'relay',
      firstCandidateMs: {},
      iceConnectedMs: null,
      dtlsConnectedMs: null,
      channelOpenMs: null,
      firstEchoMs: null,
      pairs: [],
      signalFailure: { code: 'signal-failed', detail: 'nothing within 4 s' },
      serverFailures: [failure('turn-401')],
    });
    expect(refused).toMatchObject({ rung: 'S0', failure: { code: 'turn-401' } });
  });

  it('without a relay candidate stands on S0, whatever other candidates there are, and names the server', () => {
    const facts: AttemptFacts = {
      ...upTo.candidates,
      path: 'relay',
      firstCandidateMs: { host: 14, srflx: 20 },
      serverFailures: [failure('turn-486')],
    };
    expect(judgeAttempt(facts)).toMatchObject({ rung: 'S0', failure: { code: 'turn-486' } });
  });
});
