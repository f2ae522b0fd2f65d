/** How far two clocks are apart, from exchanges of four timestamps (RFC 5905 §8). Pure. */
import type { ClockSkew } from '../../../contract/fleet/vantage.ts';

/** One question and its answer, milliseconds. */
export interface Exchange {
  /** T1 and T4 by the clock of who asks. */
  readonly sentAt: number;
  readonly backAt: number;
  /** T2 and T3 by the clock of who answers. */
  readonly receivedAt: number;
  readonly answeredAt: number;
}

/** RFC 5905 §10: the clock filter keeps eight. */
const kept = 8;

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

/**
 * The asker’s clock plus the offset is the answerer’s. Of the last exchanges the one with the shortest round trip counts:
 * what queues on the way add, they add to one direction (RFC 5905 §10).
 */
export class ClockFilter {
  #samples: readonly Sample[] = [];

  add({ sentAt, backAt, receivedAt, answeredAt }: Exchange): void {
    const roundTripMs = backAt - sentAt - (answeredAt - receivedAt);
    // A clock was set in between: what came before is about another clock.
    if (roundTripMs < 0) {
      this.#samples = [];
      return;
    }
    const offsetMs = (receivedAt - sentAt + answeredAt - backAt) / 2;
    const isJump = this.#samples.some(
      (each) => Math.abs(each.offsetMs - offsetMs) > (each.roundTripMs + roundTripMs) / 2 + toleranceMs,
    );
    this.#samples = [...(isJump ? [] : this.#samples), { offsetMs, roundTripMs }].slice(-kept);
  }

  /** The true offset is within ± half of that round trip, whichever way the time went. Null: nothing was measured. */
  get skew(): ClockSkew | null {
    const best = this.#samples.reduce<Sample | null>(
      (least, each) => (least === null || each.roundTripMs < least.roundTripMs ? each : least),
      null,
    );
    return best === null ? null : { offsetMs: best.offsetMs, uncertaintyMs: best.roundTripMs / 2 };
  }
}

/** Timestamps are whole milliseconds, and clocks drift within the minutes that samples are apart. */
const toleranceMs = 50;
