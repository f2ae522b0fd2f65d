/** What a flow knows of the allocation that carries it, whatever leads to the server. */
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Effect } from '../../../stun/machine.ts';
import type { AllocationClient, AllocationEvent } from '../../client/allocation-client.ts';

/** A method of the client that returns effects. */
export type ClientAct = (client: AllocationClient, nowMs: number) => readonly Effect<AllocationEvent>[];

/** Takes the ChannelData of a flow, without padding. */
export interface PacketWriter {
  /** So many wait for the system. */
  hasWaiting(packets: number): boolean;
  /** The bytes must stay as they are while any wait. */
  send(bytes: Uint8Array): void;
  /** UDP only. */
  takeDescriptor?(descriptor: number | undefined): void;
  forgetDescriptor?(): void;
}

/** Takes what others found at the socket of an allocation. */
export interface DatagramOwner {
  /** Of the server, and no ChannelData. */
  receive(bytes: Uint8Array): void;
  /** What the network says about something that was sent before, by errno name. */
  refused(code: string): void;
}

export interface FlowHost {
  readonly local: Endpoint | null;
  /** Where the system counts what it drops; null: over streams it drops nothing, or it is not open. */
  readonly datagramPort: number | null;
  readonly receiveBufferBytes: number | null;
  /** Null: over streams. */
  readonly datagrams: DatagramOwner | null;
  start(): void;
  command(act: ClientAct): void;
  /** Null: it is not open. */
  openWriter(): PacketWriter | null;
  /** At once, without a word to the server. */
  close(): void;
}
