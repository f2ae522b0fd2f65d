/** Connected UDP sockets by their descriptors, many datagrams a call: what the engines for packets are made of. */
import type { MessageBlock } from '../message-block.ts';

/** One that was received: its owner’s until it has taken it. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where it begins, and where it ends; at the same place: it was longer than its buffer. */
  readonly at: number;
  readonly end: number;
  /** When the system received it, by `performance.now()`. */
  readonly arrivedMs: number;
}

/** Owner of a socket. */
export interface Inlet {
  readonly descriptor: number;
  take(datagram: Datagram): void;
  /** What the network said about earlier ones, by errno name. */
  refused(code: string): void;
}

/**
 * Node.js keeps the sockets: whatever it reads first in its turns of the event loop reaches the same owner over `dgram`. A
 * datagram that the system does not take is told to whoever made these sockets, by errno name.
 */
export interface DatagramSockets {
  /** Receiving is done at the end of a sleep: what that takes longer than asked for is work. */
  readonly receivesAsleep: boolean;
  /** From now on `receive` hands over what arrives there. @returns takes it away: before the socket is closed */
  add(inlet: Inlet): () => void;
  /** All that is there, once round. */
  receive(): void;
  /** Only while it is taken: the datagram goes where its socket is connected to. */
  sendBack(descriptor: number): void;
  /** The messages stay as they are until `flush`. */
  send(descriptor: number, block: MessageBlock, from: number, to: number): void;
  /** What was to be sent has left, or was refused. */
  flush(): void;
  /** Sleeps, with the whole thread, whatever arrives. */
  rest(ms: number): void;
  /** Sleeps until something arrives. */
  awaitArrival(mostMs: number): void;
  /** Timers of the system are as exact as this needs them, or as usual. */
  beExact(isExact: boolean): void;
  close(): void;
}

/** Payloads of `load-profile` and answers of STUN servers are shorter. */
export const slotBytes = 2048;
export const dontWait = 0x40;

/** UDP_MAX_SEGMENTS of the kernels that have fewest; udp(7): what one message may hold. */
const mostSegments = 64;
const mostJoinedBytes = 65_000;
/** Refusals that say nothing about joined messages. */
const passing: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'ENOMEM', 'ECONNREFUSED', 'EHOSTUNREACH']);

export function mostJoined(bytes: number): number {
  return Math.min(mostSegments, Math.floor(mostJoinedBytes / bytes));
}

/** Whether the system could not cut this message, and will not cut others. */
export function cannotCut(code: string): boolean {
  return !passing.has(code);
}
