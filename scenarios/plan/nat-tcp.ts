/** What a NAT of the lab does with everything but UDP: conntrack's own translation, and no answer to strangers. */
import type { Dependence } from '../nat-behaviour.ts';
import { wan } from './nft-text.ts';

/**
 * RFC 5382 REQ-4: no answer to a SYN that nobody waits for. A reset would end the simultaneous open of the two ends. What
 * belongs to connections of the router itself, a proxy's say, passes.
 */
export const ignoreStrangersOverTcp = `iifname ${wan} meta l4proto tcp ct state new drop`;

/**
 * Endpoint-independent: the port of the host stays, so all its connections from one port share one outside (RFC 5382
 * REQ-1). Otherwise each connection gets a port of its own.
 */
export function tcpMasquerade(mapping: Dependence): string {
  return `oifname ${wan} masquerade${mapping === 'endpoint-independent' ? '' : ' random'}`;
}
