/**
 * A check is a script: a generator that says what it wants from the network and is resumed with what came of it. It
 * holds no socket and no clock, so the same script runs on real sockets and on the virtual network.
 */
import type { AddressFamily, Endpoint } from '../../../stun/endpoint.ts';
import type { LinkError, SocketId, Transport } from '../../../stun/machine.ts';
import type { StunMessage } from '../../../stun/message.ts';

/** One message on its way. */
export interface Shot {
  /** For the evidence, e.g. `S05/unknown-attributes`. */
  readonly purpose: string;
  readonly socket: SocketId;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
  /**
   * answer: sent again until one comes (RFC 8489 s6.2.1). silence: sent twice, then waited for a while; worth
   * something only beside a shot that was answered.
   */
  readonly awaits: 'answer' | 'silence';
}

export interface Reply {
  /** success, error: class of the answer · silent: none came · broken: the link failed. */
  readonly outcome: 'success' | 'error' | 'silent' | 'broken';
  readonly message: StunMessage | null;
  readonly bytes: Uint8Array | null;
  readonly from: Endpoint | null;
  /** Which of our sockets it came to. */
  readonly socket: SocketId | null;
  /** Null where more than one transmission could have been answered. */
  readonly rttMs: number | null;
  readonly error: LinkError | null;
  /** Further answers to the same transaction. */
  readonly more: readonly Uint8Array[];
  /** Id of the evidence. */
  readonly evidence: string;
}

/** Something that came in and answers no shot. */
export interface Packet {
  readonly socket: SocketId;
  readonly from: Endpoint;
  readonly atMs: number;
  /** data: from a channel · stun: a whole message, or any datagram · junk: a stream that is no STUN · closed: its end. */
  readonly kind: 'stun' | 'data' | 'junk' | 'closed';
  readonly bytes: Uint8Array;
  /** Of ChannelData; else null. */
  readonly channel: number | null;
}

export interface OpenDemand {
  readonly kind: 'open';
  readonly socket: SocketId;
  readonly transport: Transport;
  readonly family: AddressFamily;
  readonly to?: Endpoint;
  readonly serverName?: string;
}

export type Demand =
  | OpenDemand
  | { readonly kind: 'close'; readonly socket: SocketId }
  | { readonly kind: 'shoot'; readonly shots: readonly Shot[] }
  | { readonly kind: 'send'; readonly socket: SocketId; readonly to: Endpoint; readonly bytes: Uint8Array }
  /** Waits `forMs`, or until `enough` of what came. Zero takes what is there. */
  | {
      readonly kind: 'listen';
      readonly forMs: number;
      readonly enough?: ((packets: readonly Packet[]) => boolean) | undefined;
    };

export type Answer =
  | { readonly kind: 'opened'; readonly local: Endpoint; readonly nowMs: number }
  | { readonly kind: 'not-opened'; readonly error: LinkError; readonly nowMs: number }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[]; readonly nowMs: number }
  | { readonly kind: 'packets'; readonly packets: readonly Packet[]; readonly nowMs: number }
  | { readonly kind: 'done'; readonly nowMs: number };

export type Script<T> = Generator<Demand, T, Answer>;

function wrongAnswer(wanted: string, answer: Answer): Error {
  return new TypeError(`a script wanted ${wanted} and got ${answer.kind}`);
}

export type Opened = { readonly local: Endpoint } | { readonly error: LinkError };

export function* open(demand: Omit<OpenDemand, 'kind'>): Script<Opened> {
  const answer = yield { kind: 'open', ...demand };
  if (answer.kind === 'opened') return { local: answer.local };
  if (answer.kind === 'not-opened') return { error: answer.error };
  throw wrongAnswer('a socket', answer);
}

export function* close(socket: SocketId): Script<void> {
  yield { kind: 'close', socket };
}

/** Sends all at once and returns when each is answered or given up; replies in the order of the shots. */
export function* shoot(shots: readonly Shot[]): Script<readonly Reply[]> {
  const answer = yield { kind: 'shoot', shots };
  if (answer.kind !== 'replies') throw wrongAnswer('replies', answer);
  return answer.replies;
}

export function* shootOne(shot: Shot): Script<Reply> {
  const [reply] = yield* shoot([shot]);
  if (reply === undefined) throw new TypeError('a shot has a reply');
  return reply;
}

/** Returns the time at which it was sent. */
export function* send(socket: SocketId, to: Endpoint, bytes: Uint8Array): Script<number> {
  const { nowMs } = yield { kind: 'send', socket, to, bytes };
  return nowMs;
}

export function* listen(
  forMs: number,
  enough?: (packets: readonly Packet[]) => boolean,
): Script<readonly Packet[]> {
  const answer = yield { kind: 'listen', forMs, enough };
  if (answer.kind !== 'packets') throw wrongAnswer('packets', answer);
  return answer.packets;
}

/** The run's time. */
export function* now(): Script<number> {
  const { nowMs } = yield { kind: 'listen', forMs: 0 };
  return nowMs;
}

/** Lets time pass. What comes meanwhile is thrown away. */
export function* pause(forMs: number): Script<void> {
  yield* listen(forMs);
}
