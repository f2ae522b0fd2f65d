/** Who may name an address to whom: guards that keep a lying peer from aiming our packets at somebody else. */
import ipaddr from 'ipaddr.js';
import { type Endpoint, familyOf } from './endpoint.ts';

const neverRanges = new Set(['unspecified', 'multicast', 'broadcast', 'reserved']);

/**
 * May packets be sent to `named` on the word of `host`? No special addresses, and no inside address (private,
 * loopback, link-local) named by an outside host.
 */
export function mayName(host: Endpoint, named: Endpoint): boolean {
  if (named.port === 0 || familyOf(named.address) !== familyOf(host.address)) return false;
  if (!ipaddr.isValid(named.address) || !ipaddr.isValid(host.address)) return false;
  const range = ipaddr.parse(named.address).range();
  if (neverRanges.has(range)) {
    // ipaddr.js files the documentation networks, which labs use as their internet, under reserved.
    return range === 'reserved' && ipaddr.parse(host.address).range() === 'reserved';
  }
  const isInside = range !== 'unicast';
  return !isInside || ipaddr.parse(host.address).range() === range;
}
