/** How packets get into the system and out of it: which of three ways a worker takes, and why. */
import type { LoadEngine, LoadProfile } from '../../contract/load-profile.ts';
import type { LoadEngineUse } from '../../contract/load-report.ts';
import type { Transport } from '../../stun/machine.ts';

export interface EngineFacts {
  readonly platform: string;
  /** As `process.arch` says it. */
  readonly arch: string;
  readonly isLittleEndian: boolean;
  /** Why the C library cannot be called; null: it can. */
  readonly libcProblem: string | null;
  /** Why there is no io_uring(7); null: there is. */
  readonly ringProblem: string | null;
  /** Others have work in the thread of the worker, and would wait for it. */
  readonly sharesThread: boolean;
}

const layouts: ReadonlySet<string> = new Set(['x64', 'arm64']);

/** The slowest first. */
export const enginesUpwards = [
  'portable',
  'batched',
  'ring',
] as const satisfies readonly LoadEngineUse['kind'][];

/** Null: batched is possible, and a ring where the system has one. */
export function whyNotBatched(facts: EngineFacts, transports: readonly Transport[]): string | null {
  const { platform, arch, isLittleEndian, libcProblem } = facts;
  if (platform !== 'linux') return `${platform} has no sendmmsg(2) that is known here`;
  if (!layouts.has(arch) || !isLittleEndian) return `the memory layout of ${arch} is not known here`;
  if (transports.some((transport) => transport !== 'udp')) return 'some streams go over TCP or TLS';
  return libcProblem === null ? null : `the C library cannot be called: ${libcProblem}`;
}

/** @param transports of all streams */
export function chooseEngine(
  wanted: LoadEngine,
  facts: EngineFacts,
  transports: readonly Transport[],
): LoadEngineUse {
  if (wanted === 'portable') return { kind: 'portable', reason: 'asked for' };
  const problem = whyNotBatched(facts, transports);
  if (problem !== null) return { kind: 'portable', reason: shortened(problem) };
  if (wanted === 'batched') return { kind: 'batched', reason: 'asked for' };
  if (wanted === 'auto' && facts.sharesThread)
    return { kind: 'portable', reason: 'other work is done in the same thread' };
  if (facts.ringProblem !== null) return { kind: 'batched', reason: shortened(facts.ringProblem) };
  return { kind: 'ring', reason: wanted === 'ring' ? 'asked for' : 'Linux, and all streams go over UDP' };
}

const mostReason = 300;
const shortened = (reason: string): string => reason.slice(0, mostReason);

/** Of the streams of a profile. @param ofUri where the mix says nothing else */
export function transportsOf({ traffic }: LoadProfile, ofUri: Transport): Transport[] {
  return traffic.mix.map(({ transport }) => transport ?? ofUri);
}

export function engineText({ kind, reason }: LoadEngineUse): string {
  return `${kind} engine (${reason})`;
}
