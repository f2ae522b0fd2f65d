/** `polynya turn load` on real sockets: one load for each packet size, one report. */
import { cpus, release, type } from 'node:os';
import type { LoadReport, LoadSize } from '../../../contract/load-report.ts';
import { toolName, toolVersion } from '../../../contract/release.ts';
import { headlineOfLoad } from '../headline.ts';
import { profilesBySize } from '../traffic.ts';
import { type LoadOptions, type Measured, measureLoad } from './measure-load.ts';

export type { LoadOptions } from './measure-load.ts';

/** Never rejects for reasons of the network; an abort ends it early with what was found until then. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { profile, server, uri, transport } = options;
  const at = new Date();
  const startedMs = performance.now();
  const limit = AbortSignal.timeout(profile.limits.minutes * 60_000);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const [first, ...others] = profilesBySize(profile);
  const { failure, software, verdict, runs, recovery } = await measureLoad(
    { ...options, profile: first ?? profile },
    aborted,
  );
  const otherSizes: LoadSize[] = [];
  for (const other of failure === null ? others : []) {
    if (signal.aborted) break;
    otherSizes.push(
      sizeOf(other.traffic.mix[0]?.bytes ?? 0, await measureLoad({ ...options, profile: other }, aborted)),
    );
  }
  return {
    kind: 'load-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body: {
      headline: headlineOfLoad({ uri, verdict, profile, failure, otherSizes }),
      target: { uri, endpoint: server, transport, software },
      axis: profile.axis,
      profile,
      verdict,
      failure,
      runs: [...runs],
      ...(otherSizes.length === 0 ? {} : { otherSizes }),
      ...(recovery === null ? {} : { recovery }),
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

function sizeOf(bytes: number, { verdict, runs }: Measured): LoadSize {
  return { bytes, verdict, runs: [...runs] };
}
