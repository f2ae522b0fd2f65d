import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';

/** RFC 8656 s12: a channel binding lasts 600 s. */
export const channelMs = 600_000;
export interface Channel {
  readonly number: number;
  readonly peer: Endpoint;
  expiresMs: number;
}

/** The channels of one allocation. At most 4096, one for each number. */
export class ChannelTable {
  /** Many allocations never get one, so their memory comes with the first. */
  #byNumber: Map<number, Channel> | null = null;
  #byPeer: Map<string, Channel> | null = null;
  /** Of the last packet: the next one is mostly from the same peer, and comparing is cheaper than looking up. */
  #recent: Channel | null = null;

  /** RFC 8656 s12.2: a live number has one peer, a live peer one number. */
  conflicts(nowMs: number, number: number, peer: Endpoint): boolean {
    const before = this.peerOf(nowMs, number);
    if (before !== null) return !sameEndpoint(before, peer);
    return this.numberOf(nowMs, peer) !== null;
  }

  /** Binds or renews what does not conflict. */
  bind(nowMs: number, number: number, peer: Endpoint): void {
    this.#byNumber ??= new Map();
    this.#byPeer ??= new Map();
    this.#forget(this.#byNumber.get(number));
    this.#forget(this.#byPeer.get(formatEndpoint(peer)));
    const channel = { number, peer, expiresMs: nowMs + channelMs };
    this.#byNumber.set(number, channel);
    this.#byPeer.set(formatEndpoint(peer), channel);
  }

  peerOf(nowMs: number, number: number): Endpoint | null {
    return live(nowMs, this.#byNumber?.get(number))?.peer ?? null;
  }

  numberOf(nowMs: number, peer: Endpoint): number | null {
    if (this.#byPeer === null) return null;
    if (this.#recent === null || !sameEndpoint(this.#recent.peer, peer)) {
      this.#recent = this.#byPeer.get(formatEndpoint(peer)) ?? null;
    }
    return live(nowMs, this.#recent)?.number ?? null;
  }

  #forget(channel: Channel | undefined): void {
    if (channel === undefined) return;
    this.#recent = null;
    this.#byNumber?.delete(channel.number);
    this.#byPeer?.delete(formatEndpoint(channel.peer));
  }
}

function live(nowMs: number, channel: Channel | undefined | null): Channel | null {
  return channel !== undefined && channel !== null && nowMs < channel.expiresMs ? channel : null;
}
