import type { Endpoint } from '../../stun/endpoint.ts';
import type { EmbeddedStun } from '../deps.ts';
import { isWildcard } from '../loopback.ts';

/** The STUN server’s endpoints as the caller knows them; `reachedBy` stands in for “every address”. */
export function watchedEndpoints(stun: EmbeddedStun | null, reachedBy: string): Endpoint[] {
  const endpoints = stun?.endpoints ?? [];
  return endpoints.map(({ address, port }) => ({ address: isWildcard(address) ? reachedBy : address, port }));
}
