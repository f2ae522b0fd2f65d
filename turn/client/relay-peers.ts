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
  readonly #channelByPeer = new Map<string, number>();
  #nextChannel = firstChannel;

  permit(nowMs: number, peer: Endpoint): void {
    this.#permissions.set(peer.address, { peer, renewAtMs: nowMs + permissionRefreshMs });
  }

  forbid(peer: Endpoint): void {
    this.#permissions.delete(peer.address);
  }

  /** The number for a ChannelBind: the one that this peer has, or a fresh one; null when all are used up. */
  reserveChannel(peer: Endpoint): number | null {
    const known = this.#channelByPeer.get(formatEndpoint(peer));
    if (known !== undefined) return known;
    if (this.#nextChannel > lastChannel) return null;
    this.#nextChannel += 1;
    return this.#nextChannel - 1;
  }

  /** The server has bound it; that also permits the peer (RFC 8656 s12). */
  bind(nowMs: number, channel: number, peer: Endpoint): void {
    this.#channels.set(channel, { peer, renewAtMs: nowMs + channelRefreshMs });
    this.#channelByPeer.set(formatEndpoint(peer), channel);
    this.permit(nowMs, peer);
  }

  unbind(channel: number): void {
    const bound = this.#channels.get(channel);
    if (bound !== undefined) this.#channelByPeer.delete(formatEndpoint(bound.peer));
    this.#channels.delete(channel);
  }

  channelTo(peer: Endpoint): number | null {
    return this.#channelByPeer.get(formatEndpoint(peer)) ?? null;
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
