/** The order of the check: what is tried, all at once where it can be, and what each step’s end says. */
import type { CheckConfig } from '../../contract/api.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import { startClock } from './clock.ts';
import { gatherStun, gatherTurn } from './gather-servers.ts';
import { type ServerUrl, serverUrls } from './ice-server-urls.ts';
import { findNat } from './nat/find-nat.ts';
import { planTries } from './relay/plan-tries.ts';
import { stepRelays } from './relay/step-relays.ts';
import { bestRelay } from './relay/try-relays.ts';
import { fetchConfig, fetchOwnView } from './service-api.ts';
import { SignalClient } from './signal/signal-client.ts';
import { asSignalError } from './signal/signal-error.ts';
import { socketUrl } from './signal/socket-url.ts';
import { type Dispatch, type StepLog, stepLog } from './step-log.ts';
import { tryDirect, unsignalledAttempt } from './try-path.ts';
import { type CheckFacts, noFacts } from './verdict/check-facts.ts';
import { giveUp, judge, type Verdict } from './verdict/judge.ts';
import { udpOf } from './verdict/udp-facts.ts';
import { watchDevice } from './watch-device.ts';
import { words } from './words/language.ts';

const signalDeadlineMs = 5_000;
/** Where nothing answers over UDP, a direct connection is worth a try, but not a long wait. */
const hopelessMs = 5_000;
/** What the service sees is asked at the start; where it takes longer than the rest, the rest does not wait long. */
const ownViewMs = 6_000;
/** A connection with data takes a dozen round trips; more is only waited for where they are long. */
const deadlines = { relayMs: 4_300, directMs: 6_500, roundTrips: 8, mostMs: 9_000 };

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
    facts = { ...(await collectFacts(log, { service, link })), ...device.seen() };
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

/** All at once: the person waits for the slowest one only, and none uses another’s sockets. */
async function tryAll(
  config: CheckConfig,
  signal: SignalClient,
  roundTripMs: number,
  log: StepLog,
  service: string,
): Promise<Partial<CheckFacts>> {
  const urls = serverUrls(config.iceServers);
  const stunUrls = urls.filter(({ kind }) => kind === 'stun');
  const tries = planTries(urls, config.addresses);
  const { relayMs, directMs, roundTrips, mostMs } = deadlines;
  const within = (ms: number): number => Math.min(mostMs, ms + roundTrips * roundTripMs);

  const ownView = fetchOwnView(service, ownViewMs);
  const gathering = gatherStun(stunUrls, log);
  const natTest = findNat(config.natPath, service, log);
  const relaying = stepRelays(tries, signal, within(relayMs), log);
  const udp = Promise.all([gathering, natTest, relaying]).then(([{ servers: stun }, nat, { rows: relays }]) =>
    udpOf({ stun, relays, nat, direct: null, ownView: [] }),
  );
  const patience = new Promise<void>((resolve) => setTimeout(resolve, hopelessMs));
  const hopeless = Promise.all([udp, patience]).then(([state]) => {
    if (state === 'open') return new Promise<never>(() => undefined);
    return state;
  });
  const direct = await tryDirect(stunUrls, signal, hopeless, within(directMs), log);
  const [gathered, nat, relayed] = await Promise.all([gathering, natTest, relaying]);
  const relay = bestRelay(relayed.tried);
  if (relay !== null) log.dispatch({ type: 'attempted', attempt: { ...relay, id: 'relay-1' } });
  return {
    hostCandidates: gathered.hostCandidates,
    stun: gathered.servers,
    relays: relayed.rows,
    direct,
    relay,
    nat,
    ownView: (await ownView)?.servers ?? [],
    credentialExpiry: expiries(urls),
    signalFailure: direct.succeeded || relay?.succeeded === true ? null : brokenSignal(signal),
  };
}

function brokenSignal({ broken }: SignalClient): Failure | null {
  return broken === null ? null : failure(broken.code, broken.message);
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

/** `EXPIRY:USER` is what usernames made from a shared secret look like (draft-uberti-behave-turn-rest-00 §2.2). */
function expiries(urls: readonly ServerUrl[]): Record<string, number> {
  const found = urls.flatMap(({ url, username }) => {
    const expiry = /^(\d{9,11})(:|$)/.exec(username ?? '')?.[1];
    return expiry === undefined ? [] : [[url, Number(expiry)] as const];
  });
  return Object.fromEntries(found);
}
