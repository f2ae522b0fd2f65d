/** Checks that share one session, one after the other. Lanes of one phase run side by side. */
import type { Check, Stage } from './check.ts';
import type { Script } from './engine/script.ts';
import { traced } from './engine/trace.ts';
import { openPeer, type Peer } from './relay.ts';
import { Session } from './session.ts';
import type { Site } from './site.ts';
import { skipped, type Verdict } from './verdict.ts';
import { errorCodeOf, relayOverUdp, told } from './wire.ts';

export interface Lane {
  readonly name: string;
  /** How far the session must have come: a socket, a challenge received, an allocation made, a second socket open. */
  readonly ready: 'socket' | 'challenge' | 'allocation' | 'ipv6-allocation' | 'pair';
  readonly checks: readonly Check[];
}

export interface Finding {
  readonly check: Check;
  readonly verdict: Verdict;
  readonly evidence: readonly string[];
  /** The check itself broke: a fault of this tool. */
  readonly broke: boolean;
}

export interface LaneEvents {
  started(check: Check): void;
  found(finding: Finding): void;
}

/** Null: ready; else why nothing can be checked. */
function* prepare(ready: Lane['ready'], session: Session): Script<string | null> {
  const obstacle = yield* session.open();
  if (obstacle !== null || ready === 'socket') return obstacle;
  if (session.site.knowledge.allocateAnswer === null) return 'an Allocate is not answered';
  const { anonymous, allocates } = session.site.knowledge;
  if (session.site.credentials === null && !anonymous) return 'no credentials given';
  // What would follow is the same fault a dozen times over.
  if (!anonymous && !allocates) return 'the credentials do not work: see A04';
  if (ready === 'challenge') {
    // Nobody is asked for a login, and a socket that had an allocation is not one that never had any.
    if (anonymous) return null;
    const reply = yield* session.bare('login/challenge', 'allocate', [relayOverUdp]);
    if (errorCodeOf(reply) !== 401) return `no challenge: ${told(reply)}`;
    session.learnChallenge(reply);
    return null;
  }
  const family = { name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv6' } as const;
  const attributes = ready === 'ipv6-allocation' ? [relayOverUdp, family] : [relayOverUdp];
  const reply = yield* session.allocate(`${ready}/allocate`, attributes);
  return reply.outcome === 'success' ? null : `no allocation: ${told(reply)}`;
}

export function* runLane(lane: Lane, site: Site, events: LaneEvents): Script<void> {
  let session: Session | null = null;
  let obstacle: string | null = null;
  let peer: Peer | null = null;
  const needsAllocation = lane.ready !== 'socket' && lane.ready !== 'challenge';
  for (const [i, check] of lane.checks.entries()) {
    if (obstacle === null && (session === null || (needsAllocation && session.relayed === null))) {
      if (session !== null) yield* session.close();
      session = new Session(site, `${lane.ready}-${i}`);
      obstacle = yield* prepare(lane.ready, session);
      if (obstacle === null && lane.ready === 'pair' && peer === null) {
        const opened = yield* openPeer(site, 'peer');
        if (typeof opened === 'string') obstacle = opened;
        else peer = opened;
      }
    }
    events.started(check);
    if (session === null || obstacle !== null) {
      const verdict = skipped(obstacle ?? 'no session');
      events.found({ check, verdict, evidence: [], broke: false });
    } else events.found(yield* attempt(check, { site, session, peer }));
  }
  if (session?.relayed) yield* session.release();
}

/** A check that throws must not take the others with it. */
function* attempt(check: Check, stage: Stage): Script<Finding> {
  const evidence: string[] = [];
  try {
    const result = check.run(stage);
    const verdict = 'next' in result ? yield* traced(result, evidence) : result;
    return { check, verdict, evidence, broke: false };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { check, verdict: skipped(`fault of this tool: ${text}`), evidence, broke: true };
  }
}
