/** "Who can connect directly with this host", in the shape of every language; short, for a table. */
import type { LegacyName } from '../../../../contract/nat-report.ts';

export type PeerId =
  | Exclude<LegacyName, 'inconclusive'>
  | 'tcp-443-only'
  | 'relay-only'
  | 'same-nat'
  | 'ipv4-only'
  | 'ipv6-only';

/** Codes of predictions that leave the direct path open. */
export type OpenCode =
  | 'udp-unknown'
  | 'class-open'
  | 'session-or-table'
  | 'address-pool'
  | 'same-nat'
  | 'families-differ'
  | 'families-differ-ipv6';

/** Why a relay is needed. */
export type RelayWhy = 'classes-relay' | 'no-common-family' | 'relay-only' | 'no-udp-here' | 'no-udp-there';

/** Which TURN server would do. */
export type TurnKind = 'any' | 'stream' | 'port-443';

export interface ReachWords {
  readonly title: string;
  readonly peers: Readonly<Record<PeerId, string>>;
  readonly direct: string;
  readonly hairpins: string;
  readonly open: Readonly<Record<OpenCode, string>>;
  readonly relay: Readonly<Record<RelayWhy, string>>;
  readonly turn: {
    readonly needed: (kind: TurnKind) => string;
    readonly noneHelps: (kind: TurnKind) => string;
    readonly over: (transports: string) => string;
    readonly there: (transports: string) => string;
    readonly hereAndThere: (here: string, there: string) => string;
  };
  readonly join: (why: string, turn: string) => string;
}
