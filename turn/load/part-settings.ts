/** What the parts of one load must have in common; engine, and where its peers are, is each machine’s own business. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';
import { ladderOf, stepsOf } from './ladder.ts';

export interface PartTarget {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
}

/** Each as text, by a name for people. */
export function partSettings(
  { endpoint, transport }: PartTarget,
  profile: LoadProfile,
): Record<string, string> {
  const { peer, traffic, ladder: _ladder, name: _name, engine: _engine, ...rest } = profile;
  const settings = {
    'the server': [endpoint.address, endpoint.port, transport],
    traffic,
    ladder: stepsOf(ladderOf(profile)),
    'the peers': peer.kind,
    ...rest,
  };
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)]));
}
