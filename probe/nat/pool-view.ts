/** Arbitrary pooling (RFC 4787 §4.1): the mapping for the peer may have another address than the one signalled. */
import type { PairWords } from '../report/words/pairs/pair-words.ts';
import type { DirectView, Named, PairContext } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';

export function poolView({ ends: [first, second], words }: PairContext): DirectView | null {
  return oneSided(first, second, words) ?? oneSided(second, first, words);
}

function oneSided([name, end]: Named, [otherName, other]: Named, words: PairWords): DirectView | null {
  const dependent = end.mapping.every((m) => m !== 'endpoint-independent' && m !== 'inconclusive');
  if (end.ipPooling !== 'arbitrary' || !dependent || letsAllIn(end) || letsAllIn(other)) return null;
  const pool = end.publicAddresses.length;
  return {
    direct: 'depends',
    code: 'address-pool',
    reason: words.reasons.pool(name, pool, otherName),
    dependsOn: [words.dependsOn.poolAddress(name)],
    odds: pool > 1 ? { direct: 1 / pool, basis: words.odds.pool(pool) } : null,
    settledBy: words.settledBy.pairedPooling(name),
    notes: [],
  };
}

const letsAllIn = (end: PairEnd) => end.filtering.every((f) => f === 'endpoint-independent');
