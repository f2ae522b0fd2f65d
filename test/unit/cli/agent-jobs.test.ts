/** What an agent has to do, on a virtual clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentJobs, type JobsEffect, type JobsInput } from '../../../cli/agent/agent-jobs.ts';
import type { JobOutcome, JobWork } from '../../../contract/fleet/agent-signal.ts';

const lab: JobWork = { kind: 'lab', scenario: 'home' };
const pair = (offers: boolean): JobWork => ({
  ...{ kind: 'pair', offers, path: 'mesh', other: 'b', otherRegion: 'berlin', targets: [] },
});
const done: JobOutcome = { ok: true, reports: [], certificates: [] };
const first = (job: string) => ({ job, try: 1 });

function stage(slots = 2) {
  const jobs = new AgentJobs(slots, () => 0.5);
  let nowMs = 0;
  const effects = (input: JobsInput): JobsEffect[] => jobs.handle(nowMs, input);
  const kinds = (input: JobsInput): string[] => effects(input).map(({ kind }) => kind);
  return {
    jobs,
    effects,
    kinds,
    begin: (job: string, work: JobWork = lab, timeoutMs = 60_000) =>
      kinds({ kind: 'job', which: first(job), timeoutMs, work }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the jobs of an agent', () => {
  it('are begun up to its slots, and refused beyond; the other ends of pairs come beside', () => {
    const { begin, jobs } = stage();
    expect(begin('a')).toEqual(['start', 'changed']);
    expect(begin('a')).toEqual([]);
    expect(begin('b')).toEqual(['start', 'changed']);
    expect(begin('c')).toEqual(['refuse']);
    expect(begin('d', pair(true))).toEqual(['refuse']);
    expect(begin('e', pair(false))).toEqual(['start', 'changed']);
    expect(jobs.running.map(({ job }) => job)).toEqual(['a', 'b', 'e']);
  });

  it('stay the agent’s until the hub has the result, however often that takes', () => {
    const { begin, effects, kinds, jobs, pass } = stage();
    begin('a');
    expect(effects({ kind: 'ended', which: first('a'), outcome: done })).toEqual([
      { kind: 'tell', which: first('a'), outcome: done },
    ]);
    expect(jobs.nextDeadlineMs()).toBeNull();
    kinds({ kind: 'not-told', which: first('a') });
    expect(jobs.nextDeadlineMs()).toBe(750);
    pass(750);
    expect(kinds({ kind: 'due' })).toEqual(['tell']);
    expect(jobs.running).toEqual([first('a')]);
    expect(kinds({ kind: 'told', which: first('a') })).toEqual(['changed']);
    expect(jobs.running).toEqual([]);
  });

  it('end in time, and say so', () => {
    const { begin, effects, pass } = stage();
    begin('a', lab, 5_000);
    pass(5_000);
    expect(effects({ kind: 'due' })).toEqual([{ kind: 'stop', which: first('a') }]);
    expect(effects({ kind: 'ended', which: first('a'), outcome: done })).toMatchObject([
      { kind: 'tell', outcome: { ok: false, failure: { code: 'job-timeout' }, again: true } },
    ]);
  });

  it('that nobody wants any more stop, and nothing is told of them', () => {
    const { begin, kinds, jobs } = stage();
    begin('a');
    expect(kinds({ kind: 'cancel', which: first('a') })).toEqual(['stop', 'changed']);
    expect(jobs.running).toEqual([]);
    expect(kinds({ kind: 'ended', which: first('a'), outcome: done })).toEqual(['changed']);
  });

  it('of pairs end when the hub is gone; others go on', () => {
    const { begin, effects } = stage(3);
    begin('a');
    begin('b', pair(true));
    begin('c', pair(false));
    const stopped = effects({ kind: 'disconnected' }).flatMap((each) =>
      each.kind === 'stop' ? [each.which.job] : [],
    );
    expect(stopped).toEqual(['b', 'c']);
  });

  it('come to an end before it does', () => {
    const { begin, kinds } = stage();
    begin('a');
    expect(kinds({ kind: 'drain' })).toEqual(['changed']);
    expect(begin('b')).toEqual(['refuse']);
    expect(kinds({ kind: 'ended', which: first('a'), outcome: done })).toEqual(['tell']);
    expect(kinds({ kind: 'told', which: first('a') })).toEqual(['changed', 'drained']);
    expect(stage().kinds({ kind: 'drain' })).toEqual(['changed', 'drained']);
  });

  it('never exceed the slots, never start twice, and always drain', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const input = fc.oneof(
      fc.record({
        kind: fc.constant('job' as const),
        which: name.map(first),
        timeoutMs: fc.nat(5_000),
        work: fc.constant(lab),
      }),
      fc.record({
        kind: fc.constantFrom('cancel' as const, 'told' as const, 'not-told' as const),
        which: name.map(first),
      }),
      fc.record({ kind: fc.constant('ended' as const), which: name.map(first), outcome: fc.constant(done) }),
      fc.record({ kind: fc.constantFrom('due' as const, 'disconnected' as const) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(input, fc.nat(2_000))), (inputs) => {
        const { effects, jobs, pass } = stage();
        const open = new Set<string>();
        const see = (all: readonly JobsEffect[]): void => {
          for (const effect of all) {
            if (effect.kind !== 'start') continue;
            expect(open.has(effect.which.job)).toBe(false);
            open.add(effect.which.job);
          }
          expect(open.size).toBeLessThanOrEqual(2);
        };
        for (const [each, ms] of inputs) {
          pass(ms);
          // Only what was begun can end.
          if (each.kind === 'ended' && !open.has(each.which.job)) continue;
          see(effects(each));
          if (each.kind === 'ended') open.delete(each.which.job);
        }
        const last = [...effects({ kind: 'drain' })];
        for (const job of open) last.push(...effects({ kind: 'ended', which: first(job), outcome: done }));
        for (const which of jobs.running) last.push(...effects({ kind: 'told', which }));
        expect(last.filter(({ kind }) => kind === 'drained')).toHaveLength(1);
      }),
    );
  });
});
