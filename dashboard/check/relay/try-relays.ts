/** Tries every TURN server over every transport and family, all at once, each with data and a deadline of its own. */
import { asIceServer } from '../gather.ts';
import { judgeAttempt } from '../judge-attempt.ts';
import { judgeServer } from '../judge-server.ts';
import { runAttempt } from '../run-attempt.ts';
import type { SignalClient } from '../signal/signal-client.ts';
import { brokenOffMs } from '../try-path.ts';
import type { TriedRelay } from './judge-tries.ts';
import type { PlannedTry } from './plan-tries.ts';

/** Less than the peers that one socket may have (service/rtc/echo-limits.ts), so that the direct connection fits in. */
const atOnce = 24;

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
