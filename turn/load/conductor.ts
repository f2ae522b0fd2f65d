/** All runs of a profile, step by step: says what to offer next, takes in what was counted. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRun, LoadStep, LoadVerdict } from '../../contract/load-report.ts';
import { judgeStep } from './judge-step.ts';
import { Climb, firstStep, ladderOf, stepsOf } from './ladder.ts';
import type { StepRecord } from './step-count.ts';
import { verdictOf } from './verdict.ts';
import { mbitPerSec, packetBytesOf, type Way } from './wire.ts';

export interface Offer {
  /** From 0. */
  readonly run: number;
  /** In the unit of the ladder. */
  readonly offered: number;
}

export class Conductor {
  readonly #profile: LoadProfile;
  readonly #way: Way;
  readonly #steps: readonly number[];
  readonly #runs: LoadRun[] = [];
  #climb: Climb;
  #climbed: LoadStep[] = [];
  #isStopped = false;

  constructor(profile: LoadProfile, way: Way) {
    this.#profile = profile;
    this.#way = way;
    this.#steps = stepsOf(ladderOf(profile));
    this.#climb = new Climb(this.#steps);
  }

  /** Null: all is done. */
  get offer(): Offer | null {
    if (this.#isStopped || this.#runs.length >= this.#profile.runs) return null;
    const offered = this.#climb.offer;
    return offered === null ? null : { run: this.#runs.length, offered };
  }

  onStep(record: StepRecord): LoadStep {
    const { offer } = this;
    if (offer === null) throw new Error('a step that was not asked for');
    const step = this.#stepOf(offer.offered, record);
    this.#climbed.push(step);
    this.#climb.onStep(step.outcome);
    if (this.#climb.offer === null) this.#endRun();
    return step;
  }

  /** Ends here, with what there is. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#climbed.length > 0) this.#endRun();
  }

  get runs(): readonly LoadRun[] {
    return this.#runs;
  }

  verdict(): LoadVerdict {
    return verdictOf(this.#runs, this.#profile, this.#way);
  }

  #endRun(): void {
    const { carried, failed, end } = this.#climb;
    this.#runs.push({ steps: this.#climbed, carried, failed, end });
    this.#climbed = [];
    const ended = this.#runs.filter((run) => run.end !== 'generator-limited');
    const first = firstStep(
      this.#steps,
      ended.map((run) => run.carried),
    );
    this.#climb = new Climb(this.#steps, first);
  }

  #stepOf(offered: number, record: StepRecord): LoadStep {
    const { axis, step, stop } = this.#profile;
    // Allocations that are held are asked for before their refreshes are due.
    const asked = axis === 'held' ? offered : record.scheduled;
    const { outcome, reasons, lossPercent, policy } = judgeStep(record, stop, asked);
    const { scheduled, sent, arrivedOut, arrivedBack, roundTrip, outward, failures, generator } = record;
    const bytes = axis === 'packets' ? packetBytesOf(this.#profile, this.#way) : null;
    const mbit = (packets: number, each: number) => mbitPerSec(packets, each, step.seconds);
    return {
      offered,
      outcome,
      reasons: [...reasons],
      seconds: step.seconds,
      scheduled,
      sent,
      arrivedOut,
      arrivedBack,
      lossPercent,
      roundTrip,
      outward: arrivedOut === null ? null : outward,
      clientMbitPerSec: bytes === null ? null : mbit(sent + arrivedBack, bytes.client),
      peerMbitPerSec:
        arrivedOut === null || bytes === null || bytes.peer === null
          ? null
          : mbit(2 * arrivedOut, bytes.peer),
      failures: { ...failures },
      ...(policy === null ? {} : { policy }),
      generator,
    };
  }
}
