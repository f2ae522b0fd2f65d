/** What a flow knows of the allocation that carries it, whatever leads to the server. */
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Effect } from '../../../stun/machine.ts';
import type { AllocationClient, AllocationEvent } from '../../client/allocation-client.ts';

/** A method of the client that returns effects. */
export type ClientAct = (client: AllocationClient, nowMs: number) => readonly Effect<AllocationEvent>[];

/** Takes the ChannelData of a flow; a connected UDP socket is one. */
export interface PacketSocket {
  /** Whole ChannelData without padding. The bytes may be written again once `onSent` has been called. */
  send(bytes: Uint8Array, onSent: (error: Error | null) => void): void;
  /** Sends that the system has not taken yet. */
  getSendQueueCount(): number;
  getRecvBufferSize(): number;
}

export interface FlowHost {
  /** Null: not open. */
  readonly socket: PacketSocket | null;
  readonly local: Endpoint | null;
  /** Where the system counts what it drops; null: over streams it drops nothing. */
  readonly datagramPort: number | null;
  start(): void;
  command(act: ClientAct): void;
  /** At once, without a word to the server. */
  close(): void;
}
