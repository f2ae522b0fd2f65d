/** What a browser tab is asked to do so that its NAT shows: which of its sockets speaks to which of our endpoints. */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { ChangeKind } from '../nat/facts.ts';

/** The endpoints of an RFC 5780 server: first letter IP address, second letter port; P primary, A alternate. */
export const tabCorners = ['PP', 'PA', 'AP', 'AA'] as const;
export type TabCorner = (typeof tabCorners)[number];

/** Those that our service can listen at and send from. */
export type TabCorners = Partial<Record<TabCorner, Endpoint>> & { readonly PP: Endpoint };

/** One socket of the tab. Its name is the socket in the evidence, as in the plan of `polynya probe`. */
export interface TabPeerPlan {
  readonly name: string;
  /** Announced to the tab as remote candidates, so that it sends to them. */
  readonly asks: readonly TabCorner[];
  /** What is then sent to it from an endpoint that it has never heard of; null: a mapping socket. */
  readonly test: { readonly change: ChangeKind; readonly from: TabCorner } | null;
}

/**
 * Two sockets for the mapping (RFC 4787 §4.1) and one for each filter test (§5): a check that comes in makes the tab
 * send one back, which opens its filter, so no socket can be tested twice.
 */
export const tabPeers: readonly TabPeerPlan[] = [
  { name: 'map-1', asks: tabCorners, test: null },
  { name: 'map-2', asks: tabCorners, test: null },
  { name: 'filter-1', asks: ['PP'], test: { change: 'change-both', from: 'AA' } },
  { name: 'filter-2', asks: ['PP'], test: { change: 'change-port', from: 'PA' } },
  { name: 'filter-3', asks: ['PP'], test: { change: 'change-ip', from: 'AP' } },
];
