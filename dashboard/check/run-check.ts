/** The order of the check: what is tried, one step after the other, and what each step’s end says. */
import type { CheckConfig } from '../../contract/api.ts';
import type { Failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { explainCandidateError } from './candidate-errors.ts';
import { failure } from './failure-rows.ts';
import { asIceServer, type Clock, gatherFrom, gatherHost } from './gather.ts';
import { type ServerUrl, serverUrls } from './ice-server-urls.ts';
import { type CheckFacts, judge } from './judge.ts';
import { judgeAttempt } from './judge-attempt.ts';
import { judgeServer } from './judge-server.ts';
import { notesFor } from './notes.ts';
import { runAttempt } from './run-attempt.ts';
import { fetchConfig } from './service-api.ts';
import { SignalClient, SignalError } from './signal-client.ts';
import type { CheckEvent, EndStatus, StepId } from './state.ts';
import { noteWords, say } from './words.ts';

export type Dispatch = (event: CheckEvent) => void;

const signalDeadlineMs = 5_000;

/** Runs to the verdict. Never rejects: whatever goes wrong becomes part of the verdict. */
export async function runCheck(dispatch: Dispatch): Promise<void> {
  const startedAt = performance.now();
  const clock: Clock = () => performance.now() - startedAt;
  const begin = (step: StepId): void => dispatch({ type: 'step-started', step, atMs: clock() });
  const end = (step: StepId, status: EndStatus, detail: string): void =>
    dispatch({ type: 'step-ended', step, status, detail, atMs: clock() });
  const conclude = (facts: CheckFacts): void => {
    begin('verdict');
    const headline = judge(facts);
    end(
      'verdict',
      headline.status === 'good' ? 'ok' : headline.status === 'limited' ? 'warned' : 'failed',
      '',
    );
    dispatch({ type: 'judged', headline, atMs: clock() });
  };
  const facts: CheckFacts = {
    hasWebrtc: true,
    serviceReached: false,
    signalFailure: null,
    hasRelay: false,
    attempts: [],
  };

  dispatch({ type: 'started' });
  begin('browser');
  if (typeof RTCPeerConnection === 'undefined') {
    end('browser', 'failed', say.browserMissing);
    for (const step of ['service', 'gather', 'direct', 'relay'] as const)
      end(step, 'skipped', say.noWebrtcSkip);
    conclude({ ...facts, hasWebrtc: false });
    return;
  }
  end('browser', 'ok', say.browserOk);

  begin('service');
  const service = await reachService();
  if (service.config === null) {
    end('service', 'failed', service.problem);
    for (const step of ['gather', 'direct', 'relay'] as const) end(step, 'skipped', say.noServiceSkip);
    conclude(facts);
    return;
  }
  const { config, signalUrl, signalFailure } = service;
  end('service', signalFailure === null ? 'ok' : 'failed', signalFailure?.message ?? say.serviceOk);

  begin('gather');
  const urls = serverUrls(config.iceServers);
  const servers = await gatherAll(urls, clock, dispatch, (status, detail) => end('gather', status, detail));

  const reached = { ...facts, serviceReached: true, hasRelay: config.hasRelay, signalFailure };
  if (signalFailure !== null) {
    for (const step of ['direct', 'relay'] as const) end(step, 'skipped', say.noServiceSkip);
    for (const attempt of unsignalled(config.hasRelay, signalFailure))
      dispatch({ type: 'attempted', attempt });
    conclude(reached);
    return;
  }
  // Both at once: the person waits for the slower one only, and neither uses the other’s sockets.
  const tries = [tryPath('mesh', urls, servers, signalUrl, dispatch, begin, end)];
  if (config.hasRelay) tries.push(tryPath('relay', urls, servers, signalUrl, dispatch, begin, end));
  else end('relay', 'skipped', say.noRelayConfigured);
  conclude({ ...reached, attempts: (await Promise.all(tries)).flat() });
}

interface ReachedService {
  readonly config: CheckConfig | null;
  readonly problem: string;
  readonly signalUrl: string;
  readonly signalFailure: Failure | null;
}

async function reachService(): Promise<ReachedService> {
  let config: CheckConfig;
  try {
    config = await fetchConfig();
  } catch {
    return { config: null, problem: say.configFailed, signalUrl: '', signalFailure: null };
  }
  const url = new URL(config.echoPath, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const reached = { config, problem: '', signalUrl: url.href };
  try {
    const signal = await SignalClient.open(url.href, signalDeadlineMs);
    signal.close();
    return { ...reached, signalFailure: null };
  } catch (error) {
    const known = error instanceof SignalError ? error : new SignalError('signal-failed', String(error));
    return { ...reached, signalFailure: failure(known.code, known.message) };
  }
}

async function gatherAll(
  urls: readonly ServerUrl[],
  clock: Clock,
  dispatch: Dispatch,
  end: (status: EndStatus, detail: string) => void,
): Promise<readonly ServerResult[]> {
  const [host, ...tries] = await Promise.all([
    gatherHost(clock),
    ...urls.map(async (server) => gatherFrom(server, clock)),
  ]);
  const servers = tries.map((attempt) => judgeServer(attempt));
  const fromServers = tries.flatMap((attempt) => attempt.candidates.filter(({ type }) => type !== 'host'));
  const candidates = [...host, ...fromServers];
  const errors = tries.flatMap((attempt, index) =>
    attempt.errors.map((error) => explainCandidateError(error, servers[index]?.status === 'ok')),
  );
  dispatch({ type: 'gathered', candidates, errors, servers });
  const reportsErrors = tries.every((attempt) => attempt.reportsErrors);
  for (const note of notesFor(candidates, reportsErrors, true)) dispatch({ type: 'noted', note });
  const answered = servers.filter((server) => server.status === 'ok').length;
  if (servers.length === 0) end('ok', say.noServers);
  else {
    const status = answered === servers.length ? 'ok' : answered === 0 ? 'failed' : 'warned';
    end(status, say.serversAnswered(answered, servers.length));
  }
  return servers;
}

async function tryPath(
  path: 'mesh' | 'relay',
  urls: readonly ServerUrl[],
  servers: readonly ServerResult[],
  signalUrl: string,
  dispatch: Dispatch,
  begin: (step: StepId) => void,
  end: (step: StepId, status: EndStatus, detail: string) => void,
): Promise<Attempt[]> {
  const step = path === 'mesh' ? 'direct' : 'relay';
  begin(step);
  const kind = path === 'mesh' ? 'stun' : 'turn';
  // A URL that the browser does not take would keep it from building the connection at all.
  const usable = urls.filter(
    (server, index) => server.kind === kind && servers[index]?.failure?.code !== 'uri-invalid',
  );
  const serverFailures = servers.flatMap((server, index) =>
    urls[index]?.kind === kind && server.failure !== undefined ? [server.failure] : [],
  );
  const attempts: Attempt[] = [];
  for (const number of [1, 2]) {
    const id = `${step}-${number}`;
    const iceServers = usable.map(asIceServer);
    const attempt = judgeAttempt(await runAttempt({ id, path, signalUrl, iceServers, serverFailures }));
    attempts.push(attempt);
    dispatch({ type: 'attempted', attempt });
    if (attempt.failure?.code !== 'dtls-failed') break;
    // A handshake that breaks once in some hundred times is known of native peers: try again, report both.
    dispatch({ type: 'noted', note: noteWords.dtlsRetried });
  }
  const last = attempts.at(-1);
  if (last?.succeeded === true) {
    const via = path === 'relay' && last.transport !== null ? say.viaRelay(last.transport) : '';
    end(step, 'ok', say.connected(via, last.echoRttMs ?? 0));
  } else end(step, 'failed', last?.failure?.message ?? '');
  return attempts;
}

/** Without signalling no attempt can begin; the record says so, instead of having none. */
function unsignalled(hasRelay: boolean, failed: Failure): Attempt[] {
  const blank = {
    signalledMs: null,
    gatherStartedMs: null,
    firstCandidateMs: {},
    gatherCompleteMs: null,
    iceStartedMs: null,
    iceConnectedMs: null,
    dtlsConnectedMs: null,
    channelOpenMs: null,
    firstEchoMs: null,
    echoRttsMs: [],
    pairs: [],
    serverFailures: [],
    signalFailure: null,
  };
  const paths = hasRelay ? (['mesh', 'relay'] as const) : (['mesh'] as const);
  return paths.map((path) => ({
    ...judgeAttempt({ ...blank, id: `${path === 'mesh' ? 'direct' : 'relay'}-1`, path }),
    failure: failed,
  }));
}
