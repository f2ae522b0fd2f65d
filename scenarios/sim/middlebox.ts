import type { Endpoint } from '../../stun/endpoint.ts';

/** Addresses of one packet. */
export interface Flow {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

export type NatDropReason = 'no-mapping' | 'filtered' | 'no-hairpin' | 'ports-exhausted' | 'lost-on-line';

export type NatOutcome =
  | { readonly kind: 'pass'; readonly flow: Flow }
  | { readonly kind: 'drop'; readonly reason: NatDropReason };

/** What stands between two networks and looks at packets: pure state, time and packets come in as arguments. */
export interface Middlebox {
  /** External addresses; empty when nothing is translated. */
  readonly addresses: readonly string[];
  readonly hairpin: boolean;
  /** No translation, filtering only. */
  readonly firewallOnly: boolean;
  /**
   * An application-level gateway that replaces its external address and port by the internal ones wherever they
   * stand in packets that come in (what XOR-MAPPED-ADDRESS is there for: RFC 8489 §14.2).
   */
  readonly rewritesPayload: boolean;
  /** What the same box does with TCP: the same behaviour, with ports and state of its own. */
  readonly tcp: Middlebox;
  /** A packet from inside on its way out. */
  outbound(nowMs: number, flow: Flow): NatOutcome;
  /** A packet from outside that wants in. */
  inbound(nowMs: number, flow: Flow): NatOutcome;
}
