import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';

/** Client isolation around one host: its neighbours do not come in by their own addresses, all others do. */
export class IsolationBox implements Middlebox {
  readonly addresses: readonly string[] = [];
  readonly hairpin = false;
  readonly firewallOnly = true;
  readonly rewritesPayload = false;
  readonly #neighbours: ReadonlySet<string>;

  constructor(neighbours: readonly string[]) {
    this.#neighbours = new Set(neighbours);
  }

  get tcp(): IsolationBox {
    return this;
  }

  outbound(_nowMs: number, flow: Flow): NatOutcome {
    return { kind: 'pass', flow };
  }

  inbound(_nowMs: number, flow: Flow): NatOutcome {
    if (this.#neighbours.has(flow.from.address)) return { kind: 'drop', reason: 'filtered' };
    return { kind: 'pass', flow };
  }
}
