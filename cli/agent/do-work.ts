/** Does one job. Never rejects: what went wrong is the outcome. */
import type { JobOutcome, JobTry, JobWork } from '../../contract/fleet/agent-signal.ts';
import type { ProbeStep } from '../../contract/probe-step.ts';
import type { TurnReport } from '../../contract/turn-report.ts';
import { runProbe } from '../../probe/io/run-probe.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import { turnCheckVia } from '../../service/checks/run-turn-check.ts';
import { wantedTests } from '../../service/probes/wanted-tests.ts';
import { certificateEnd } from '../../turn/io/see-certificate.ts';
import { doLab } from './do-lab.ts';
import { doPair, type PairTalk } from './do-pair.ts';
import { failed, targetsOf } from './job-targets.ts';
import type { OwnReach } from './own-reach.ts';

export interface WorkSetting {
  readonly which: JobTry;
  readonly reach: OwnReach;
  readonly signal: AbortSignal;
  /** Of this agent, as the hub knows it. */
  readonly name: string;
  readonly region: string;
  readonly onStep: (step: ProbeStep) => void;
  /** pair: what the two ends say to each other. */
  readonly talk: PairTalk;
}

export async function doWork(work: JobWork, setting: WorkSetting): Promise<JobOutcome> {
  try {
    switch (work.kind) {
      case 'probe':
        return await probe(work, setting);
      case 'turn-check':
        return await turnCheck(work, setting);
      case 'pair':
        return await doPair(work, setting);
      case 'lab':
        return await doLab(work.scenario, setting);
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return failed('harness-fault', text.slice(0, 500), true);
  }
}

async function probe(
  { targets: told, tests, lifetimeSec, certificates: wanted }: Extract<JobWork, { kind: 'probe' }>,
  { reach, signal, onStep }: WorkSetting,
): Promise<JobOutcome> {
  const targets = targetsOf(told);
  const extra = wantedTests({ tests, ...(lifetimeSec !== null && { lifetimeSec }) });
  const [report, certificates] = await Promise.all([
    runProbe({ ...extra, targets, resolve: reach.resolve, signal, onStep }),
    wanted ? endsOf(targets, reach) : [],
  ]);
  if (signal.aborted) return failed('cancelled', '', true);
  return { ok: true, reports: [report], certificates };
}

async function turnCheck(
  { targets: told }: Extract<JobWork, { kind: 'turn-check' }>,
  { reach, signal, onStep }: WorkSetting,
): Promise<JobOutcome> {
  const check = turnCheckVia(reach.resolve);
  const startMs = performance.now();
  const targets = targetsOf(told);
  const reports: TurnReport[] = [];
  for (const target of targets) {
    const { text } = target.uri;
    const onProgress = (done: number, of: number) =>
      onStep({ step: 'check', message: `${text}: ${done} of ${of}`, atMs: performance.now() - startMs });
    const result = await check({ target, signal, onProgress });
    if (signal.aborted) return failed('cancelled', '', true);
    if ('failure' in result) return { ok: false, failure: result.failure, again: false };
    reports.push(result.report);
  }
  return { ok: true, reports, certificates: await endsOf(targets, reach) };
}

/** When the certificates of TLS servers end, as far as they can be seen. */
async function endsOf(
  targets: readonly ProbeTarget[],
  { resolve }: OwnReach,
): Promise<{ uri: string; endsAtSec: number }[]> {
  const seen = targets
    .filter(({ uri }) => uri.transport === 'tls')
    .map(async ({ uri }) => {
      const resolved = await resolve(uri.host);
      const [address] = resolved.ok ? resolved.addresses : [];
      if (address === undefined) return [];
      const endsAtSec = await certificateEnd({ host: uri.host, server: { address, port: uri.port } });
      return endsAtSec === null ? [] : [{ uri: uri.text, endsAtSec }];
    });
  return (await Promise.all(seen)).flat();
}
