/** One connection attempt to the echo peer over one path, with our own deadline. Collects facts; judges nothing. */
import type { Candidate, CandidateType } from '../../contract/candidate.ts';
import { toCandidate } from './browser-candidate.ts';
import type { RawCandidateError } from './candidate-errors.ts';
import { type Clock, startClock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { measureLoss, openLossChannel, runEcho } from './echo.ts';
import { type Gathered, rawError, refusedBy } from './gather.ts';
import type { AttemptFacts } from './judge-attempt.ts';
import { candidateType } from './pairs-from-stats.ts';
import { readPairs } from './read-pairs.ts';
import { negotiate } from './signal/negotiate.ts';
import type { SignalClient } from './signal/signal-client.ts';
import { SignalError } from './signal/signal-error.ts';
import type { SignalPeer } from './signal/signal-peer.ts';

export interface AttemptOptions {
  readonly id: string;
  readonly path: AttemptFacts['path'];
  readonly signal: SignalClient;
  readonly iceServers: RTCIceServer[];
  /** For the whole attempt; a browser alone gives up after 15 to 40 s. */
  readonly deadlineMs: number;
  /** Ends it earlier, where it has become hopeless. */
  readonly hopeless?: Promise<unknown>;
  /** Also sends messages that nobody repeats, and counts those that come back. */
  readonly countsLoss?: boolean;
}

export interface AttemptRun {
  /** Without `serverFailures`, which others judge. */
  readonly facts: AttemptFacts;
  readonly gathered: Gathered;
}

const answerDeadlineMs = 4_000;

type Times = { -readonly [K in keyof AttemptFacts]: AttemptFacts[K] };
interface Running {
  readonly facts: Times;
  readonly candidates: Candidate[];
  readonly errors: RawCandidateError[];
  readonly clock: Clock;
  readonly url: string | null;
}

/** Never rejects. */
export async function runAttempt(options: AttemptOptions): Promise<AttemptRun> {
  const clock = startClock();
  const facts = emptyFacts(options);
  const url = options.path === 'relay' ? String(options.iceServers[0]?.urls ?? '') : null;
  const running: Running = { facts, candidates: [], errors: [], clock, url };
  const { candidates, errors } = running;
  // The socket stands already.
  facts.signalledMs = clock();
  let connection: RTCPeerConnection;
  try {
    connection = new RTCPeerConnection({
      iceServers: options.iceServers,
      iceTransportPolicy: options.path === 'relay' ? 'relay' : 'all',
    });
  } catch (error) {
    return { facts, gathered: refusedBy(error) };
  }
  const lossChannel = options.countsLoss === true ? openLossChannel(connection) : null;
  const peer = options.signal.peer(options.id);
  try {
    const done = connect(connection, peer, running);
    await withDeadline(
      Promise.race([done, ...(options.hopeless === undefined ? [] : [options.hopeless])]),
      options.deadlineMs,
      'the attempt',
    );
    // Not under the deadline: where much gets lost, getting here has taken long already.
    if (lossChannel !== null && facts.firstEchoMs !== null) facts.lossRate = await measureLoss(lossChannel);
  } catch (error) {
    // A deadline or a failed connection is told by what is missing in the facts; only signalling has a cause.
    if (error instanceof SignalError) facts.signalFailure = { code: error.code, detail: error.message };
  } finally {
    facts.pairs = await readPairs(connection);
    connection.close();
    peer.close();
  }
  const reportsErrors = 'onicecandidateerror' in connection;
  const complete = facts.gatherCompleteMs !== null;
  return { facts, gathered: { candidates, errors, complete, reportsErrors, refusedUrl: null } };
}

/** Nothing has happened yet. */
export function emptyFacts({ id, path }: Pick<AttemptFacts, 'id' | 'path'>): Times {
  return {
    id,
    path,
    signalledMs: null,
    gatherStartedMs: null,
    firstCandidateMs: {},
    gatherCompleteMs: null,
    offeredMs: null,
    iceStartedMs: null,
    iceConnectedMs: null,
    dtlsConnectedMs: null,
    channelOpenMs: null,
    firstEchoMs: null,
    echoRttsMs: [],
    lossRate: null,
    pairs: [],
    signalFailure: null,
    serverFailures: [],
  };
}

/** Resolves when all messages are echoed, or as soon as it is certain that they will not be. */
async function connect(connection: RTCPeerConnection, peer: SignalPeer, running: Running): Promise<void> {
  const { facts, clock } = running;
  const channel = connection.createDataChannel('echo');
  channel.addEventListener('open', () => {
    facts.channelOpenMs = clock();
  });
  const failed = new Promise<void>((resolve, reject) => {
    peer.onBroken(reject);
    watchCandidates(connection, running, resolve);
    watchStates(connection, facts, clock, resolve);
  });
  // Settled by whoever comes first; the other end of the race may stay unsettled.
  failed.catch(() => undefined);
  facts.gatherStartedMs = clock();
  await negotiate(connection, peer, {
    relayOnly: facts.path === 'relay',
    deadlineMs: answerDeadlineMs,
    onOffered: () => {
      facts.offeredMs = clock();
    },
  });
  facts.iceStartedMs = clock();
  const onEcho = (rttMs: number): void => {
    facts.firstEchoMs ??= clock();
    facts.echoRttsMs = [...facts.echoRttsMs, rttMs];
  };
  await Promise.race([runEcho(channel, onEcho), failed]);
}

function watchCandidates(
  connection: RTCPeerConnection,
  { facts, candidates, errors, clock, url }: Running,
  giveUp: () => void,
): void {
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const type = candidateType(candidate?.type);
    if (type !== null) facts.firstCandidateMs = withFirst(facts.firstCandidateMs, type, clock());
    if (candidate !== null) {
      const entry = toCandidate(candidate, url, clock());
      if (entry !== null) candidates.push(entry);
      return;
    }
    facts.gatherCompleteMs = clock();
    // Without any relay candidate a relay-only attempt cannot succeed any more.
    if (facts.path === 'relay' && facts.firstCandidateMs.relay === undefined) giveUp();
  });
  connection.addEventListener('icecandidateerror', (event) => {
    if (url !== null) errors.push(rawError(event, url, clock()));
  });
}

function withFirst(
  times: AttemptFacts['firstCandidateMs'],
  type: CandidateType,
  atMs: number,
): AttemptFacts['firstCandidateMs'] {
  return times[type] === undefined ? { ...times, [type]: atMs } : times;
}

function watchStates(connection: RTCPeerConnection, facts: Times, clock: Clock, giveUp: () => void): void {
  connection.addEventListener('iceconnectionstatechange', () => {
    const state = connection.iceConnectionState;
    if (state === 'connected' || state === 'completed') facts.iceConnectedMs ??= clock();
    if (state === 'failed') giveUp();
  });
  connection.addEventListener('connectionstatechange', () => {
    // “connected” includes every DTLS transport (W3C WebRTC §4.3.3).
    if (connection.connectionState === 'connected') facts.dtlsConnectedMs ??= clock();
    if (connection.connectionState === 'failed') giveUp();
  });
}
