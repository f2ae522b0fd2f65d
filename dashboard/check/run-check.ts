/** The order of the check: what is tried, one step after the other, and what each step’s end says. */
import type { CheckConfig } from '../../contract/api.ts';
import type { Headline } from '../../contract/basics.ts';
import type { Failure } from '../../contract/failures.ts';
import { failure, meaningOf } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { explainCandidateError } from './candidate-errors.ts';
import { startClock } from './clock.ts';
import { gatherFrom, gatherHost } from './gather.ts';
import { type ServerUrl, serverUrls } from './ice-server-urls.ts';
import { type CheckFacts, judge } from './judge.ts';
import { judgeServer } from './judge-server.ts';
import { findNat } from './nat/find-nat.ts';
import { notesFor } from './notes.ts';
import { fetchConfig } from './service-api.ts';
import { SignalClient, SignalError } from './signal-client.ts';
import { socketUrl } from './socket-url.ts';
import { type Dispatch, type StepLog, stepLog } from './step-log.ts';
import { tryPath, unsignalledAttempt } from './try-path.ts';
import { advice, say, sentences } from './words.ts';

const signalDeadlineMs = 5_000;

/**
 * Runs to the verdict. Never rejects: whatever goes wrong becomes part of the verdict.
 *
 * @param configPath where the service tells which servers to try
 */
export async function runCheck(dispatch: Dispatch, configPath: string): Promise<void> {
  dispatch({ type: 'started' });
  const log = stepLog(startClock(), dispatch);
  let headline: Headline;
  try {
    headline = judge(await collectFacts(log, configPath));
  } catch {
    // A browser that behaves like no other: better a verdict that says so than a page that waits for ever.
    headline = giveUp;
  }
  log.begin('verdict');
  const status = headline.status === 'good' ? 'ok' : headline.status === 'limited' ? 'warned' : 'failed';
  log.end('verdict', status, '');
  dispatch({ type: 'judged', headline, atMs: log.clock() });
}

const giveUp: Headline = {
  status: 'unknown',
  code: 'harness-fault',
  sentence: sentences.toolFault,
  advice: [advice.reload],
};

const nothingYet: CheckFacts = {
  hasWebrtc: true,
  serviceReached: false,
  signalFailure: null,
  hasRelay: false,
  attempts: [],
};

async function collectFacts(log: StepLog, configPath: string): Promise<CheckFacts> {
  log.begin('browser');
  if (typeof RTCPeerConnection === 'undefined') {
    log.end('browser', 'failed', say.browserMissing);
    for (const step of ['service', 'gather', 'nat', 'direct', 'relay'] as const) {
      log.end(step, 'skipped', say.noWebrtcSkip);
    }
    return { ...nothingYet, hasWebrtc: false };
  }
  log.end('browser', 'ok', say.browserOk);

  log.begin('service');
  const service = await reachService(configPath);
  if (service === null) {
    log.end('service', 'failed', say.configFailed);
    for (const step of ['gather', 'nat', 'direct', 'relay'] as const) {
      log.end(step, 'skipped', say.noServiceSkip);
    }
    return nothingYet;
  }
  const { config, signalUrl, signalFailure } = service;
  if (signalFailure === null) log.end('service', 'ok', say.serviceOk);
  else log.end('service', 'failed', meaningOf(signalFailure));

  const urls = serverUrls(config.iceServers);
  const servers = await gatherAll(urls, log);
  const { hasRelay } = config;
  const reached = { ...nothingYet, serviceReached: true, hasRelay, signalFailure };
  const paths = hasRelay ? (['mesh', 'relay'] as const) : (['mesh'] as const);
  if (signalFailure !== null) {
    for (const step of ['nat', 'direct', 'relay'] as const) log.end(step, 'skipped', say.noServiceSkip);
    for (const path of paths) {
      log.dispatch({ type: 'attempted', attempt: unsignalledAttempt(path, signalFailure) });
    }
    return reached;
  }
  if (!hasRelay) log.end('relay', 'skipped', say.noRelayConfigured);
  // All at once: the person waits for the slowest one only, and none uses another’s sockets.
  const context = { urls, servers, signalUrl };
  const nat = findNat(config.natPath, log);
  const attempts = await Promise.all(paths.map(async (path) => tryPath(path, context, log)));
  await nat;
  return { ...reached, attempts: attempts.flat() };
}

interface ReachedService {
  readonly config: CheckConfig;
  readonly signalUrl: string;
  readonly signalFailure: Failure | null;
}

/** Null: not even its configuration came. */
async function reachService(configPath: string): Promise<ReachedService | null> {
  let config: CheckConfig;
  try {
    config = await fetchConfig(configPath);
  } catch {
    return null;
  }
  const signalUrl = socketUrl(config.echoPath);
  try {
    const signal = await SignalClient.open(signalUrl, signalDeadlineMs);
    signal.close();
    return { config, signalUrl, signalFailure: null };
  } catch (error) {
    const known = error instanceof SignalError ? error : new SignalError('signal-failed', String(error));
    return { config, signalUrl, signalFailure: failure(known.code, known.message) };
  }
}

async function gatherAll(urls: readonly ServerUrl[], log: StepLog): Promise<readonly ServerResult[]> {
  log.begin('gather');
  const [host, ...tries] = await Promise.all([
    gatherHost(log.clock),
    ...urls.map(async (server) => gatherFrom(server, log.clock)),
  ]);
  const servers = tries.map((attempt) => judgeServer(attempt));
  // Every connection gathers the same host candidates again, under other ports.
  const fromServers = tries.flatMap((attempt) => attempt.candidates.filter(({ type }) => type !== 'host'));
  const candidates = [...host, ...fromServers];
  const errors = tries.flatMap((attempt, index) =>
    attempt.errors.map((error) => explainCandidateError(error, servers[index]?.status === 'ok')),
  );
  log.dispatch({ type: 'gathered', candidates, errors, servers });
  const reportsErrors = tries.every((attempt) => attempt.reportsErrors);
  for (const note of notesFor(candidates, reportsErrors)) log.dispatch({ type: 'noted', note });
  const answered = servers.filter((server) => server.status === 'ok').length;
  if (servers.length === 0) log.end('gather', 'ok', say.noServers);
  else {
    const status = answered === servers.length ? 'ok' : answered === 0 ? 'failed' : 'warned';
    log.end('gather', status, say.serversAnswered(answered, servers.length));
  }
  return servers;
}
