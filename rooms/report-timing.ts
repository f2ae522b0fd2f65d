/** When a participant measures, and when it has seen enough of a path to report. Pure. */
import type { ParticipantOrder } from '../contract/participant.ts';
import type { RoomPath } from '../contract/room-path.ts';

type Timing = Pick<ParticipantOrder, 'warmUpSec' | 'holdSec' | 'limitSec'>;

type Stage =
  | { readonly kind: 'gathering'; readonly sinceMs: number }
  | { readonly kind: 'warming'; readonly sinceMs: number }
  | { readonly kind: 'measuring'; readonly sinceMs: number }
  | { readonly kind: 'over' };

export class ReportTiming {
  readonly #timing: Timing;
  #beganMs = 0;
  #stage: Stage = { kind: 'over' };
  #everyoneSeenMs: number | null = null;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** From the beginning of the path until all were seen; null: they were not. */
  get everyoneSeenMs(): number | null {
    return this.#everyoneSeenMs;
  }

  /** The room takes a path: all begins anew. */
  begin(nowMs: number): void {
    this.#beganMs = nowMs;
    this.#everyoneSeenMs = null;
    this.#stage = { kind: 'gathering', sinceMs: nowMs };
  }

  /**
   * Called often. `measure`: the window begins now · `report`: it ends now. Rates are measured, too, where not all
   * are seen in time.
   */
  look(nowMs: number, allSeen: boolean): 'wait' | 'measure' | 'report' {
    const { warmUpSec, holdSec, limitSec } = this.#timing;
    const { kind } = this.#stage;
    if (kind === 'over') return 'wait';
    const passedMs = nowMs - this.#stage.sinceMs;
    if (kind === 'gathering') {
      if (allSeen) {
        this.#everyoneSeenMs = nowMs - this.#beganMs;
        this.#stage = { kind: 'warming', sinceMs: nowMs };
      } else if (passedMs >= limitSec * 1000) return this.#measure(nowMs);
      return 'wait';
    }
    if (kind === 'warming') return passedMs >= warmUpSec * 1000 ? this.#measure(nowMs) : 'wait';
    if (passedMs < holdSec * 1000) return 'wait';
    this.#stage = { kind: 'over' };
    return 'report';
  }

  #measure(nowMs: number): 'measure' {
    this.#stage = { kind: 'measuring', sinceMs: nowMs };
    return 'measure';
  }
}

/** So many links are to bring media before all are seen: a mixer sends one mix, whoever is in it. */
export function linksToSee(path: RoomPath, others: number): number {
  return path.kind === 'mcu' ? 1 : others;
}
