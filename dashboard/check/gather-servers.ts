/** The step that finds addresses: each STUN server alone, and what the device itself has. */
import type { ServerResult } from '../../contract/nat-report.ts';
import { explainCandidateError } from './candidate-errors.ts';
import { gatherFrom, gatherHost } from './gather.ts';
import type { ServerUrl } from './ice-server-urls.ts';
import { judgeServer, type ServerTry } from './judge-server.ts';
import { notesFor } from './notes.ts';
import type { StepLog } from './step-log.ts';
import { words } from './words/language.ts';

export interface GatheredStun {
  readonly servers: readonly ServerResult[];
  readonly hostCandidates: number;
}

/** Never rejects. */
export async function gatherStun(urls: readonly ServerUrl[], log: StepLog): Promise<GatheredStun> {
  const { step } = words();
  log.begin('gather');
  const [host, ...tries] = await Promise.all([
    gatherHost(log.clock),
    ...urls.map(async (server) => gatherFrom(server, log.clock)),
  ]);
  const servers = tries.map((attempt) => judgeServer(attempt));
  // Every connection gathers the same host candidates again, under other ports.
  const fromServers = tries.flatMap((attempt) => attempt.candidates.filter(({ type }) => type !== 'host'));
  const candidates = [...host, ...fromServers];
  log.dispatch({ type: 'gathered', candidates, errors: errorsOf(tries, servers), servers });
  const reportsErrors = tries.every((attempt) => attempt.reportsErrors);
  for (const note of notesFor(candidates, reportsErrors)) log.dispatch({ type: 'noted', note });
  const answered = servers.filter((server) => server.status === 'ok').length;
  if (servers.length === 0) log.end('gather', 'ok', step.noServers);
  else {
    const status = answered === servers.length ? 'ok' : answered === 0 ? 'failed' : 'warned';
    log.end('gather', status, step.serversAnswered(answered, servers.length));
  }
  return { servers, hostCandidates: host.length };
}

/** Which TURN servers give out a relay address, where nothing can be sent through it. Never rejects. */
export async function gatherTurn(urls: readonly ServerUrl[], log: StepLog): Promise<void> {
  const tries = await Promise.all(urls.map(async (server) => gatherFrom(server, log.clock)));
  const servers = tries.map((attempt) => judgeServer(attempt));
  const candidates = tries.flatMap((attempt) => attempt.candidates);
  log.dispatch({ type: 'gathered', candidates, errors: errorsOf(tries, servers), servers });
}

function errorsOf(tries: readonly ServerTry[], servers: readonly ServerResult[]) {
  return tries.flatMap((attempt, index) =>
    attempt.errors.map((error) => explainCandidateError(error, servers[index]?.status === 'ok')),
  );
}
