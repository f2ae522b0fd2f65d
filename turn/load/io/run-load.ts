/** `polynya turn load` on real sockets: workers, ladders, report. */
import { randomBytes } from 'node:crypto';
import { cpus, release, type } from 'node:os';
import { type Failure, failure } from '../../../contract/failures.ts';
import type { LoadPart } from '../../../contract/load-parts.ts';
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type { LoadReport, LoadStep } from '../../../contract/load-report.ts';
import { toolName, toolVersion } from '../../../contract/release.ts';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import type { Transport } from '../../../stun/machine.ts';
import type { Credentials } from '../../client/auth-ladder.ts';
import { capacityOf } from '../capacity.ts';
import { Conductor, type Offer } from '../conductor.ts';
import { headlineOfLoad, headlineOfPart } from '../headline.ts';
import type { Preparation, WorkerNews } from '../orders.ts';
import { isComplete, type Part, type Place, placeOf, slotStartMs } from '../part.ts';
import { joinCounts } from '../step-count.ts';
import { kindsOfFlows } from '../traffic.ts';
import { clockState, waitUntil } from './common-start.ts';
import { Crew } from './crew.ts';
import { watchServer } from './server-watch.ts';
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

/** Set-up: many allocations, one lost answer after another. */
const preparePatienceMs = 60_000;
/** Beyond the time that a step takes. Axis `held` sets up its allocations meanwhile. */
const stepPatienceMs = { packets: 5_000, allocations: 5_000, held: 60_000 } as const;
const finishPatienceMs = 8_000;
/** Allocations are made so long before the common start of several machines. */
const setUpLeadMs = 30_000;

/** Never rejects for reasons of the network; an abort ends it early with what was found until then. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { profile, server, uri, transport, part = null } = options;
  if (part !== null) await waitUntil(part.startAtMs - setUpLeadMs, options.signal);
  const at = new Date();
  const startedMs = performance.now();
  const limit = AbortSignal.timeout(profile.limits.minutes * 60_000);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const conductor = new Conductor(profile, familyOf(server.address), part?.of ?? 1);
  const crew = new Crew(options.openWorker, profile.workers);
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  let readiness: Readiness = { failure: null, software: null };
  try {
    readiness = await prepare(crew, options, aborted);
    if (readiness.failure === null) await climb(crew, conductor, options, { aborted, signal });
    await crew.ask(() => ({ kind: 'finish' }), ['finished'], finishPatienceMs);
  } finally {
    crew.kill();
  }
  const found = conductor.verdict();
  const verdict = readiness.failure === null ? found : { ...found, kind: 'target-failed' as const };
  const runs = [...conductor.runs];
  const capacity = capacityOf(profile, verdict, runs);
  return {
    kind: 'load-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body: {
      headline:
        part !== null && readiness.failure === null
          ? headlineOfPart(uri, part, isComplete(runs, profile))
          : headlineOfLoad({ uri, verdict, profile, failure: readiness.failure }),
      target: { uri, endpoint: server, transport, software: readiness.software },
      axis: profile.axis,
      profile,
      verdict,
      failure: readiness.failure,
      runs,
      ...(capacity === null ? {} : { capacity }),
      ...(part === null ? {} : { part: await partToTell(part) }),
      host: {
        system: `${type()} ${release()}`,
        processor: cpus()[0]?.model.trim() ?? '',
        cores: cpus().length,
        node: process.version,
      },
      durationMs: performance.now() - startedMs,
    },
  };
}

async function partToTell({ number, of, startAtMs }: Part): Promise<LoadPart> {
  return { number, of, startAt: new Date(startAtMs).toISOString(), clock: await clockState() };
}

interface Readiness {
  readonly failure: Failure | null;
  readonly software: string | null;
}

async function prepare(crew: Crew, options: LoadOptions, aborted: Promise<null>): Promise<Readiness> {
  const token = randomBytes(4).readUInt32BE();
  const asked = crew.ask(
    (worker) => ({ kind: 'prepare', preparation: preparationOf(options, worker, token) }),
    ['prepared', 'failed'],
    preparePatienceMs,
  );
  const answers = await Promise.race([asked, aborted]);
  if (answers === null) return { failure: failure('cancelled'), software: null };
  const failed = answers.find((news) => news?.kind === 'failed');
  if (failed?.kind === 'failed') {
    const { code, detail } = failed.failure;
    return { failure: failure(code, detail), software: null };
  }
  if (answers.includes(null))
    return { failure: failure('harness-fault', 'a worker did not start'), software: null };
  const [first] = answers;
  return { failure: null, software: first?.kind === 'prepared' ? first.software : null };
}

function preparationOf(options: LoadOptions, worker: number, token: number): Preparation {
  const { server, transport, serverName, credentials, bindAddress, profile } = options;
  const { axis, traffic, limits, peer, refreshSec } = profile;
  const { index, of } = placeOf(worker, profile, options.part ?? null);
  const target = { server, transport, serverName, credentials, bindAddress };
  switch (axis) {
    case 'packets': {
      const flows = kindsOfFlows(traffic, index, of);
      return { ...target, axis, flows, peer, token };
    }
    case 'allocations':
      return { ...target, axis, mostAtOnce: Math.ceil(limits.allocations / of) };
    case 'held':
      return { ...target, axis, refreshSec };
  }
}

async function climb(
  crew: Crew,
  conductor: Conductor,
  options: LoadOptions,
  { aborted, signal }: { readonly aborted: Promise<null>; readonly signal: AbortSignal },
): Promise<void> {
  const { profile, onOffer, onStep, part = null, serverPid } = options;
  const { workers, axis, step: timing, traffic } = profile;
  const patienceMs = (timing.discardSec + timing.seconds) * 1000 + timing.drainMs + stepPatienceMs[axis];
  let number = 0;
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    const { offered } = offer;
    number += 1;
    const step = number;
    if (part !== null && !(await waitUntil(slotStartMs(profile, part, offer), signal))) {
      conductor.stop();
      return;
    }
    onOffer?.(offer);
    const watched =
      serverPid === undefined
        ? null
        : watchServer(serverPid, timing.discardSec * 1000, timing.seconds * 1000, signal);
    const asked = crew.ask(
      (worker) => ({
        kind: 'step',
        step,
        offered: partOf(offered, placeOf(worker, profile, part), profile),
        arrivals: traffic.arrivals,
        ...timing,
      }),
      ['counted'],
      patienceMs,
    );
    const answers = await Promise.race([asked, aborted]);
    if (answers === null) {
      conductor.stop();
      return;
    }
    const judged = conductor.onStep(joinCounts(answers.flatMap(countOf), workers), await watched);
    onStep?.(judged, offer);
  }
}

/** Rates are divided by what the flows of a worker weigh; allocations that are held are whole numbers. */
function partOf(offered: number, { index, of }: Place, { axis, traffic }: LoadProfile): number {
  if (axis === 'allocations') return offered / of;
  if (axis === 'held') return Math.floor(offered / of) + (index < offered % of ? 1 : 0);
  const weight = (flows: readonly { readonly perSec: number }[]) =>
    flows.reduce((sum, { perSec }) => sum + perSec, 0);
  return (offered * weight(kindsOfFlows(traffic, index, of))) / weight(kindsOfFlows(traffic, 0, 1));
}

function countOf(news: WorkerNews | null) {
  return news?.kind === 'counted' ? [news.count] : [];
}
