/** Drives a `ProbeRun` on real sockets. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import { failure } from '../../contract/failures.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { patience } from '../run/patience.ts';
import { ProbeRun, type ProbeRunEvent } from '../run/probe-run.ts';
import type { ServerRun } from '../run/server-run.ts';
import { credentialsOf } from '../target.ts';
import type { Destination } from './find-destinations.ts';

export interface ServersRunOptions {
  readonly destinations: readonly Destination[];
  /** Number of the first destination, from 1 on: ids begin with it. */
  readonly firstNumber: number;
  readonly natServers: readonly Endpoint[];
  /** Local address of the discovery's sockets. */
  readonly natSource: string | undefined;
  /** For its transaction ids. */
  readonly natRandom: RandomBytes;
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: ProbeRunEvent) => void;
}

export interface ServersRun {
  readonly natEvidence: Evidence[];
  readonly runs: readonly ServerRun[];
  /** From the probe's start. */
  readonly natVerdictMs: number | null;
  /** What could be said last; `atMs` from the probe's start, since when it has not changed. */
  readonly provisional: { readonly code: string; readonly atMs: number } | null;
}

/** A little earlier than the machines give up, so that the link says what was missing: TCP, or only TLS. */
const connectTimeoutMs = patience.openMs - 100;

export async function runServers(options: ServersRunOptions): Promise<ServersRun> {
  const { destinations, firstNumber, natServers, natSource, natRandom, originMs, signal, onEvent } = options;
  const nowEpochSec = Date.now() / 1000;
  const tasks = destinations.map(({ target, endpoint, source }, index) => ({
    id: `s${firstNumber + index}`,
    target,
    address: endpoint.address,
    source,
    credentials: credentialsOf(target, nowEpochSec),
  }));
  const machine = new ProbeRun({
    natServers,
    tasks,
    localAddress: natSource ?? null,
    random: randomBytes,
    natRandom,
    originMs,
  });
  let end = failure('harness-fault', 'no outcome');
  try {
    await drive<ProbeRunEvent>(machine, {
      onEvent,
      signal,
      connectTimeoutMs,
      bindAddress: natSource,
    });
  } catch (error) {
    // What was gathered so far is still evidence.
    end = signal?.aborted === true ? failure('cancelled') : failure('harness-fault', String(error));
  }
  const { natEvidence, natVerdictMs, headline } = machine;
  return {
    runs: machine.close(end),
    natEvidence,
    natVerdictMs: natVerdictMs === null ? null : natVerdictMs - originMs,
    provisional: headline === null ? null : { code: headline.code, atMs: headline.sinceMs - originMs },
  };
}
