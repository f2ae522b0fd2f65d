import ipaddr from 'ipaddr.js';
import type { Endpoint } from '../../stun/endpoint.ts';
import { familyOf } from '../../stun/endpoint.ts';

const neverRanges = new Set(['unspecified', 'multicast', 'broadcast', 'reserved']);

/**
 * May packets be sent to the OTHER-ADDRESS that a server announces? A lying server must not be able to aim a
 * probe at somebody else: no special addresses, and no inside address announced by an outside server.
 */
export function isUsableAlternate(server: Endpoint, other: Endpoint): boolean {
  if (other.port === 0 || familyOf(other.address) !== familyOf(server.address)) return false;
  if (!ipaddr.isValid(other.address) || !ipaddr.isValid(server.address)) return false;
  const range = ipaddr.parse(other.address).range();
  if (neverRanges.has(range)) {
    // ipaddr.js files the documentation networks, which labs use as their internet, under reserved.
    return range === 'reserved' && ipaddr.parse(server.address).range() === 'reserved';
  }
  const isInside = range !== 'unicast';
  return !isInside || ipaddr.parse(server.address).range() === range;
}
