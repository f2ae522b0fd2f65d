/** Everything that was observed, in the form that the verdict is made of. */
import type { CheckConfig } from '../../../contract/api.ts';
import type { Failure } from '../../../contract/failures.ts';
import type { NatSummary, ServerResult } from '../../../contract/nat-report.ts';
import type { Attempt, RelayTry } from '../../../contract/visit-report.ts';
import type { ServerPlace } from '../ice-server-urls.ts';

/** How the service answered the request for its configuration. */
export type ServiceAnswer = 'reached' | 'busy' | 'unreachable' | 'captive-portal' | 'link-expired';

export interface CheckFacts {
  readonly hasWebrtc: boolean;
  /** False as soon as the browser said once that it is offline. */
  readonly online: boolean;
  /** The page was in the background at some time. */
  readonly wasHidden: boolean;
  readonly service: ServiceAnswer;
  /** Why the WebSocket did not work; null: it worked, or was not tried. */
  readonly signalFailure: Failure | null;
  /** The page itself came over TCP port 443. */
  readonly pageOn443: boolean;
  /** Own addresses that the browser shows, hidden behind mDNS names or not. */
  readonly hostCandidates: number;
  readonly stun: readonly ServerResult[];
  readonly relays: readonly RelayTry[];
  /** A TURN server is configured. */
  readonly hasRelay: boolean;
  /** Null: not tried. */
  readonly direct: Attempt | null;
  readonly relay: Attempt | null;
  /** Null: not tested. */
  readonly nat: NatSummary | null;
  /** What the service found at the same servers; empty: nothing is known. */
  readonly ownView: readonly ServerResult[];
  readonly servers: readonly ServerPlace[];
  readonly addresses: CheckConfig['addresses'];
  /** Of usernames that carry it (`EXPIRY:USER`), by URL; seconds since 1970. */
  readonly credentialExpiry: Readonly<Record<string, number>>;
  readonly nowEpochSec: number;
}

/** Nothing was found out. */
export const noFacts: CheckFacts = {
  hasWebrtc: true,
  online: true,
  wasHidden: false,
  service: 'unreachable',
  signalFailure: null,
  pageOn443: false,
  hostCandidates: 0,
  stun: [],
  relays: [],
  hasRelay: false,
  direct: null,
  relay: null,
  nat: null,
  ownView: [],
  servers: [],
  addresses: {},
  credentialExpiry: {},
  nowEpochSec: 0,
};
