/** Arbitrary pooling (RFC 4787 §4.1): the mapping for the peer may have another address than the one signalled. */
import type { DirectView, Named } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';

export function poolView([first, second]: readonly [Named, Named]): DirectView | null {
  return oneSided(first, second) ?? oneSided(second, first);
}

function oneSided([name, end]: Named, [otherName, other]: Named): DirectView | null {
  const dependent = end.mapping.every((m) => m !== 'endpoint-independent' && m !== 'inconclusive');
  if (end.ipPooling !== 'arbitrary' || !dependent || letsAllIn(end) || letsAllIn(other)) return null;
  const pool = end.publicAddresses.length;
  return {
    direct: 'depends',
    code: 'address-pool',
    reason: `the NAT of ${name} takes a public address from a pool of at least ${pool} for every peer, and ${otherName} lets in only the one that was signalled`,
    dependsOn: [`${name}: address that the pool gives`],
    odds:
      pool > 1
        ? {
            direct: 1 / pool,
            basis: `one address signalled, ${pool} seen and taken evenly; a larger pool makes it less likely`,
          }
        : null,
    settledBy: `Turn on paired pooling in the NAT of ${name} (RFC 4787 REQ-2); until then it is chance.`,
    notes: [],
  };
}

const letsAllIn = (end: PairEnd) => end.filtering.every((f) => f === 'endpoint-independent');
