/**
 * One outgoing stream over all that its publisher does: when the publisher connects anew (page reload, other network)
 * it begins with a sequence number and a timestamp of its own (RFC 3550 §5.1: both start at random). Viewers keep
 * their connection, so the numbers go on where they were; SRTP would refuse older ones (RFC 3711 §3.3.2). Pure.
 */
import type { RtpHeader } from '../rtp/rtp-header.ts';

export class Continuity {
  readonly #clockHz: number;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #last: { readonly sequence: number; readonly timestamp: number; readonly atMs: number } | null = null;

  constructor(clockHz: number) {
    this.#clockHz = clockHz;
  }

  /** To be called with the first packet of each source. */
  begin(nowMs: number, { sequence, timestamp }: RtpHeader): void {
    if (this.#last === null) return;
    const passed = Math.round(((nowMs - this.#last.atMs) * this.#clockHz) / 1000);
    this.#sequenceOffset = this.#last.sequence + 1 - sequence;
    this.#timestampOffset = this.#last.timestamp + passed - timestamp;
  }

  /** 0–65535. */
  sequence(incoming: number): number {
    return (incoming + this.#sequenceOffset) & 0xffff;
  }

  /** 0–2³²−1. */
  timestamp(incoming: number): number {
    return (incoming + this.#timestampOffset) >>> 0;
  }

  onSent(nowMs: number, sequence: number, timestamp: number): void {
    const ahead = this.#last === null ? 1 : (sequence - this.#last.sequence) & 0xffff;
    // Late packets do not turn the end of the stream back.
    if (ahead !== 0 && ahead < 0x8000) this.#last = { sequence, timestamp, atMs: nowMs };
  }
}
