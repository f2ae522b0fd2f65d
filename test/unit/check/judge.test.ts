import { describe, expect, it } from 'vitest';
import { headlineSchema } from '../../../contract/basics.ts';
import { type FailureCode, failure } from '../../../contract/failures.ts';
import type { Attempt } from '../../../contract/visit-report.ts';
import { type CheckFacts, judge } from '../../../dashboard/check/judge.ts';

function attempt(path: 'mesh' | 'relay', failed?: FailureCode): Attempt {
  const ok = failed === undefined;
  return {
    id: `${path}-1`,
    from: 'browser',
    to: 'echo peer',
    path,
    transport: 'udp',
    rung: ok ? 'S4' : 'S1',
    wanted: 'S4',
    succeeded: ok,
    setupMs: ok ? 100 : null,
    echoRttMs: ok ? 20 : null,
    echoCount: ok ? 10 : 0,
    steps: [],
    pairs: [],
    selectedPairId: null,
    ...(failed === undefined ? {} : { failure: failure(failed, 'detail') }),
  };
}

const base: CheckFacts = {
  hasWebrtc: true,
  serviceReached: true,
  signalFailure: null,
  hasRelay: true,
  attempts: [],
};

const [direct, relay] = [attempt('mesh'), attempt('relay')];
const noDirect = attempt('mesh', 'ice-failed');
const noRelay = attempt('relay', 'turn-401');

describe('the sentence on top', () => {
  it.each<[string, string, Partial<CheckFacts>]>([
    ['good', 'direct-and-relay', { attempts: [direct, relay] }],
    ['good', 'direct', { attempts: [direct], hasRelay: false }],
    ['limited', 'direct-only', { attempts: [direct, noRelay] }],
    ['limited', 'relay-only', { attempts: [noDirect, relay] }],
    ['bad', 'no-path', { attempts: [noDirect, noRelay] }],
    ['bad', 'no-path', { attempts: [noDirect], hasRelay: false }],
    ['bad', 'browser-no-webrtc', { hasWebrtc: false, serviceReached: false }],
    ['bad', 'signal-failed', { signalFailure: failure('signal-failed') }],
    ['unknown', 'service-unreachable', { serviceReached: false }],
    ['unknown', 'service-busy', { signalFailure: failure('rate-limited') }],
    ['unknown', 'harness-fault', { attempts: [attempt('mesh', 'harness-fault')] }],
    [
      'unknown',
      'service-busy',
      { attempts: [attempt('mesh', 'rate-limited'), attempt('relay', 'rate-limited')] },
    ],
  ])('%s: %s', (status, code, facts) => {
    const headline = judge({ ...base, ...facts });
    expect(headlineSchema.parse(headline)).toEqual(headline);
    expect(headline).toMatchObject({ status, code });
    // Whoever has a problem gets something to do.
    if (status !== 'good') expect(headline.advice.length).toBeGreaterThan(0);
  });

  it('a fault of the tool does not hide what the network did', () => {
    const headline = judge({ ...base, attempts: [attempt('mesh', 'harness-fault'), noRelay] });
    expect(headline).toMatchObject({ status: 'bad', code: 'no-path' });
    expect(headline.sentence).toContain('rejected the username or password');
  });

  it('goes by the repeated attempt', () => {
    const broken = attempt('mesh', 'dtls-failed');
    expect(judge({ ...base, attempts: [broken, direct, relay] }).code).toBe('direct-and-relay');
  });

  it('tells visitors the cause in plain words, and operators what to mend', () => {
    const { sentence, advice } = judge({ ...base, attempts: [direct, noRelay] });
    expect(sentence).not.toContain('[');
    expect(advice[0]).toMatch(/^For the operator: Check username/);
  });
});
