import type { RunProbe, RunTurnCheck } from '../deps.ts';
import type { Tracing } from './tracing.ts';

interface Jobs {
  readonly runProbe: RunProbe;
  readonly runTurnCheck: RunTurnCheck;
}

/** A span around each probe and TURN check of this host. Whom they talk to is in their reports, for who may read those. */
export function tracedJobs({ runProbe, runTurnCheck }: Jobs, tracing: Tracing): Jobs {
  return {
    runProbe: (wanted) => {
      const facts = { 'polynya.probe.targets': wanted.targets.length };
      return tracing.span('probe', { facts }, () => runProbe(wanted));
    },
    runTurnCheck: (wanted) => {
      const { scheme, transport } = wanted.target.uri;
      const facts = { 'polynya.turn.scheme': scheme, 'network.transport': transport };
      return tracing.span('turn check', { facts }, async (span) => {
        const result = await runTurnCheck(wanted);
        if ('failure' in result) span.fail(result.failure.code);
        else span.set({ 'polynya.turn.failed': failedIn(result.report) });
        return result;
      });
    },
  };
}

function failedIn({
  body,
}: Extract<Awaited<ReturnType<RunTurnCheck>>, { report: unknown }>['report']): number {
  return body.checks.filter(({ status }) => status === 'failed').length;
}
