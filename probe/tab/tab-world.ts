/** What the test of a tab has to know of both ends. */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import type { IceSide } from './ice-check.ts';
import type { TabCorners } from './tab-plan.ts';

/** Both ends of one connection of the tab. */
export interface TabCredentials {
  readonly us: IceSide;
  readonly tab: IceSide;
  /** The tab’s own address and port, where the page can see it; the address may be hidden behind an mDNS name. */
  readonly local: Endpoint | null;
}

/** Our end. */
export interface TabHost {
  readonly corners: TabCorners;
  /** Settles a role conflict (RFC 8445 §7.3.1.1), which does not come up here; a check has to carry it. */
  readonly tieBreaker: bigint;
}

export interface TabNatOptions extends TabHost {
  /** In the order of `tabPeers`. */
  readonly credentials: readonly TabCredentials[];
  /** 12 bytes each, never the same. */
  readonly transactionIds: RandomBytes;
}
