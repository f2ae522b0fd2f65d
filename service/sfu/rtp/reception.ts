/** What a receiver knows of one source, for its reports (RFC 3550 §6.4.1, App. A.3 and A.8). Pure. */
import type { ReceptionReport, SenderReport } from './rtcp-packets.ts';
import type { RtpHeader } from './rtp-header.ts';

export class Reception {
  readonly ssrc: number;
  readonly #clockHz: number;
  /** Extended sequence numbers; see sequence.ts. */
  #first: number;
  #highest: number;
  #received = 0;
  #transit: number | null = null;
  /** In clock units, as App. A.8 keeps it. */
  #jitter = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #lastSenderReport = 0;
  #senderReportAtMs = 0;

  constructor(ssrc: number, clockHz: number, firstSequence: number) {
    this.ssrc = ssrc;
    this.#clockHz = clockHz;
    this.#first = firstSequence;
    this.#highest = firstSequence;
  }

  /** Extended sequence number of the newest packet. */
  get highest(): number {
    return this.#highest;
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockHz;
  }

  /** Below 0 when packets came twice. */
  get lost(): number {
    return this.#highest - this.#first + 1 - this.#received;
  }

  /** `sequence`: the packet’s number, extended. */
  onPacket(nowMs: number, sequence: number, header: RtpHeader): void {
    this.#received += 1;
    this.#first = Math.min(this.#first, sequence);
    const inOrder = sequence > this.#highest || this.#received === 1;
    this.#highest = Math.max(this.#highest, sequence);
    // A repeated packet is late by its repetition: it says nothing about the path.
    if (!inOrder) return;
    const transit = (nowMs * this.#clockHz) / 1000 - header.timestamp;
    if (this.#transit !== null) {
      const change = Math.abs(transit - this.#transit);
      // RTP time wraps after 2³² units; that one step is not jitter.
      if (change < 2 ** 31) this.#jitter += (change - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  onSenderReport(nowMs: number, report: SenderReport): void {
    // RFC 3550 §6.4.1: the middle 32 bits of the 64.
    this.#lastSenderReport = (report.ntpSec & 0xffff) * 0x10000 + (report.ntpFraction >>> 16);
    this.#senderReportAtMs = nowMs;
  }

  /** Begins the next interval. */
  report(nowMs: number): ReceptionReport {
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const delayMs = this.#lastSenderReport === 0 ? 0 : nowMs - this.#senderReportAtMs;
    return {
      ssrc: this.ssrc,
      // App. A.3: duplicates may make the loss negative; then it is 0.
      fractionLost:
        expectedNow <= 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
      cumulativeLost: expected - this.#received,
      highestSequence: this.#highest >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSenderReport: this.#lastSenderReport,
      delaySinceLast: Math.min(0xffffffff, Math.floor((delayMs * 65_536) / 1000)),
    };
  }
}
