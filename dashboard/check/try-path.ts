/** The direct path: run, judge, and where the handshake broke, run once more. */
import type { Failure } from '../../contract/failures.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { asIceServer } from './gather.ts';
import type { ServerUrl } from './ice-server-urls.ts';
import { judgeAttempt } from './judge-attempt.ts';
import { emptyFacts, runAttempt } from './run-attempt.ts';
import type { SignalClient } from './signal/signal-client.ts';
import type { StepLog } from './step-log.ts';
import { words } from './words/language.ts';

/** A handshake that fails sooner than this was broken off; a later end means silence, which a second try meets again. */
export const brokenOffMs = 3_000;

/**
 * Given no TURN server at all, so that nothing but a direct pair can carry it. Never rejects.
 * @param hopeless resolves when no server answers over UDP, so that no long wait is worth it
 */
export async function tryDirect(
  servers: readonly ServerUrl[],
  signal: SignalClient,
  hopeless: Promise<unknown>,
  deadlineMs: number,
  log: StepLog,
): Promise<Attempt> {
  log.begin('direct');
  const iceServers = servers.map(asIceServer);
  for (let number = 1; ; number += 1) {
    const id = `direct-${number}`;
    const beganMs = log.clock();
    const run = await runAttempt({
      id,
      path: 'mesh',
      signal,
      iceServers,
      hopeless,
      deadlineMs,
      countsLoss: true,
    });
    const attempt = judgeAttempt(run.facts);
    log.dispatch({ type: 'attempted', attempt });
    const brokenOff = log.clock() - beganMs < brokenOffMs;
    if (attempt.failure?.code === 'dtls-failed' && brokenOff && number === 1) {
      // A handshake that breaks once in some hundred times is known of native peers: try again, report both.
      log.dispatch({ type: 'noted', note: { id: 'dtlsRetried' } });
      continue;
    }
    const { step, failure } = words();
    if (attempt.succeeded) log.end('direct', 'ok', step.connected(attempt.echoRttMs ?? 0));
    else log.end('direct', 'failed', attempt.failure === undefined ? '' : failure(attempt.failure).meaning);
    return attempt;
  }
}

/** Without signalling no attempt can begin; the record says so, instead of having none. */
export function unsignalledAttempt(path: 'mesh' | 'relay', failed: Failure): Attempt {
  const id = path === 'mesh' ? 'direct-1' : 'relay-1';
  return { ...judgeAttempt(emptyFacts({ id, path })), failure: failed };
}
