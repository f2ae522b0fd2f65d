import type { CheckSeverity } from '../../contract/turn-report.ts';
import type { Script } from './engine/script.ts';
import type { Fix } from './fix.ts';
import type { Peer } from './relay.ts';
import type { Session } from './session.ts';
import type { Site } from './site.ts';
import type { Verdict } from './verdict.ts';

/** What a check is given: the site, and a session that has come as far as its lane says. */
export interface Stage {
  readonly site: Site;
  readonly session: Session;
  /** A second socket of ours; null where the lane asks for none, or it could not be had. */
  readonly peer: Peer | null;
}

/**
 * basic: harmless, run by default · quality: thousands of packets between our own sockets · active: many packets, or
 * connections through the relay · destructive: may hurt the server.
 */
export const risks = ['basic', 'quality', 'active', 'destructive'] as const;
export type Risk = (typeof risks)[number];

export interface Check {
  /** As in docs/turn-checks.md. */
  readonly id: string;
  readonly title: string;
  readonly severity: CheckSeverity;
  readonly rfc: string | null;
  readonly sent: string;
  readonly expected: string;
  /** Null: nothing can be configured. */
  readonly fix: Fix | null;
  readonly risk?: Risk;
  /** Makes no sense over a stream. */
  readonly udpOnly?: boolean;
  /** A script, or the verdict at once where nothing more has to be sent. */
  run(stage: Stage): Script<Verdict> | Verdict;
}

export const groups: Readonly<Record<string, string>> = {
  S: 'STUN',
  A: 'Authentication',
  L: 'Allocations',
  P: 'Permissions and channels',
  X: 'Forbidden peers',
  T: 'Transports and TLS',
  C: 'TCP relaying',
  M: 'Mobility',
  N: 'NAT behaviour discovery',
  V: 'IPv6',
  F: 'Reachability and quality',
  Z: 'Robustness',
};
