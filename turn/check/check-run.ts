/** The whole check as one machine: contact first, then all lanes side by side, then what wants to be alone. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { earlier } from '../client/named-deadlines.ts';
import type { Check } from './check.ts';
import { EvidenceLog } from './engine/evidence-log.ts';
import { Pace } from './engine/pace.ts';
import { type Common, ScriptRunner } from './engine/script-runner.ts';
import { type Finding, type Lane, runLane } from './lane.ts';
import type { Site } from './site.ts';

export type CheckEvent =
  | { readonly kind: 'started'; readonly check: Check; readonly atMs: number }
  | { readonly kind: 'found'; readonly finding: Finding; readonly atMs: number };

export interface Phase {
  readonly lanes: readonly Lane[];
}

export class CheckRun implements Machine<CheckEvent> {
  readonly #site: Site;
  readonly #phases: readonly Phase[];
  readonly #pace = new Pace();
  readonly #events: Effect<CheckEvent>[] = [];
  #common: Common = { pace: this.#pace, evidence: new EvidenceLog(0), packets: { sent: 0, received: 0 } };
  #runners: ScriptRunner[] = [];
  #next = 0;
  #nowMs = 0;

  /** @param phases one after the other; lanes of a phase at the same time */
  constructor(site: Site, phases: readonly Phase[]) {
    this.#site = site;
    this.#phases = phases;
  }

  get evidence(): readonly Evidence[] {
    return this.#common.evidence.rows;
  }

  get packets(): Readonly<Common['packets']> {
    return this.#common.packets;
  }

  handle(nowMs: number, input: Input): Effect<CheckEvent>[] {
    this.#nowMs = nowMs;
    const effects: Effect<CheckEvent>[] = [];
    if (input.kind === 'start') {
      this.#common = { ...this.#common, evidence: new EvidenceLog(nowMs) };
    } else if (input.kind === 'deadline') {
      for (const runner of this.#runners) {
        if ((runner.nextDeadlineMs() ?? Number.POSITIVE_INFINITY) <= nowMs)
          effects.push(...runner.handle(nowMs, input));
      }
    } else {
      const runner = this.#runners.find((one) => one.owns(input.socket));
      effects.push(...(runner?.handle(nowMs, input) ?? [ignored]));
    }
    effects.push(...this.#goOn(nowMs));
    return [...effects, ...this.#events.splice(0)];
  }

  nextDeadlineMs(): number | null {
    return this.#runners.reduce<number | null>(
      (next, runner) => earlier(next, runner.nextDeadlineMs()),
      null,
    );
  }

  isFinished(): boolean {
    return this.#runners.length === 0 && (this.#next >= this.#phases.length || this.#isInVain);
  }

  /** A server that was silent to the first phase, or at its end, gets nothing more. */
  get #isInVain(): boolean {
    const { answered, gone } = this.#site.knowledge;
    return this.#next > 0 && (!answered || gone);
  }

  /** Starts phases until one has something to wait for. */
  #goOn(nowMs: number): Effect<CheckEvent>[] {
    const effects: Effect<CheckEvent>[] = [];
    for (;;) {
      this.#runners = this.#runners.filter((runner) => !runner.isDone);
      const phase = this.#phases[this.#next];
      if (this.#runners.length > 0 || phase === undefined || this.#isInVain) return effects;
      const { rttMs } = this.#site.knowledge;
      if (rttMs !== null) this.#pace.learn(rttMs);
      this.#next += 1;
      for (const lane of phase.lanes) {
        const script = runLane(lane, this.#site, {
          started: (check) => this.#tell({ kind: 'started', check, atMs: this.#nowMs }),
          found: (finding) => this.#tell({ kind: 'found', finding, atMs: this.#nowMs }),
        });
        const runner = new ScriptRunner(lane.name, script, this.#common);
        this.#runners.push(runner);
        effects.push(...runner.start(nowMs));
      }
    }
  }

  #tell(event: CheckEvent): void {
    this.#events.push({ kind: 'emit', event });
  }
}

const ignored = { kind: 'ignore', reason: 'no lane has this socket' } as const;
