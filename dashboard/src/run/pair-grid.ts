/** Candidate pairs as a grid: local ends × remote ends. Pure. */
import type { CandidatePair } from '../../../contract/candidate.ts';
import { formatEndpoint } from '../format/endpoint.ts';

export type PairEnd = CandidatePair['local'];

export interface PairGrid {
  readonly locals: readonly GridEnd[];
  readonly remotes: readonly GridEnd[];
  /** Undefined: this pair was never formed. */
  readonly cell: (local: GridEnd, remote: GridEnd) => CandidatePair | undefined;
}

export interface GridEnd {
  readonly key: string;
  readonly end: PairEnd;
}

const typeOrder = ['host', 'srflx', 'prflx', 'relay'];
/** Where one cell holds several pairs (a consent restart), the one that came furthest is shown. */
const stateOrder = ['frozen', 'cancelled', 'waiting', 'failed', 'in-progress', 'succeeded'];

export function pairGrid(pairs: readonly CandidatePair[]): PairGrid {
  const cells = new Map<string, CandidatePair>();
  for (const pair of pairs) {
    const key = cellKey(endKey(pair.local), endKey(pair.remote));
    const known = cells.get(key);
    if (known === undefined || weight(pair) > weight(known)) cells.set(key, pair);
  }
  return {
    locals: ends(pairs.map(({ local }) => local)),
    remotes: ends(pairs.map(({ remote }) => remote)),
    cell: (local, remote) => cells.get(cellKey(local.key, remote.key)),
  };
}

function weight(pair: CandidatePair): number {
  return (pair.selected ? 100 : 0) + (pair.nominated ? 10 : 0) + stateOrder.indexOf(pair.state);
}

function endKey(end: PairEnd): string {
  return [end.type, end.protocol, formatEndpoint(end), end.relayProtocol, end.url].join(' ');
}

function cellKey(local: string, remote: string): string {
  return `${local} → ${remote}`;
}

function ends(all: readonly PairEnd[]): GridEnd[] {
  const distinct = new Map(all.map((end) => [endKey(end), { key: endKey(end), end }]));
  return [...distinct.values()].toSorted(
    (a, b) => typeOrder.indexOf(a.end.type) - typeOrder.indexOf(b.end.type) || a.key.localeCompare(b.key),
  );
}
