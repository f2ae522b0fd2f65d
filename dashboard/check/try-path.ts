/** One path, direct or relayed: run, judge, and where the handshake broke, run once more. */
import type { Failure } from '../../contract/failures.ts';
import { meaningOf } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { asIceServer } from './gather.ts';
import type { ServerUrl } from './ice-server-urls.ts';
import { judgeAttempt } from './judge-attempt.ts';
import { emptyFacts, runAttempt } from './run-attempt.ts';
import type { StepLog } from './step-log.ts';
import { noteWords, say } from './words.ts';

export type CheckPath = 'mesh' | 'relay';

export interface PathContext {
  readonly urls: readonly ServerUrl[];
  /** Result of each URL tried alone, in the same order. */
  readonly servers: readonly ServerResult[];
  readonly signalUrl: string;
}

const stepOf = { mesh: 'direct', relay: 'relay' } as const;
/** The direct attempt is given no TURN server at all, so nothing but a direct pair can carry it. */
const kindOf = { mesh: 'stun', relay: 'turn' } as const;

/** Nine round trips, some of them repeated, over a slow satellite. */
const attemptDeadlineMs = 9_000;
/** Where no server answered over UDP, a direct connection is worth a try, but not a long wait. */
const hopelessMs = 5_000;

function udpIsSilent(servers: readonly ServerResult[]): boolean {
  const overUdp = servers.filter((server) => server.transport === 'udp');
  return overUdp.length > 0 && overUdp.every((server) => server.failure?.code === 'timeout');
}

/** Never rejects. Two attempts only when the first one broke in the DTLS handshake. */
export async function tryPath(path: CheckPath, context: PathContext, log: StepLog): Promise<Attempt[]> {
  const step = stepOf[path];
  log.begin(step);
  const mine = context.urls.flatMap((server, index) =>
    server.kind === kindOf[path] ? [{ server, failed: context.servers[index]?.failure }] : [],
  );
  const serverFailures = mine.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  // A URL that the browser does not take would keep it from building the connection at all.
  const iceServers = mine
    .filter(({ failed }) => failed?.code !== 'uri-invalid')
    .map(({ server }) => asIceServer(server));
  const deadlineMs = path === 'mesh' && udpIsSilent(context.servers) ? hopelessMs : attemptDeadlineMs;
  const attempts: Attempt[] = [];
  for (const number of [1, 2]) {
    const id = `${step}-${number}`;
    const { signalUrl } = context;
    const run = await runAttempt({ id, path, signalUrl, iceServers, serverFailures, deadlineMs });
    const attempt = judgeAttempt(run);
    attempts.push(attempt);
    log.dispatch({ type: 'attempted', attempt });
    if (attempt.failure?.code !== 'dtls-failed' || number === 2) break;
    // A handshake that breaks once in some hundred times is known of native peers: try again, report both.
    log.dispatch({ type: 'noted', note: noteWords.dtlsRetried });
  }
  tellEnd(path, attempts.at(-1), log);
  return attempts;
}

function tellEnd(path: CheckPath, last: Attempt | undefined, log: StepLog): void {
  const step = stepOf[path];
  if (last?.succeeded === true) {
    const via = path === 'relay' && last.transport !== null ? say.viaRelay(last.transport) : '';
    log.end(step, 'ok', say.connected(via, last.echoRttMs ?? 0));
  } else log.end(step, 'failed', last?.failure === undefined ? '' : meaningOf(last.failure));
}

/** Without signalling no attempt can begin; the record says so, instead of having none. */
export function unsignalledAttempt(path: CheckPath, failed: Failure): Attempt {
  const facts = emptyFacts({ id: `${stepOf[path]}-1`, path, serverFailures: [] });
  return { ...judgeAttempt(facts), failure: failed };
}
