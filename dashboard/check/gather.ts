/**
 * Gathers candidates with one PeerConnection per server URL, so that every success and failure has an owner.
 * TURN URLs are tried relay-only. Each has our deadline: a browser alone would wait up to 40 s for a dead server.
 */
import type { Candidate } from '../../contract/candidate.ts';
import { toCandidate } from './browser-candidate.ts';
import type { RawCandidateError } from './candidate-errors.ts';
import type { Clock } from './clock.ts';
import type { ServerUrl } from './ice-server-urls.ts';
import type { ServerTry } from './judge-server.ts';

/** Enough for DNS, TCP, TLS and three round trips over a satellite. */
export const gatherDeadlineMs = 4_000;
/** Host candidates come from the device itself; only the mDNS names may take a moment. */
const hostDeadlineMs = 1_500;

export function asIceServer(server: ServerUrl): RTCIceServer {
  const { url, username, credential } = server;
  return {
    urls: url,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

/** The device’s own addresses, as far as the browser shows them. */
export async function gatherHost(clock: Clock): Promise<readonly Candidate[]> {
  const gathered = await collect({}, null, hostDeadlineMs, clock);
  return gathered.candidates.filter((candidate) => candidate.type === 'host');
}

/** Never rejects. */
export async function gatherFrom(server: ServerUrl, clock: Clock): Promise<ServerTry> {
  const config: RTCConfiguration = {
    iceServers: [asIceServer(server)],
    iceTransportPolicy: server.kind === 'turn' ? 'relay' : 'all',
  };
  const startedMs = clock();
  const gathered = await collect(config, server, gatherDeadlineMs, clock);
  return { server, startedMs, deadlineMs: gatherDeadlineMs, ...gathered };
}

export type Gathered = Omit<ServerTry, 'server' | 'startedMs' | 'deadlineMs'>;

async function collect(
  config: RTCConfiguration,
  server: ServerUrl | null,
  deadlineMs: number,
  clock: Clock,
): Promise<Gathered> {
  const candidates: Candidate[] = [];
  const errors: RawCandidateError[] = [];
  let connection: RTCPeerConnection;
  try {
    connection = new RTCPeerConnection(config);
  } catch (error) {
    return refusedBy(error);
  }
  const reportsErrors = 'onicecandidateerror' in connection;
  try {
    const complete = await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), deadlineMs);
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate === null) return resolve(true);
        const entry = toCandidate(candidate, server?.url ?? null, clock());
        if (entry !== null) candidates.push(entry);
      });
      connection.addEventListener('icecandidateerror', (event) => {
        if (server !== null) errors.push(rawError(event, server.url, clock()));
      });
      connection.createDataChannel('gather');
      connection.setLocalDescription().catch(() => resolve(false));
    });
    return { candidates, errors, complete, reportsErrors, refusedUrl: null };
  } finally {
    connection.close();
  }
}

/** The constructor threw, which it does for a URL that it does not take. */
export function refusedBy(error: unknown): Gathered {
  const refusedUrl = error instanceof Error ? error.message : 'refused';
  return { candidates: [], errors: [], complete: false, reportsErrors: true, refusedUrl };
}

export function rawError(
  event: RTCPeerConnectionIceErrorEvent,
  url: string,
  atMs: number,
): RawCandidateError {
  return {
    url,
    errorCode: event.errorCode,
    errorText: event.errorText,
    address: event.address || null,
    port: event.port || null,
    atMs,
  };
}
