/**
 * One WebRTC peer that answers a data-channel offer and sends every message back. Runs only in the echo process
 * (see echo-process.ts): the native library must not be loaded twice in one process, and may crash.
 */
import { networkInterfaces } from 'node:os';
import nodeDataChannel, { type DataChannel, type PeerConnection } from 'node-datachannel';
import { maxBufferedBytes, maxChannels, maxEchoesPerSecond, maxMessageBytes } from './echo-limits.ts';
import type { EchoNews, EchoOrder } from './echo-messages.ts';
import { candidateValue, copiesFor } from './reachable-candidates.ts';

type OfferOrder = Extract<EchoOrder, { type: 'offer' }>;

const loopbackAddresses = ['127.0.0.1', '::1'];

export class EchoPeer {
  readonly #session: string;
  readonly #tell: (news: EchoNews) => void;
  readonly #connection: PeerConnection;
  /** The library’s objects live only as long as something in JavaScript holds them. */
  readonly #channels = new Set<DataChannel>();
  #closed = false;

  /** Throws when the library refuses the offer. */
  constructor(order: OfferOrder, tell: (news: EchoNews) => void) {
    this.#session = order.session;
    this.#tell = tell;
    const bindAddress =
      order.bindAddress ?? (order.clientIsLocal && !hasOutsideAddress() ? '127.0.0.1' : null);
    this.#connection = new nodeDataChannel.PeerConnection(`echo-${order.session}`, {
      iceServers: [],
      maxMessageSize: maxMessageBytes,
      ...(bindAddress === null ? {} : { bindAddress }),
    });
    const announced = bindAddress === null && order.clientIsLocal ? loopbackAddresses : [];
    this.#listen([...announced, ...order.announce]);
    try {
      this.#connection.setRemoteDescription(order.sdp, 'offer');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #listen(alsoReachableAt: readonly string[]): void {
    const session = this.#session;
    const copied = new Set<string>();
    this.#connection.onLocalDescription((sdp, type) => {
      if (type === 'answer') this.#tell({ type: 'answer', session, sdp });
    });
    this.#connection.onLocalCandidate((line, mid) => {
      const candidate = candidateValue(line);
      this.#tell({ type: 'candidate', session, candidate, mid });
      for (const copy of copiesFor(candidate, alsoReachableAt)) {
        const address = copy.split(' ')[4] ?? '';
        if (copied.has(address)) continue;
        copied.add(address);
        this.#tell({ type: 'candidate', session, candidate: copy, mid });
      }
    });
    this.#connection.onStateChange((state) => {
      if (!this.#closed) this.#tell({ type: 'peer-state', session, state });
    });
    this.#connection.onDataChannel((channel) => this.#serve(channel));
  }

  #serve(channel: DataChannel): void {
    if (this.#channels.size >= maxChannels) {
      channel.close();
      return;
    }
    this.#channels.add(channel);
    let windowStartMs = 0;
    let echoedInWindow = 0;
    channel.onClosed(() => this.#channels.delete(channel));
    channel.onMessage((message) => {
      const nowMs = performance.now();
      if (nowMs - windowStartMs >= 1000) {
        windowStartMs = nowMs;
        echoedInWindow = 0;
      }
      echoedInWindow += 1;
      if (echoedInWindow > maxEchoesPerSecond) return;
      if (!channel.isOpen() || channel.bufferedAmount() > maxBufferedBytes) return;
      if (typeof message === 'string') channel.sendMessage(message);
      else channel.sendMessageBinary(message instanceof ArrayBuffer ? new Uint8Array(message) : message);
    });
  }

  addCandidate(candidate: string, mid: string): void {
    if (this.#closed) return;
    try {
      this.#connection.addRemoteCandidate(candidate, mid);
    } catch {
      // The library throws for a candidate that comes after the transport has failed; it can no longer matter.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const channel of this.#channels) channel.close();
    this.#channels.clear();
    this.#connection.close();
  }
}

/** Without any address but loopback the library finds no candidate at all, unless told to bind loopback. */
function hasOutsideAddress(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((entry) => !entry.internal) === true);
}
