/** One allocation over TCP or TLS that carries packets: requests go through the client, ChannelData straight to the connection. */
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Link } from '../../../stun/io/link.ts';
import type { AllocationEvent } from '../../client/allocation-client.ts';
import type { TargetOrder } from '../orders.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import type { ClientAct, FlowHost, PacketWriter } from './flow-host.ts';
import { setUpGiveUpMs } from './load-task.ts';
import { StreamWriter } from './stream-writer.ts';

export interface StreamHostOptions {
  readonly target: TargetOrder;
  readonly onEvent: (event: AllocationEvent) => void;
  /** @param at where the data begins */
  readonly onChannelData: (bytes: Uint8Array, at: number) => void;
  /** A packet found no room: the server, or the way to it, does not take them as fast as they are due. */
  readonly onFull: () => void;
}

export class StreamHost implements FlowHost {
  readonly datagramPort = null;
  readonly receiveBufferBytes = null;
  readonly datagrams = null;
  readonly #options: StreamHostOptions;
  readonly #closing = new AbortController();
  #allocation: DrivenAllocation | null = null;
  #writer: PacketWriter | null = null;
  #local: Endpoint | null = null;

  constructor(options: StreamHostOptions) {
    this.#options = options;
  }

  get local(): Endpoint | null {
    return this.#local;
  }

  start(): void {
    const { target, onEvent, onChannelData } = this.#options;
    this.#allocation = new DrivenAllocation({
      target,
      giveUpMs: setUpGiveUpMs,
      signal: this.#closing.signal,
      onLink: (link, local) => this.#onLink(link, local),
      onEvent: (event) => {
        if (event.kind === 'data') onChannelData(event.bytes, 0);
        else onEvent(event);
      },
    });
    this.#allocation.start();
  }

  command(act: ClientAct): void {
    this.#allocation?.command(act);
  }

  openWriter(): PacketWriter | null {
    return this.#writer;
  }

  close(): void {
    this.#writer = null;
    this.#closing.abort();
  }

  #onLink(link: Link, local: Endpoint): void {
    const { target, onFull } = this.#options;
    this.#local = local;
    this.#writer = new StreamWriter(link, target.server, onFull);
  }
}
