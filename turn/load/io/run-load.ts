/** `polynya turn load` on real sockets: workers, ladders, report. */
import { randomBytes } from 'node:crypto';
import { cpus, release, type } from 'node:os';
import { type Failure, failure } from '../../../contract/failures.ts';
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type { LoadReport, LoadStep } from '../../../contract/load-report.ts';
import { toolName, toolVersion } from '../../../contract/release.ts';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import type { Transport } from '../../../stun/machine.ts';
import type { Credentials } from '../../client/auth-ladder.ts';
import { Conductor, type Offer } from '../conductor.ts';
import { headlineOfLoad } from '../headline.ts';
import type { Preparation, WorkerNews } from '../orders.ts';
import { joinCounts } from '../step-count.ts';
import { kindsOfFlows } from '../traffic.ts';
import { Crew } from './crew.ts';
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
  readonly signal?: AbortSignal | undefined;
  readonly onOffer?: ((offer: Offer) => void) | undefined;
  readonly onStep?: ((step: LoadStep, offer: Offer) => void) | undefined;
}

/** Set-up: many allocations, one lost answer after another. */
const preparePatienceMs = 60_000;
/** Beyond the time that a step takes. Axis `held` sets up its allocations meanwhile. */
const stepPatienceMs = { packets: 5_000, allocations: 5_000, held: 60_000 } as const;
const finishPatienceMs = 8_000;

/** Never rejects for reasons of the network; an abort ends it early with what was found until then. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { profile, server, uri, transport } = options;
  const at = new Date();
  const startedMs = performance.now();
  const limit = AbortSignal.timeout(profile.limits.minutes * 60_000);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const conductor = new Conductor(profile, familyOf(server.address));
  const crew = new Crew(options.openWorker, profile.workers);
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  let readiness: Readiness = { failure: null, software: null };
  try {
    readiness = await prepare(crew, options, aborted);
    if (readiness.failure === null) await climb(crew, conductor, options, aborted);
    await crew.ask(() => ({ kind: 'finish' }), ['finished'], finishPatienceMs);
  } finally {
    crew.kill();
  }
  const found = conductor.verdict();
  const verdict = readiness.failure === null ? found : { ...found, kind: 'target-failed' as const };
  return {
    kind: 'load-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body: {
      headline: headlineOfLoad({ uri, verdict, profile, failure: readiness.failure }),
      target: { uri, endpoint: server, transport, software: readiness.software },
      axis: profile.axis,
      profile,
      verdict,
      failure: readiness.failure,
      runs: [...conductor.runs],
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
  const { axis, traffic, workers, limits, peer, refreshSec } = profile;
  const target = { server, transport, serverName, credentials, bindAddress };
  switch (axis) {
    case 'packets': {
      const flows = kindsOfFlows(traffic, worker, workers);
      return { ...target, axis, flows, peer, token };
    }
    case 'allocations':
      return { ...target, axis, mostAtOnce: Math.ceil(limits.allocations / workers) };
    case 'held':
      return { ...target, axis, refreshSec };
  }
}

async function climb(
  crew: Crew,
  conductor: Conductor,
  options: LoadOptions,
  aborted: Promise<null>,
): Promise<void> {
  const { profile, onOffer, onStep } = options;
  const { workers, axis, step: timing, traffic } = profile;
  const patienceMs = (timing.discardSec + timing.seconds) * 1000 + timing.drainMs + stepPatienceMs[axis];
  let number = 0;
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    const { offered } = offer;
    number += 1;
    const step = number;
    onOffer?.(offer);
    const asked = crew.ask(
      (worker) => ({
        kind: 'step',
        step,
        offered: partOf(offered, worker, profile),
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
    const judged = conductor.onStep(joinCounts(answers.flatMap(countOf), workers));
    onStep?.(judged, offer);
  }
}

/** Rates are divided by what the flows of a worker weigh; allocations that are held are whole numbers. */
function partOf(offered: number, worker: number, { axis, traffic, workers }: LoadProfile): number {
  if (axis === 'allocations') return offered / workers;
  if (axis === 'held') return Math.floor(offered / workers) + (worker < offered % workers ? 1 : 0);
  const weight = (flows: readonly { readonly perSec: number }[]) =>
    flows.reduce((sum, { perSec }) => sum + perSec, 0);
  return (offered * weight(kindsOfFlows(traffic, worker, workers))) / weight(kindsOfFlows(traffic, 0, 1));
}

function countOf(news: WorkerNews | null) {
  return news?.kind === 'counted' ? [news.count] : [];
}
