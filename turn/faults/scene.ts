import type { RandomBytes, SocketId } from '../../stun/machine.ts';
import type { ClientNote } from './client-notes.ts';
import type { Sighting } from './sighting.ts';

/** Where and on what a rule acts. */
export interface Scene {
  readonly nowMs: number;
  readonly note: ClientNote;
  readonly sighting: Sighting;
  readonly random: RandomBytes;
  /** Another UDP socket of the server than this one; null: it has no other, or this is a stream. */
  otherSocket(socket: SocketId): SocketId | null;
  /** From [0, 1), decided by the seed. */
  draw(what: string): number;
  /** When the line of this rule and client is free again, in ms; may be set. */
  readonly line: { freeAtMs: number };
}
