/** What one member sends, in the room’s process: its forwarder on the real clock, its link, its viewers’ links. */
import { type ForwardEffect, Forwarder, type ForwardInput, type PayloadTypes } from '../forward/forwarder.ts';
import type { PublicationReport } from '../room-messages.ts';
import { bitrateBounds } from '../sfu-limits.ts';
import type { OutgoingStream, PeerLink } from './peer-link.ts';
import { SharedPort } from './shared-port.ts';

export interface PublicationOptions {
  readonly id: string;
  /** Uniform in 0–2³²−1. */
  readonly randomSsrc: () => number;
}

export class Publication {
  readonly id: string;
  /** The same for all its viewers and all links of its publisher. */
  readonly stream: OutgoingStream;
  /** Not the publisher’s: a thread of the library asks all links of a port for every packet that comes in. */
  readonly viewersPort = new SharedPort();
  readonly #forwarder: Forwarder<PeerLink>;
  #publisher: PeerLink | null = null;
  #closed = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor({ id, randomSsrc }: PublicationOptions) {
    this.id = id;
    const ssrcs = { audio: randomSsrc(), video: randomSsrc(), own: randomSsrc() };
    this.stream = { ssrcs, cname: id, streamId: id };
    this.#forwarder = new Forwarder({ ssrcs, cname: id, bitrate: bitrateBounds });
  }

  get publisher(): PeerLink | null {
    return this.#publisher;
  }

  publisherOpen(link: PeerLink, payloadTypes?: PayloadTypes): void {
    this.#publisher = link;
    this.#handle({ kind: 'publisher-open', ...(payloadTypes === undefined ? {} : { payloadTypes }) });
  }

  publisherGone(link: PeerLink): void {
    if (this.#publisher === link) this.#publisher = null;
  }

  viewerOpen(viewer: PeerLink, payloadTypes?: PayloadTypes): void {
    this.#handle({ kind: 'viewer-open', viewer, ...(payloadTypes === undefined ? {} : { payloadTypes }) });
  }

  viewerGone(viewer: PeerLink): void {
    this.#handle({ kind: 'viewer-gone', viewer });
  }

  onPacket(input: Extract<ForwardInput<PeerLink>, { kind: 'publisher-packet' | 'viewer-packet' }>): void {
    this.#handle(input);
  }

  report(): PublicationReport {
    return { publication: this.id, ...this.#forwarder.statistics(performance.now()) };
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #handle(input: ForwardInput<PeerLink>): void {
    if (this.#closed) return;
    const nowMs = performance.now();
    for (const effect of this.#forwarder.handle(nowMs, input)) this.#perform(effect);
    this.#arm(nowMs);
  }

  #perform(effect: ForwardEffect<PeerLink>): void {
    if (effect.kind === 'to-viewers') {
      // Once for all viewers: this is where a big room spends its time.
      const bytes = asBuffer(effect.bytes);
      for (const viewer of effect.viewers) viewer.send(effect.media, bytes);
    } else if (effect.kind === 'to-publisher') this.#publisher?.send(effect.media, asBuffer(effect.bytes));
  }

  /** A timer that is early does no harm, so it is only set anew for an earlier deadline. */
  #arm(nowMs: number): void {
    const next = this.#forwarder.nextDeadlineMs(nowMs);
    if (next === null || next >= this.#timerAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtMs = next;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#timerAtMs = Number.POSITIVE_INFINITY;
        this.#handle({ kind: 'deadline' });
      },
      Math.max(0, Math.ceil(next - nowMs)),
    );
  }
}

/** Without a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
