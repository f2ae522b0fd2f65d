import type { Check, Stage } from './check.ts';
import type { Script } from './engine/script.ts';
import type { Peer } from './relay.ts';
import { skipped, type Verdict } from './verdict.ts';

/** A check between the two sockets; skipped where an earlier one has shown that nothing passes. */
export function withPeer(run: (stage: Stage, peer: Peer) => Script<Verdict>): Check['run'] {
  return function* (stage) {
    const { peer, site } = stage;
    if (peer === null) return skipped('no second socket');
    if (site.knowledge.relayObstacle !== null) return skipped(site.knowledge.relayObstacle);
    return yield* run(stage, peer);
  };
}
