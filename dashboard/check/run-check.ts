/** The order of the check: what is tried, all at once where it can be, and what each step’s end says. */
import type { CheckConfig } from '../../contract/api.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import { startClock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { gatherStun, gatherTurn } from './gather-servers.ts';
import { serverUrls } from './ice-server-urls.ts';
import { fetchConfig } from './service-api.ts';
import { SignalClient } from './signal/signal-client.ts';
import { asSignalError } from './signal/signal-error.ts';
import { socketUrl } from './signal/socket-url.ts';
import { type Dispatch, type StepLog, stepLog } from './step-log.ts';
import { tryAll } from './try-all.ts';
import { unsignalledAttempt } from './try-path.ts';
import { type CheckFacts, noFacts } from './verdict/check-facts.ts';
import { giveUp, judge, type Verdict } from './verdict/judge.ts';
import { watchDevice } from './watch-device.ts';
import { words } from './words/language.ts';

const signalDeadlineMs = 5_000;
/** Each part has a deadline of its own; this one is for browsers in which a call to WebRTC never returns. */
const wholeMs = 25_000;
export interface CheckTarget {
  /** Address of the service, from which its paths are resolved. */
  readonly service: string;
  /** Token of the link that the visitor came by; null: none. */
  readonly link: string | null;
}

/** Runs to the verdict. Never rejects: whatever goes wrong becomes part of the verdict. */
export async function runCheck(dispatch: Dispatch, { service, link }: CheckTarget): Promise<void> {
  dispatch({ type: 'started' });
  const log = stepLog(startClock(), dispatch);
  const device = watchDevice();
  let facts: CheckFacts = noFacts;
  let verdict: Verdict = giveUp;
  try {
    const collecting = collectFacts(log, { service, link });
    facts = { ...(await withDeadline(collecting, wholeMs, 'the check')), ...device.seen() };
    verdict = judge(facts);
  } catch {
    // A browser that behaves like no other: better a verdict that says so than a page that waits for ever.
  } finally {
    device.stop();
  }
  log.begin('verdict');
  const ends = { good: 'ok', limited: 'warned', bad: 'failed', unknown: 'failed' } as const;
  log.end('verdict', ends[verdict.status], '');
  dispatch({ type: 'judged', verdict, facts, atMs: log.clock() });
}

async function collectFacts(log: StepLog, { service, link }: CheckTarget): Promise<CheckFacts> {
  const { step } = words();
  log.begin('browser');
  if (typeof RTCPeerConnection === 'undefined') {
    log.end('browser', 'failed', step.browserMissing);
    skip(log, ['service', 'gather', 'nat', 'direct', 'relay'], step.noWebrtcSkip);
    return { ...noFacts, hasWebrtc: false };
  }
  log.end('browser', 'ok', step.browserOk);

  log.begin('service');
  const reached = await fetchConfig(service, link);
  if (reached.answer !== 'reached') {
    log.end('service', 'failed', step.serviceFailed);
    skip(log, ['gather', 'nat', 'direct', 'relay'], step.noServiceSkip);
    return { ...noFacts, service: reached.answer };
  }
  const { config } = reached;
  const { protocol, port } = new URL(service);
  const known: CheckFacts = {
    ...noFacts,
    service: 'reached',
    pageOn443: port === '443' || (port === '' && protocol === 'https:'),
    hasRelay: config.hasRelay,
    addresses: config.addresses,
    servers: serverUrls(config.iceServers).map(({ url, kind, transport, host, port }) => ({
      url,
      kind,
      transport,
      host,
      port,
    })),
    nowEpochSec: Date.now() / 1000,
  };
  const openedAt = log.clock();
  const signal = await openSignal(socketUrl(config.echoPath, service));
  if (signal instanceof SignalClient) {
    log.end('service', 'ok', step.serviceOk);
    // TCP, upgrade, hello.
    const roundTripMs = (log.clock() - openedAt) / 3;
    try {
      return { ...known, ...(await tryAll(config, signal, roundTripMs, log, service)) };
    } finally {
      signal.close();
    }
  }
  log.end('service', 'failed', words().failure(signal).meaning);
  return { ...known, ...(await withoutSignalling(config, signal, log)) };
}

async function openSignal(url: string): Promise<SignalClient | Failure> {
  try {
    return await SignalClient.open(url, signalDeadlineMs);
  } catch (error) {
    const { code, message } = asSignalError(error);
    return failure(code, message);
  }
}

/** What can be found out without signalling is still worth having. */
async function withoutSignalling(
  config: CheckConfig,
  signalFailure: Failure,
  log: StepLog,
): Promise<Partial<CheckFacts>> {
  const urls = serverUrls(config.iceServers);
  const turnUrls = urls.filter(({ kind }) => kind === 'turn');
  const [gathered] = await Promise.all([
    gatherStun(
      urls.filter(({ kind }) => kind === 'stun'),
      log,
    ),
    gatherTurn(turnUrls, log),
  ]);
  skip(log, ['nat', 'direct', 'relay'], words().step.noServiceSkip);
  const paths = config.hasRelay ? (['mesh', 'relay'] as const) : (['mesh'] as const);
  for (const path of paths) {
    log.dispatch({ type: 'attempted', attempt: unsignalledAttempt(path, signalFailure) });
  }
  return { signalFailure, stun: gathered.servers, hostCandidates: gathered.hostCandidates };
}

function skip(log: StepLog, steps: readonly Parameters<StepLog['end']>[0][], why: string): void {
  for (const step of steps) log.end(step, 'skipped', why);
}
