import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../contract/envelope.ts';
import { buildReport } from '../../../dashboard/check/build-report.ts';
import { judgeAttempt } from '../../../dashboard/check/judge-attempt.ts';
import { reportText } from '../../../dashboard/check/report-text.ts';
import { type CheckEvent, type CheckState, reduce, startState } from '../../../dashboard/check/state.ts';
import { noFacts } from '../../../dashboard/check/verdict/check-facts.ts';
import { testTab } from '../../sim/tab-world.ts';

function stateAfter(events: readonly CheckEvent[], from: CheckState = startState()): CheckState {
  return events.reduce(reduce, from);
}

function attempted(id: string, path: 'mesh' | 'relay'): CheckEvent {
  const never = {
    signalledMs: null,
    gatherStartedMs: null,
    gatherCompleteMs: null,
    offeredMs: null,
    iceStartedMs: null,
    iceConnectedMs: null,
    dtlsConnectedMs: null,
    channelOpenMs: null,
    firstEchoMs: null,
  };
  const facts = {
    ...never,
    firstCandidateMs: {},
    echoRttsMs: [],
    lossRate: null,
    pairs: [],
    signalFailure: null,
  };
  return { type: 'attempted', attempt: judgeAttempt({ ...facts, id, path, serverFailures: [] }) };
}

const verdict = {
  status: 'bad',
  code: 'no-path',
  causes: [{ id: 'udp-blocked', urls: ['turn:t.example'] }],
} as const;
const note = { id: 'publicAddress', addresses: ['203.0.113.7'] } as const;
const finished: readonly CheckEvent[] = [
  { type: 'started' },
  { type: 'step-started', step: 'service', atMs: 5 },
  { type: 'step-ended', step: 'service', status: 'ok', detail: 'fine', atMs: 25 },
  { type: 'step-ended', step: 'relay', status: 'skipped', detail: 'none', atMs: 30 },
  attempted('relay-1', 'relay'),
  attempted('direct-1', 'mesh'),
  { type: 'noted', note },
  { type: 'noted', note },
  { type: 'judged', verdict, facts: noFacts, atMs: 900 },
];

describe('state of the check', () => {
  it('times steps, and leaves skipped ones without time', () => {
    const { steps, phase } = stateAfter(finished);
    expect(phase).toBe('done');
    expect(steps.find((step) => step.id === 'service')).toMatchObject({
      status: 'ok',
      ms: 20,
      detail: 'fine',
    });
    expect(steps.find((step) => step.id === 'relay')).toMatchObject({ status: 'skipped', ms: null });
    expect(steps.find((step) => step.id === 'gather')).toMatchObject({ status: 'skipped' });
  });

  it('puts the direct attempt first, and notes once', () => {
    const state = stateAfter(finished);
    expect(state.attempts.map((attempt) => attempt.id)).toEqual(['direct-1', 'relay-1']);
    expect(state.notes).toEqual([note]);
  });

  it('leaves nothing running after the verdict', () => {
    const cutOff = stateAfter([finished.at(-1) ?? { type: 'started' }], stateAfter(finished.slice(0, 2)));
    const statuses = cutOff.steps.map((step) => step.status);
    expect(statuses).toContain('failed');
    expect(statuses).not.toContain('running');
    expect(statuses).not.toContain('waiting');
  });

  it('starts afresh', () => {
    expect(stateAfter([{ type: 'started' }], stateAfter(finished))).toEqual({
      ...startState(),
      phase: 'running',
    });
  });

  it('never changes what it was given', () => {
    const before = Object.freeze(stateAfter(finished));
    expect(() => reduce(before, { type: 'sending', sending: { state: 'sending' } })).not.toThrow();
    expect(before.sending).toEqual({ state: 'none' });
  });
});

const context = {
  at: '2026-11-20T10:00:00.000Z',
  userAgent: 'Browser/1',
  language: 'en',
  visit: null,
  visitor: null,
  toolVersion: '0.1.0',
};

describe('report', () => {
  it('follows the schema, also for a browser with an absurd name', () => {
    const report = buildReport(stateAfter(finished), { ...context, userAgent: 'x'.repeat(9000) });
    expect(parseEnvelope(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true });
    expect(report.body.run.durationMs).toBe(900);
    expect(report.body.causes).toEqual([{ id: 'udp-blocked', urls: ['turn:t.example'] }]);
    expect(report.body.headline.sentence).toContain('UDP is blocked');
  });

  it('cannot be made before the verdict', () => {
    expect(() => buildReport(startState(), context)).toThrow();
  });

  it('reads as text', () => {
    const text = reportText(buildReport(stateAfter(finished), context), 'abc123');
    expect(text).toContain('Does not work (no-path)');
    expect(text).toContain('Report: abc123');
    expect(text).toContain('direct: none not even signalling worked');
    expect(text).toContain('→ Ask your IT to open UDP');
  });

  it('carries what the NAT does, and says it as text', () => {
    const { result } = testTab({
      seed: 1,
      nat: { mapping: 'address-dependent', filtering: 'endpoint-independent' },
    });
    const found = { type: 'nat-found', finding: { type: 'finding', result, meanings: {} } } as const;
    const report = buildReport(stateAfter([...finished, found]), context);
    expect(parseEnvelope(JSON.parse(JSON.stringify(report)))).toMatchObject({ ok: true });
    expect(report.body.nat).toEqual(result);
    expect(reportText(report, null)).toContain(
      'Behind a NAT: yes.\n  mapping address-dependent, filtering endpoint-independent',
    );
  });
});
