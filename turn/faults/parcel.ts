import type { Endpoint } from '../../stun/endpoint.ts';
import type { SocketId } from '../../stun/machine.ts';
import type { StunMessage } from '../../stun/message.ts';
import type { AnswerSeal } from '../server/authenticator.ts';
import type { Way } from './client-notes.ts';

/** How a message was made, so that it can be made again after a change. */
export interface Making {
  readonly message: StunMessage;
  /** Null: without integrity. */
  readonly seal: AnswerSeal | null;
  readonly withFingerprint: boolean;
}

/** Bytes on their way between a client and the server, and what is to become of them. */
export interface Parcel {
  readonly way: Way;
  /** The server’s socket. */
  readonly socket: SocketId;
  readonly client: Endpoint;
  /** Grows while it waits for others to join. */
  bytes: Uint8Array;
  /** When it goes on. */
  readonly atMs: number;
  /** Null: ChannelData, or bytes that are no message any more. */
  readonly making: Making | null;
  /** The stream ends behind it. */
  readonly closes: 'end' | 'reset' | null;
  /** Waits for so many others of the same client and way, but not longer than `atMs`. */
  readonly overtakenBy: number;
  /** Joins what already waits for this stream. */
  readonly joins: boolean;
}
