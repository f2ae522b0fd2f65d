/** Tries every TURN server over every transport and family, all at once, each with data and a deadline of its own. */
import type { Candidate } from '../../../contract/candidate.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import type { Attempt, RelayTry } from '../../../contract/visit-report.ts';
import type { RawCandidateError } from '../candidate-errors.ts';
import { asIceServer } from '../gather.ts';
import { judgeAttempt } from '../judge-attempt.ts';
import { judgeServer } from '../judge-server.ts';
import { runAttempt } from '../run-attempt.ts';
import type { SignalClient } from '../signal/signal-client.ts';
import { brokenOffMs } from '../try-path.ts';
import type { PlannedTry } from './plan-tries.ts';

/** Less than the peers that one socket may have (service/rtc/echo-limits.ts), so that the direct connection fits in. */
const atOnce = 24;

export interface TriedRelay {
  readonly planned: PlannedTry;
  /** The candidate alone, as for a STUN server. */
  readonly server: ServerResult;
  readonly attempt: Attempt;
  readonly candidates: readonly Candidate[];
  readonly errors: readonly RawCandidateError[];
  readonly reportsErrors: boolean;
}

/** Never rejects. */
export async function tryRelays(
  tries: readonly PlannedTry[],
  signal: SignalClient,
  deadlineMs: number,
): Promise<TriedRelay[]> {
  const results: TriedRelay[] = [];
  const waiting = [...tries.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, planned] = next;
      results[index] = await tryRelay(planned, signal, deadlineMs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tries.length) }, lane));
  return results;
}

async function tryRelay(planned: PlannedTry, signal: SignalClient, deadlineMs: number): Promise<TriedRelay> {
  const beganMs = performance.now();
  const first = await tryOnce(planned, planned.id, signal, deadlineMs);
  // A handshake that breaks once in some hundred times is known of native peers.
  if (first.attempt.failure?.code !== 'dtls-failed' || performance.now() - beganMs > brokenOffMs)
    return first;
  return tryOnce(planned, `${planned.id}b`, signal, deadlineMs);
}

async function tryOnce(
  planned: PlannedTry,
  id: string,
  signal: SignalClient,
  deadlineMs: number,
): Promise<TriedRelay> {
  const iceServers = [asIceServer(planned.server)];
  const run = await runAttempt({ id, path: 'relay', signal, iceServers, deadlineMs });
  const { facts, gathered } = run;
  const server = judgeServer({ server: planned.server, startedMs: 0, deadlineMs, ...gathered });
  const serverFailures = server.failure === undefined ? [] : [server.failure];
  const attempt = judgeAttempt({ ...facts, serverFailures });
  const { candidates, errors, reportsErrors } = gathered;
  return { planned, server, attempt, candidates, errors, reportsErrors };
}

/** What the report keeps of the tries; a family that fails beside one that works is a note. */
export function relayRows(tried: readonly TriedRelay[]): RelayTry[] {
  const working = new Set(tried.filter(({ attempt }) => attempt.succeeded).map(({ planned }) => planned.url));
  return tried.map(({ planned, server, attempt }) => ({
    url: planned.url.slice(0, 300),
    host: planned.server.host,
    port: planned.server.port,
    transport: planned.server.transport,
    family: planned.family,
    outcome: attempt.succeeded ? 'ok' : working.has(planned.url) ? 'note' : 'failed',
    rung: attempt.rung,
    allocatedMs: server.setupMs,
    setupMs: attempt.setupMs,
    echoRttMs: attempt.echoRttMs,
    ...(attempt.failure === undefined ? {} : { failure: attempt.failure }),
  }));
}

const preference = { udp: 0, tcp: 1, tls: 2 } as const;

/**
 * The try that stands for the relay path: the one that a call would use, UDP before TCP before TLS; where none works,
 * the one that came farthest.
 */
export function bestRelay(tried: readonly TriedRelay[]): Attempt | null {
  const works = tried.filter(({ attempt }) => attempt.succeeded);
  const rank = ({ planned, attempt }: TriedRelay): number =>
    preference[planned.server.transport] * 1e6 + (attempt.setupMs ?? 0);
  const [best] = works.sort((a, b) => rank(a) - rank(b));
  if (best !== undefined) return best.attempt;
  const [farthest] = [...tried].sort(
    (a, b) => b.attempt.rung.localeCompare(a.attempt.rung) || telling(b) - telling(a),
  );
  return farthest?.attempt ?? null;
}

/** An answer of the server says more than silence. */
function telling({ attempt }: TriedRelay): number {
  const code = attempt.failure?.code ?? 'timeout';
  return /^(turn|stun)-/.test(code) ? 2 : code === 'timeout' ? 0 : 1;
}

/** One row per configured URL: failed unless data came through some way to it. */
export function serverResults(tried: readonly TriedRelay[]): ServerResult[] {
  const urls = [...new Set(tried.map(({ planned }) => planned.url))];
  return urls.flatMap((url) => {
    const ways = tried.filter(({ planned }) => planned.url === url);
    const way = ways.find(({ attempt }) => attempt.succeeded) ?? ways[0];
    if (way === undefined) return [];
    const { failure } = way.attempt;
    const status = way.attempt.succeeded ? 'ok' : 'failed';
    return [{ ...way.server, url: url.slice(0, 300), status, ...(failure === undefined ? {} : { failure }) }];
  });
}
