/** What decides about pairs of NATs besides mapping and filtering; see `pair-test.ts`. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Behaviour } from '../../contract/nat-report.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { chanceOfLoss, reflexiveOf } from './facts.ts';
import { cappedConfidence, type Finding } from './finding.ts';
import type { Engine, FilterScope } from './punch-class.ts';

export interface PairTestContext {
  readonly mapping: Behaviour;
  readonly filtering: Behaviour;
  /** Why there is no evidence, if there is none. */
  readonly notAsked: string;
}

function lookUp(all: readonly Evidence[]) {
  const asked = all.filter((e) => e.purpose.startsWith('pairs/'));
  const find = (test: string) => asked.find((e) => e.purpose === `pairs/${test}`);
  const mappedIn = (test: string): Endpoint | null => {
    const found = find(test);
    return found?.outcome === 'answered' ? reflexiveOf(found) : null;
  };
  return { asked, find, mappedIn };
}

function unknown(reason: string, asked: readonly Evidence[]): Finding<'unknown'> {
  return { value: 'unknown', confidence: 0, reason, evidence: asked.map((e) => e.id) };
}

const isDependent = (mapping: Behaviour) => mapping !== 'endpoint-independent' && mapping !== 'inconclusive';

/** Over which mapping does an answer leave: the one that was asked through, or the one for that peer? */
export function classifyAnswers(
  all: readonly Evidence[],
  { mapping, notAsked }: PairTestContext,
): Finding<Engine | 'unknown'> {
  const { asked, find, mappedIn } = lookUp(all);
  if (asked.length === 0) return unknown(notAsked, asked);
  if (mapping === 'inconclusive') return unknown('the mapping is not known', asked);
  if (!isDependent(mapping)) return unknown('one mapping serves all peers, so it makes no difference', asked);
  const seenIn = (scenes: readonly string[]) =>
    scenes.flatMap((scene) => {
      const [through, left] = [mappedIn(`${scene}-question`), mappedIn(`${scene}-answer`)];
      const from = find(`${scene}-question`)?.from;
      return through === null || left === null || from == null ? [] : [{ through, left, from }];
    });
  // A mapping per address serves both ports of one.
  const fresh = seenIn(mapping === 'address-dependent' ? ['both'] : ['both', 'port']);
  // The third socket has a session with that peer already, and a NAT may keep to the older one.
  const seen = fresh.length > 0 ? fresh : seenIn(['scope']);
  const [first] = seen;
  if (first === undefined) {
    return unknown('the filter lets nobody in who could be answered, so it makes no difference', asked);
  }
  const kinds = new Set(seen.map(({ through, left }) => sameEndpoint(through, left)));
  if (kinds.size > 1) return unknown('two tests say the opposite', asked);
  const what = `the answer to a packet that ${formatEndpoint(first.from)} sent to ${formatEndpoint(first.through)}`;
  const session = kinds.has(true);
  return {
    value: session ? 'session' : 'table',
    confidence: cappedConfidence(0.01),
    reason: session ? `${what} left from there` : `${what} left from ${formatEndpoint(first.left)}`,
    evidence: asked.map((e) => e.id),
  };
}

/** May a peer that the host has sent to through one mapping come in through another? */
export function classifyFilterScope(
  all: readonly Evidence[],
  { mapping, filtering, notAsked }: PairTestContext,
): Finding<FilterScope | 'unknown'> {
  const { asked, find, mappedIn } = lookUp(all);
  if (asked.length === 0) return unknown(notAsked, asked);
  if (mapping === 'inconclusive' || filtering === 'inconclusive') {
    return unknown('mapping or filtering is not known', asked);
  }
  if (filtering === 'endpoint-independent') return unknown('nothing is filtered', asked);
  if (!isDependent(mapping)) return unknown('one mapping serves all peers, so it makes no difference', asked);
  const [first, second] = [mappedIn('scope-first'), mappedIn('scope-second')];
  const tried = find('scope-question');
  if (first === null || second === null || tried === undefined) {
    return unknown('a server address did not answer the test socket', asked);
  }
  if (sameEndpoint(first, second)) return unknown('both server addresses saw the same mapping', asked);
  const evidence = asked.map((e) => e.id);
  if (tried.outcome === 'answered') {
    const reason = 'a peer that the host had sent to came in through a mapping that was made for another';
    return { value: 'endpoint', confidence: cappedConfidence(0.005), reason, evidence };
  }
  const after = mappedIn('scope-after');
  if (tried.outcome !== 'silent' || after === null) return unknown('the test did not finish', asked);
  if (!sameEndpoint(first, after)) return unknown('the public endpoint changed during the test', asked);
  return {
    value: 'mapping',
    confidence: cappedConfidence(chanceOfLoss(all, tried.sentMs.length) + 0.005),
    reason: `none of ${tried.sentMs.length} packets of a peer that the host had sent to came in through a mapping that was made for another`,
    evidence,
  };
}
