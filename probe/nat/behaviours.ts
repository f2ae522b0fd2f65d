/** The tests that are run when asked for, because they take time or packets; the discovery says against which server. */
import type { Evidence } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { classifyNat } from './classify.ts';
import { isPlain } from './facts.ts';
import type { PairTestServers } from './pair-test.ts';

export interface BehaviourRequest {
  readonly hairpin?: boolean;
  /** What decides about pairs besides mapping and filtering; see `pair-test.ts`. */
  readonly pairs?: boolean;
  /** Ask the nearest router what it is, and trace the way to the public address. */
  readonly gateway?: boolean;
  /** Seconds, ascending; see `lifetime-plan.ts`. */
  readonly lifetimeSec?: readonly number[];
}

export interface BehaviourPlan {
  readonly server: Endpoint;
  readonly hairpin: boolean;
  /** Null: not asked for, or no server has a second address. */
  readonly pairs: PairTestServers | null;
  /** Null: not asked for. Empty: asked for, but there is nothing that could expire. */
  readonly idleTimesSec: readonly number[] | null;
}

/** Null: nothing was asked for, or no server of the discovery answered over UDP. */
export function planBehaviours(
  request: BehaviourRequest,
  servers: readonly Endpoint[],
  discovered: readonly Evidence[],
): BehaviourPlan | null {
  const { hairpin = false, pairs = false, lifetimeSec } = request;
  if (!hairpin && !pairs && lifetimeSec === undefined) return null;
  const server = bestServer(servers, discovered);
  if (server === null) return null;
  const { summary } = classifyNat(discovered);
  const unfiltered = summary.behindNat === false && summary.filtering === 'endpoint-independent';
  return {
    server,
    hairpin,
    pairs: pairs ? pairServers(servers, discovered) : null,
    idleTimesSec: lifetimeSec === undefined ? null : unfiltered ? [] : lifetimeSec,
  };
}

/** The first server whose second address, with another port too, has answered. */
function pairServers(servers: readonly Endpoint[], discovered: readonly Evidence[]): PairTestServers | null {
  const answers = discovered.filter((e) => isPlain(e) && e.outcome === 'answered');
  for (const primary of servers) {
    for (const { to, otherAddress: other } of answers) {
      if (!sameEndpoint(to, primary) || other === null || !mayName(primary, other)) continue;
      const differs = other.address !== primary.address && other.port !== primary.port;
      if (differs && answers.some((e) => sameEndpoint(e.to, other))) return { primary, other };
    }
  }
  return null;
}

/** A server of the discovery that answered over UDP. One that knows RFC 5780 is the likeliest to know its extensions. */
export function bestServer(servers: readonly Endpoint[], discovered: readonly Evidence[]): Endpoint | null {
  const answers = discovered.filter((e) => isPlain(e) && e.outcome === 'answered');
  const answersOf = (server: Endpoint) => answers.filter((e) => sameEndpoint(e.to, server));
  const alive = servers.filter((server) => answersOf(server).length > 0);
  const full = alive.find((server) => answersOf(server).some((e) => e.otherAddress !== null));
  return full ?? alive[0] ?? null;
}
