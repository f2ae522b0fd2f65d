import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';

/** RFC 8656 s9: a permission lasts 300 s. Renewed a minute early, so that one lost request does no harm. */
export const permissionRefreshMs = 240_000;
/** RFC 8656 s12: a channel binding lasts 600 s. */
export const channelRefreshMs = 540_000;
/** RFC 8656 s12: numbers that a client may bind. */
const firstChannel = 0x4000;
const lastChannel = 0x4fff;

interface Renewal {
  readonly peer: Endpoint;
  renewAtMs: number;
}

/** The peers of one allocation: who is permitted, which channel leads to whom, and when to renew either. */
export class RelayPeers {
  /** By IP address: permissions do not look at the port (RFC 8656 s9). */
  readonly #permissions = new Map<string, Renewal>();
  readonly #channels = new Map<number, Renewal>();
  /**
   * Numbers by peer, bound or not. A peer keeps its number for good: a bind whose answer was lost may have worked,
   * and then only the same pair may be bound again (RFC 8656 s12.2).
   */
  readonly #numbers = new Map<string, number>();

  permit(nowMs: number, peer: Endpoint): void {
    this.#permissions.set(peer.address, { peer, renewAtMs: nowMs + permissionRefreshMs });
  }

  forbid(peer: Endpoint): void {
    this.#permissions.delete(peer.address);
  }

  /** The number for a ChannelBind: the one that this peer has, or a fresh one; null when all are used up. */
  numberFor(peer: Endpoint): number | null {
    const key = formatEndpoint(peer);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const fresh = firstChannel + this.#numbers.size;
    if (fresh > lastChannel) return null;
    this.#numbers.set(key, fresh);
    return fresh;
  }

  /** The server has bound it; that also permits the peer (RFC 8656 s12). */
  bind(nowMs: number, channel: number, peer: Endpoint): void {
    this.#channels.set(channel, { peer, renewAtMs: nowMs + channelRefreshMs });
    this.permit(nowMs, peer);
  }

  unbind(channel: number): void {
    this.#channels.delete(channel);
  }

  /** The channel that is bound to this peer, if any. */
  channelTo(peer: Endpoint): number | null {
    const number = this.#numbers.get(formatEndpoint(peer));
    return number !== undefined && this.#channels.has(number) ? number : null;
  }

  peerOf(channel: number): Endpoint | null {
    return this.#channels.get(channel)?.peer ?? null;
  }

  /** Permissions to renew now, and their clocks set anew; those due within `slackMs` come along. */
  takeDuePermissions(nowMs: number, slackMs = 60_000): Endpoint[] {
    const renewals = [...this.#permissions.values()];
    if (!renewals.some((renewal) => renewal.renewAtMs <= nowMs)) return [];
    const due = renewals.filter((renewal) => renewal.renewAtMs <= nowMs + slackMs);
    for (const renewal of due) renewal.renewAtMs = nowMs + permissionRefreshMs;
    return due.map((renewal) => renewal.peer);
  }

  /** Peers whose channels are to be bound again now, and their clocks set anew. */
  takeDueChannels(nowMs: number): Endpoint[] {
    const due = [...this.#channels.values()].filter((renewal) => renewal.renewAtMs <= nowMs);
    for (const renewal of due) renewal.renewAtMs = nowMs + channelRefreshMs;
    return due.map((renewal) => renewal.peer);
  }

  nextDeadlineMs(): number | null {
    const times = [...this.#permissions.values(), ...this.#channels.values()].map((r) => r.renewAtMs);
    return times.length === 0 ? null : Math.min(...times);
  }
}
