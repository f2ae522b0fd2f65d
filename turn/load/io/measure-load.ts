/** One load from the first allocation to the last: workers, ladders, what comes after. */
import { randomBytes } from 'node:crypto';
import { type Failure, failure } from '../../../contract/failures.ts';
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type {
  LoadEngineUse,
  LoadRecovery,
  LoadRun,
  LoadStep,
  LoadVerdict,
} from '../../../contract/load-report.ts';
import { type AddressFamily, type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import type { Transport } from '../../../stun/machine.ts';
import type { Credentials } from '../../client/auth-ladder.ts';
import { Conductor, type Offer } from '../conductor.ts';
import type { Preparation } from '../orders.ts';
import { type Part, placeOf, slotStartMs } from '../part.ts';
import { judgeRecovery, recoveryPlan, sliceMs } from '../recovery.ts';
import { joinSlices } from '../slices.ts';
import { joinCounts } from '../step-count.ts';
import { kindsOfFlows } from '../traffic.ts';
import { waitUntil } from './common-start.ts';
import { Crew } from './crew.ts';
import { watchServer } from './server-watch.ts';
import { StepAsker, wholePart } from './step-asker.ts';
import type { OpenWorker } from './worker-link.ts';

export interface LoadOptions {
  readonly uri: string;
  readonly server: Endpoint;
  readonly transport: Transport;
  /** TLS: the host of the URI. */
  readonly serverName: string | null;
  readonly credentials: Credentials | null;
  readonly profile: LoadProfile;
  readonly bindAddress: string | null;
  readonly openWorker: OpenWorker;
  /** Other machines make the rest. */
  readonly part?: Part | undefined;
  /** The process of the server, where it runs on this machine. */
  readonly serverPid?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onOffer?: ((offer: Offer) => void) | undefined;
  readonly onStep?: ((step: LoadStep, offer: Offer) => void) | undefined;
}

export interface Measured {
  /** Why no load could be offered at all. */
  readonly failure: Failure | null;
  readonly software: string | null;
  /** Null: the axis has none, or it did not come to that. */
  readonly engine: LoadEngineUse | null;
  readonly verdict: LoadVerdict;
  readonly runs: readonly LoadRun[];
  /** Null: not asked for, or there is no limit to go beyond. */
  readonly recovery: LoadRecovery | null;
}

/** Set-up: many allocations, one lost answer after another. */
const preparePatienceMs = 60_000;
const finishPatienceMs = 8_000;
/** Reserved for benchmarks, so nobody is there: RFC 2544, RFC 5180. */
const benchmarkRange: Readonly<Record<AddressFamily, string>> = {
  ipv4: '198.18.0.0/15',
  ipv6: '2001:2::/48',
};

/** When a load is to end with what there is. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Resolves when the signal aborts. */
  readonly aborted: Promise<null>;
}

export async function measureLoad(options: LoadOptions, ending: Ending): Promise<Measured> {
  const { profile, server, transport, part } = options;
  const way = { family: familyOf(server.address), transport };
  const conductor = new Conductor(profile, way, part?.of);
  const crew = new Crew(options.openWorker, profile.workers);
  let readiness = notReady(null);
  let recovery: LoadRecovery | null = null;
  try {
    readiness = await prepare(crew, options, ending.aborted);
    if (readiness.failure === null) {
      const steps = new StepAsker(crew, { profile, part: part ?? null, aborted: ending.aborted });
      await climb(steps, conductor, options, ending.signal);
      recovery = await recover(steps, conductor.verdict(), profile);
    }
    await crew.ask(() => ({ kind: 'finish' }), ['finished'], finishPatienceMs);
  } finally {
    crew.kill();
  }
  const found = conductor.verdict();
  const verdict = readiness.failure === null ? found : { ...found, kind: 'target-failed' as const };
  return { ...readiness, verdict, runs: conductor.runs, recovery };
}

type Readiness = Pick<Measured, 'failure' | 'software' | 'engine'>;

function notReady(why: Failure | null): Readiness {
  return { failure: why, software: null, engine: null };
}

async function prepare(crew: Crew, options: LoadOptions, aborted: Promise<null>): Promise<Readiness> {
  const token = randomBytes(4).readUInt32BE();
  const asked = crew.ask(
    (worker) => ({ kind: 'prepare', preparation: preparationOf(options, worker, token) }),
    ['prepared', 'failed'],
    preparePatienceMs,
  );
  const answers = await Promise.race([asked, aborted]);
  if (answers === null) return notReady(failure('cancelled'));
  const failed = answers.find((news) => news?.kind === 'failed');
  if (failed?.kind === 'failed') {
    const { code, detail } = failed.failure;
    return notReady(failure(code, detail));
  }
  if (answers.includes(null)) return notReady(failure('harness-fault', 'a worker did not start'));
  const [first] = answers;
  if (first?.kind !== 'prepared') return notReady(null);
  return { failure: null, software: first.software, engine: first.engine ?? null };
}

function preparationOf(options: LoadOptions, worker: number, token: number): Preparation {
  const { server, transport, serverName, credentials, bindAddress, profile } = options;
  const { axis, traffic, limits, peer, ports, refreshSec, engine } = profile;
  const { index, of } = placeOf(worker, profile, options.part ?? null);
  const target = { server, transport, serverName, credentials, bindAddress };
  const flows = kindsOfFlows(traffic, index, of);
  const mostAtOnce = Math.ceil(limits.allocations / of);
  switch (axis) {
    case 'packets':
      return { ...target, axis, flows, ports, peer, engine, token };
    case 'allocations':
      return { ...target, axis, mostAtOnce, isWarm: profile.warm };
    case 'held':
      return { ...target, axis, refreshSec };
    case 'permissions':
    case 'channels': {
      const range = profile.permissionRange ?? benchmarkRange[familyOf(server.address)];
      return { ...target, axis, allocations: flows.length, range };
    }
    case 'churn':
      return { ...target, axis, population: wholePart(profile.population, index, of), mostAtOnce };
  }
}

async function climb(
  steps: StepAsker,
  conductor: Conductor,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<void> {
  const { profile, onOffer, onStep, part, serverPid } = options;
  const { discardSec, seconds } = profile.step;
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    if (part !== undefined && !(await waitUntil(slotStartMs(profile, part, offer), signal))) {
      conductor.stop();
      return;
    }
    onOffer?.(offer);
    const watched =
      serverPid === undefined ? null : watchServer(serverPid, discardSec * 1000, seconds * 1000, signal);
    const counts = await steps.ask({ offered: offer.offered, discardSec, seconds });
    if (counts === null) {
      conductor.stop();
      return;
    }
    const judged = conductor.onStep(joinCounts(counts, profile.workers), await watched);
    onStep?.(judged, offer);
  }
}

/** What was carried bounds what is too much: without a limit there is nothing to go beyond. */
async function recover(
  steps: StepAsker,
  { kind, carried }: LoadVerdict,
  { recovery, workers, stop }: LoadProfile,
): Promise<LoadRecovery | null> {
  if (recovery === null || kind !== 'capacity' || carried === null) return null;
  const plan = recoveryPlan(carried, recovery);
  const overload = await steps.ask({ ...plan.overload, discardSec: 0, isFollowed: true });
  const slices = { lengthMs: sliceMs, limitMs: stop.p99Ms };
  const after = overload === null ? null : await steps.ask({ ...plan.after, discardSec: 0, slices });
  if (overload === null || after === null) return null;
  return judgeRecovery({
    plan,
    carried,
    overload: joinCounts(overload, workers),
    after: joinCounts(after, workers),
    slices: joinSlices(after.map((count) => count.slices ?? [])),
  });
}
