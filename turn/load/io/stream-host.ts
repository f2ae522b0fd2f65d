/**
 * One allocation over TCP or TLS that carries packets. Requests go through the client; ChannelData goes straight to the
 * connection, and what the connection does not take is lost at once: a queue in this process would hide it.
 */
import { paddingAfter } from '../../../stun/bytes.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Link } from '../../../stun/io/link.ts';
import type { AllocationEvent } from '../../client/allocation-client.ts';
import type { TargetOrder } from '../orders.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import type { ClientAct, FlowHost, PacketSocket } from './flow-host.ts';
import { setUpGiveUpMs } from './load-task.ts';

export interface StreamHostOptions {
  readonly target: TargetOrder;
  readonly onEvent: (event: AllocationEvent) => void;
  /** @param at where the data begins */
  readonly onChannelData: (bytes: Uint8Array, at: number) => void;
  /** A packet found no room: the server, or the way to it, does not take them as fast as they are due. */
  readonly onFull: () => void;
}

/**
 * May wait in this process. The system has taken all it holds by then (Linux: megabytes), so the other side does not
 * read; below it, packets wait for one turn of the event loop, as all do over TLS.
 */
const mostWaitingBytes = 64 * 1024;

export class StreamHost implements FlowHost {
  readonly datagramPort = null;
  readonly #options: StreamHostOptions;
  readonly #closing = new AbortController();
  #allocation: DrivenAllocation | null = null;
  #socket: PacketSocket | null = null;
  #local: Endpoint | null = null;

  constructor(options: StreamHostOptions) {
    this.#options = options;
  }

  get socket(): PacketSocket | null {
    return this.#socket;
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
  }

  command(act: ClientAct): void {
    this.#allocation?.command(act);
  }

  close(): void {
    this.#socket = null;
    this.#closing.abort();
  }

  #onLink(link: Link, local: Endpoint): void {
    const { target, onFull } = this.#options;
    this.#local = local;
    this.#socket = {
      send: (bytes, onSent) => {
        if ((link.waitingBytes?.() ?? 0) > mostWaitingBytes) onFull();
        else link.send(target.server, paddedCopy(bytes));
        onSent(null);
      },
      // What waits is a copy.
      getSendQueueCount: () => 0,
      getRecvBufferSize: () => Number.POSITIVE_INFINITY,
    };
  }
}

/** RFC 8656 s12.5: over streams ChannelData is padded to four bytes, and its length does not count the padding. */
function paddedCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + paddingAfter(bytes.length));
  copy.set(bytes);
  return copy;
}
