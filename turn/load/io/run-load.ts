/** `polynya turn load` on real sockets: one load for each packet size, one report. */
import { cpus, release, type } from 'node:os';
import type { LoadPart } from '../../../contract/load-parts.ts';
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type { LoadReport, LoadSize } from '../../../contract/load-report.ts';
import { toolName, toolVersion } from '../../../contract/release.ts';
import { capacityOf } from '../capacity.ts';
import type { Offer } from '../conductor.ts';
import { headlineOfLoad, headlineOfPart } from '../headline.ts';
import { isComplete, type Part } from '../part.ts';
import { profilesBySize } from '../traffic.ts';
import { clockState, waitUntil } from './common-start.ts';
import { type LoadOptions, type Measured, measureLoad } from './measure-load.ts';

export type { LoadOptions } from './measure-load.ts';

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
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const [first, ...others] = profilesBySize(profile).map((sized, index) => {
    return { ...options, ...later(options, index * profile.runs), profile: sized };
  });
  const stop = { signal, aborted };
  const { failure, software, engine, verdict, runs, recovery } = await measureLoad(first ?? options, stop);
  const otherSizes: LoadSize[] = [];
  for (const other of failure === null ? others : []) {
    if (signal.aborted) break;
    otherSizes.push(sizeOf(other.profile, await measureLoad(other, stop)));
  }
  const capacity = capacityOf(first?.profile ?? profile, verdict, runs);
  return {
    kind: 'load-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body: {
      headline:
        part !== null && failure === null
          ? headlineOfPart(uri, part, isComplete(runs, profile))
          : headlineOfLoad({ uri, verdict, profile, failure, otherSizes }),
      target: { uri, endpoint: server, transport, software },
      axis: profile.axis,
      profile,
      verdict,
      failure,
      runs: [...runs],
      ...(otherSizes.length === 0 ? {} : { otherSizes }),
      ...(recovery === null ? {} : { recovery }),
      ...(capacity === null ? {} : { capacity }),
      ...(part === null ? {} : { part: await partToTell(part) }),
      host: {
        system: `${type()} ${release()}`,
        processor: cpus()[0]?.model.trim() ?? '',
        cores: cpus().length,
        node: process.version,
      },
      ...(engine === null ? {} : { engine }),
      durationMs: performance.now() - startedMs,
    },
  };
}

async function partToTell({ number, of, startAtMs, offFirstMs }: Part): Promise<LoadPart> {
  const clock = { ...(await clockState()), ...(offFirstMs === undefined ? {} : { offFirstMs }) };
  return { number, of, startAt: new Date(startAtMs).toISOString(), clock };
}

/** Who looks on counts the runs of all sizes. */
function later({ onOffer, onStep }: LoadOptions, before: number): Pick<LoadOptions, 'onOffer' | 'onStep'> {
  const counted = (offer: Offer): Offer => ({ ...offer, run: before + offer.run });
  return {
    onOffer: (offer) => onOffer?.(counted(offer)),
    onStep: (step, offer) => onStep?.(step, counted(offer)),
  };
}

function sizeOf({ traffic }: LoadProfile, { verdict, runs }: Measured): LoadSize {
  return { bytes: traffic.mix[0]?.bytes ?? 0, verdict, runs: [...runs] };
}
