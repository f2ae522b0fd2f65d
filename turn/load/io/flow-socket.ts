/** The socket of an allocation as the batched engine uses it: packets go out of it, and what comes in is sorted. */
import { channelHeaderBytes, firstOfChannelData } from '../traffic.ts';
import type { Outlet } from './batched-sender.ts';
import type { Datagram, Inlet } from './datagram-sockets.ts';
import type { DatagramOwner } from './flow-host.ts';

export interface FlowSocketOptions {
  readonly descriptor: number;
  readonly channel: number;
  readonly payloadBytes: number;
  /** Of the last packet that has left by another way. */
  readonly sequence: number;
  /** Whom everything but ChannelData is for. */
  readonly owner: DatagramOwner;
  /** @param at where the data begins @param end where it ends at the latest */
  readonly onChannelData: (view: DataView, at: number, end: number, arrivedMs: number) => void;
}

export class FlowSocket implements Inlet, Outlet {
  readonly descriptor: number;
  readonly channel: number;
  readonly payloadBytes: number;
  readonly #options: FlowSocketOptions;
  #sequence: number;

  constructor(options: FlowSocketOptions) {
    this.descriptor = options.descriptor;
    this.channel = options.channel;
    this.payloadBytes = options.payloadBytes;
    this.#sequence = options.sequence;
    this.#options = options;
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  take({ bytes, view, at, end, arrivedMs }: Datagram): void {
    const { owner, onChannelData } = this.#options;
    if (end > at && (bytes[at] ?? 0) >= firstOfChannelData)
      onChannelData(view, at + channelHeaderBytes, end, arrivedMs);
    else if (end > at) owner.receive(bytes.slice(at, end));
  }

  refused(code: string): void {
    this.#options.owner.refused(code);
  }
}
