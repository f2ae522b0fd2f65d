/** All runs of a profile, step by step: says what to offer next, takes in what was counted. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRun, LoadStep, LoadVerdict } from '../../contract/load-report.ts';
import type { AddressFamily } from '../../stun/endpoint.ts';
import { judgeStep } from './judge-step.ts';
import { Climb, firstStep, ladderOf, stepsOf } from './ladder.ts';
import type { StepRecord } from './step-count.ts';
import { channelHeaderBytes, meanStream, packetHeaderBytes } from './traffic.ts';
import { verdictOf } from './verdict.ts';

export interface Offer {
  /** From 0. */
  readonly run: number;
  /** In the unit of the ladder. */
  readonly offered: number;
}

export class Conductor {
  readonly #profile: LoadProfile;
  readonly #family: AddressFamily;
  readonly #steps: readonly number[];
  readonly #runs: LoadRun[] = [];
  #climb: Climb;
  #climbed: LoadStep[] = [];
  #isStopped = false;

  constructor(profile: LoadProfile, family: AddressFamily) {
    this.#profile = profile;
    this.#family = family;
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
    return verdictOf(this.#runs, this.#profile);
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
    const { outcome, reasons, lossPercent } = judgeStep(record, stop);
    const { scheduled, sent, arrivedOut, arrivedBack, roundTrip, outward, failures, generator } = record;
    const relayed = axis === 'packets';
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
      clientMbitPerSec: relayed ? this.#mbitPerSec(sent + arrivedBack, channelHeaderBytes) : null,
      peerMbitPerSec: arrivedOut === null ? null : this.#mbitPerSec(2 * arrivedOut, 0),
      failures: { ...failures },
      generator,
    };
  }

  #mbitPerSec(packets: number, framingBytes: number): number {
    const { bytes } = meanStream(this.#profile.traffic);
    const onWire = bytes + framingBytes + packetHeaderBytes[this.#family];
    return (packets * onWire * 8) / this.#profile.step.seconds / 1e6;
  }
}
