/** One connection attempt to the echo peer over one path, with our own deadline. Collects facts; judges nothing. */
import type { CandidateType } from '../../contract/candidate.ts';
import { type Clock, startClock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { runEcho } from './echo.ts';
import type { AttemptFacts } from './judge-attempt.ts';
import { candidateType, pairsFromStats, type StatsEntry } from './pairs-from-stats.ts';
import { SignalClient, SignalError } from './signal-client.ts';

export interface AttemptOptions {
  readonly id: string;
  readonly path: AttemptFacts['path'];
  readonly signalUrl: string;
  readonly iceServers: RTCIceServer[];
  readonly serverFailures: AttemptFacts['serverFailures'];
  /** For the whole attempt; a browser alone gives up after 15 to 40 s. */
  readonly deadlineMs: number;
}

const signalDeadlineMs = 4_000;
const statsDeadlineMs = 1_000;

type Times = { -readonly [K in keyof AttemptFacts]: AttemptFacts[K] };

/** Never rejects. */
export async function runAttempt(options: AttemptOptions): Promise<AttemptFacts> {
  const clock = startClock();
  const facts = emptyFacts(options);
  let signal: SignalClient | null = null;
  let connection: RTCPeerConnection | null = null;
  try {
    signal = await SignalClient.open(options.signalUrl, signalDeadlineMs);
    facts.signalledMs = clock();
    connection = new RTCPeerConnection({
      iceServers: options.iceServers,
      iceTransportPolicy: options.path === 'relay' ? 'relay' : 'all',
    });
    const running = connect(connection, signal, facts, clock);
    await withDeadline(running, options.deadlineMs - clock(), 'the attempt');
  } catch (error) {
    // A deadline or a failed connection is told by what is missing in the facts; only signalling has a cause.
    if (error instanceof SignalError) facts.signalFailure = { code: error.code, detail: error.message };
    else if (connection === null) facts.signalFailure = { code: 'harness-fault', detail: String(error) };
  } finally {
    if (connection !== null) facts.pairs = await readPairs(connection);
    connection?.close();
    signal?.close();
  }
  return facts;
}

/** Nothing has happened yet. */
export function emptyFacts(options: Pick<AttemptOptions, 'id' | 'path' | 'serverFailures'>): Times {
  return {
    id: options.id,
    path: options.path,
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
    pairs: [],
    signalFailure: null,
    serverFailures: options.serverFailures,
  };
}

/** Resolves when all messages are echoed, or as soon as it is certain that they will not be. */
async function connect(
  connection: RTCPeerConnection,
  signal: SignalClient,
  facts: Times,
  clock: Clock,
): Promise<void> {
  const channel = connection.createDataChannel('echo');
  channel.addEventListener('open', () => {
    facts.channelOpenMs = clock();
  });
  const failed = new Promise<void>((resolve, reject) => {
    signal.onBroken(reject);
    watchCandidates(connection, facts, clock, resolve);
    watchStates(connection, facts, clock, resolve);
  });
  // Settled by whoever comes first; the other end of the race may stay unsettled.
  failed.catch(() => undefined);
  const early: RTCIceCandidate[] = [];
  let offered = false;
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null || candidate.candidate === '') return;
    if (offered) signal.sendCandidate(candidate);
    else early.push(candidate);
  });
  facts.gatherStartedMs = clock();
  await connection.setLocalDescription();
  const sdp = connection.localDescription?.sdp ?? '';
  const answered = signal.offer(sdp, facts.path === 'relay', signalDeadlineMs);
  facts.offeredMs = clock();
  offered = true;
  for (const candidate of early) signal.sendCandidate(candidate);
  await connection.setRemoteDescription({ type: 'answer', sdp: await answered });
  facts.iceStartedMs = clock();
  signal.onCandidate((candidate) => {
    connection.addIceCandidate(candidate).catch(() => undefined);
  });
  const echoed = runEcho(channel, (rttMs) => {
    facts.firstEchoMs ??= clock();
    facts.echoRttsMs = [...facts.echoRttsMs, rttMs];
  });
  await Promise.race([echoed, failed]);
}

function watchCandidates(
  connection: RTCPeerConnection,
  facts: Times,
  clock: Clock,
  giveUp: () => void,
): void {
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const type = candidateType(candidate?.type);
    if (type !== null) facts.firstCandidateMs = withFirst(facts.firstCandidateMs, type, clock());
    if (candidate !== null) return;
    facts.gatherCompleteMs = clock();
    // Without any relay candidate a relay-only attempt cannot succeed any more.
    if (facts.path === 'relay' && facts.firstCandidateMs.relay === undefined) giveUp();
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

async function readPairs(connection: RTCPeerConnection): Promise<AttemptFacts['pairs']> {
  try {
    const stats = await withDeadline(connection.getStats(), statsDeadlineMs, 'statistics');
    const entries: StatsEntry[] = [];
    stats.forEach((entry: StatsEntry) => {
      entries.push(entry);
    });
    return pairsFromStats(entries);
  } catch {
    return [];
  }
}
