import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';

/** A router without a way out: what is behind it stays among itself. */
export class DeadEnd implements Middlebox {
  readonly addresses: readonly string[] = [];
  readonly hairpin = false;
  readonly firewallOnly = true;
  readonly rewritesPayload = false;

  get tcp(): DeadEnd {
    return this;
  }

  outbound(_nowMs: number, _flow: Flow): NatOutcome {
    return { kind: 'drop', reason: 'no-mapping' };
  }

  inbound(_nowMs: number, _flow: Flow): NatOutcome {
    return { kind: 'drop', reason: 'no-mapping' };
  }
}
