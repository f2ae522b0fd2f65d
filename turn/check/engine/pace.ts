/** How long to wait. One for the whole run: it learns the round trip and whether packets get lost. */
import { rfc8489Schedule } from '../../../stun/transaction.ts';

export interface Timing {
  readonly offsetsMs: readonly number[];
  readonly endMs: number;
}

/** RFC 8489 s6.2.1: the first retransmission after 500 ms, then doubled. */
const { scheduleMs } = rfc8489Schedule();
/** Four transmissions where no packet of this run has been lost: silence then means silence. */
const brisk: Timing = { offsetsMs: scheduleMs.slice(0, 4), endMs: 5500 };
/** Six where packets do get lost; the seventh of the RFC would make every true silence cost 39.5 s. */
const patient: Timing = { offsetsMs: scheduleMs.slice(0, 6), endMs: 20_000 };
/** A single late answer may be a busy computer, too. */
const lossesThatCount = 2;
/** Over a stream nothing is sent twice (RFC 8489 s6.2.2). */
const streamGiveUpMs = 6000;
const shortestQuietMs = 200;

export class Pace {
  #rttMs = 50;
  #losses = 0;

  learn(rttMs: number): void {
    this.#rttMs = rttMs;
  }

  /** A request was answered only after it had been sent again. */
  sawLoss(): void {
    this.#losses += 1;
  }

  get #isLossy(): boolean {
    return this.#losses >= lossesThatCount;
  }

  /** Silence for so long, beside answers that take a quarter of it, means that no answer comes. */
  get quietMs(): number {
    return Math.max(shortestQuietMs, 4 * this.#rttMs);
  }

  forAnswer(overStream: boolean): Timing {
    if (overStream) return { offsetsMs: [0], endMs: streamGiveUpMs };
    return this.#isLossy ? patient : brisk;
  }

  /** Sent twice, because one copy may be lost on its way, and four times where packets do get lost. */
  forSilence(overStream: boolean): Timing {
    const quiet = this.quietMs;
    if (overStream) return { offsetsMs: [0], endMs: quiet };
    const copies = this.#isLossy ? 4 : 2;
    return { offsetsMs: Array.from({ length: copies }, (_, i) => i * quiet), endMs: copies * quiet };
  }
}
