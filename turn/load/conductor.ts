/** All runs of a profile, step by step: says what to offer next, takes in what was counted. */
import type { LoadServer } from '../../contract/load-capacity.ts';
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRun, LoadStep, LoadVerdict } from '../../contract/load-report.ts';
import { judgeStep } from './judge-step.ts';
import { type Ascent, Climb, firstStep, ladderOf, stepsOf } from './ladder.ts';
import { PartClimb } from './part-climb.ts';
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
  /** Machines that make this load together. */
  readonly #parts: number;
  #climb: Ascent;
  #climbed: LoadStep[] = [];
  #isStopped = false;

  constructor(profile: LoadProfile, way: Way, parts = 1) {
    this.#profile = profile;
    this.#way = way;
    this.#steps = stepsOf(ladderOf(profile));
    this.#parts = parts;
    this.#climb = this.#nextClimb();
  }

  /** Null: all is done. */
  get offer(): Offer | null {
    if (this.#isStopped || this.#runs.length >= this.#profile.runs) return null;
    const offered = this.#climb.offer;
    return offered === null ? null : { run: this.#runs.length, offered };
  }

  /** @param server its processor time meanwhile; null: it is elsewhere */
  onStep(record: StepRecord, server: LoadServer | null = null): LoadStep {
    const { offer } = this;
    if (offer === null) throw new Error('a step that was not asked for');
    const step = this.#stepOf(offer.offered, record, server);
    this.#climbed.push(step);
    this.#climb.onStep(step.outcome, step.lossPercent);
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
    const verdict = verdictOf(this.#parts === 1 ? this.#runs : [], this.#profile, this.#way);
    return { ...verdict, runs: this.#runs.length };
  }

  #endRun(): void {
    const { carried, failed, end } = this.#climb;
    this.#runs.push({ steps: this.#climbed, carried, failed, end });
    this.#climbed = [];
    this.#climb = this.#nextClimb();
  }

  #nextClimb(): Ascent {
    const { stop } = this.#profile;
    if (this.#parts > 1) return new PartClimb(this.#steps, this.#parts, stop.lossPercent);
    const ended = this.#runs.filter((run) => run.end !== 'generator-limited');
    const first = firstStep(
      this.#steps,
      ended.map((run) => run.carried),
    );
    return new Climb(this.#steps, first);
  }

  #stepOf(offered: number, record: StepRecord, server: LoadServer | null): LoadStep {
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
      ...(record.heat === null ? {} : { heat: record.heat }),
      ...(server === null ? {} : { server }),
      ...(this.#parts > 1 ? { histograms: record.histograms } : {}),
    };
  }
}
