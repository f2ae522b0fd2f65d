import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface LineLoss {
  /** Share of the UDP packets that leave, and that come, 0–1. */
  readonly up: number;
  readonly down: number;
}

/** The line of a site outside of all its boxes, on which a step of a timeline loses packets. TCP repeats what is lost. */
export class LineGate implements Middlebox {
  readonly addresses: readonly string[] = [];
  readonly hairpin = false;
  readonly firewallOnly = true;
  readonly rewritesPayload = false;
  readonly #random: SeededRandom;
  #loss: LineLoss = { up: 0, down: 0 };

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  lose(loss: LineLoss): void {
    this.#loss = loss;
  }

  get tcp(): LineGate {
    return new LineGate(this.#random);
  }

  outbound(_nowMs: number, flow: Flow): NatOutcome {
    return this.#pass(this.#loss.up, flow);
  }

  inbound(_nowMs: number, flow: Flow): NatOutcome {
    return this.#pass(this.#loss.down, flow);
  }

  #pass(share: number, flow: Flow): NatOutcome {
    const isLost = share > 0 && this.#random() < share;
    return isLost ? { kind: 'drop', reason: 'lost-on-line' } : { kind: 'pass', flow };
  }
}
