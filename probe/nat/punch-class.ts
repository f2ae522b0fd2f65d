/**
 * Which pairs of NATs ICE crosses without a relay. Mapping and filtering (RFC 4787 §4.1, §5) do not decide it alone:
 * it matters as well whether an answer leaves over the *session* that the question came in by (conntrack and its like)
 * or through the mapping *table* (RFC 4787 to the letter), and whether the filter remembers peers per *mapping* or per
 * internal *endpoint*. Of the 64 kinds of NAT that these four make, many punch alike: eight classes are left, and one
 * short list says which of them meet. `test/sim` holds all 64 × 64 against two ICE agents behind virtual NATs, and
 * `test/lab` the common ones against real agents behind kernel NATs.
 */
import type { BehaviourClass } from './finding.ts';

export type Engine = 'session' | 'table';
export type FilterScope = 'mapping' | 'endpoint';

export interface NatKind {
  readonly mapping: BehaviourClass;
  readonly filtering: BehaviourClass;
  readonly engine: Engine;
  readonly scope: FilterScope;
}

/**
 * easy – its signalled endpoint can be opened for any peer, or whoever gets through to it learns where to answer ·
 * port-filtered – one public endpoint, which lets in ports that it has sent to ·
 * answers-per-address, answers-per-port – lets the peer in, but answers through another mapping than was asked, one
 * for each peer address or each peer port · opens-per-address – a mapping for each peer, which lets in that peer's
 * whole address · opens-and-answers – as that, and answers through another mapping as well · closed – a mapping for
 * each peer, which lets in nobody else · closed-per-endpoint – the same, but what the host has sent to may come in
 * through any of its mappings.
 */
export type PunchClass =
  | 'easy'
  | 'port-filtered'
  | 'answers-per-address'
  | 'answers-per-port'
  | 'opens-per-address'
  | 'opens-and-answers'
  | 'closed'
  | 'closed-per-endpoint';

export function punchClass({ mapping, filtering, engine, scope }: NatKind): PunchClass {
  // A port-dependent mapping or filter (RFC 5780 erratum 7971) is as hard to cross as one that looks at both.
  const filtersPorts = filtering === 'port-dependent' || filtering === 'address-and-port-dependent';
  if (mapping === 'endpoint-independent') return filtersPorts ? 'port-filtered' : 'easy';
  if (filtersPorts) return engine === 'session' && scope === 'endpoint' ? 'closed-per-endpoint' : 'closed';
  const perAddress = mapping === 'address-dependent';
  if (filtering === 'endpoint-independent' || scope === 'endpoint') {
    if (engine === 'session') return 'easy';
    return perAddress ? 'answers-per-address' : 'answers-per-port';
  }
  return perAddress || engine === 'session' ? 'opens-per-address' : 'opens-and-answers';
}

/** All that meet besides the easy ones, which meet everybody. */
const meet: readonly (readonly [PunchClass, PunchClass])[] = [
  ['port-filtered', 'port-filtered'],
  ['port-filtered', 'closed-per-endpoint'],
  ['answers-per-address', 'answers-per-address'],
  ['answers-per-address', 'answers-per-port'],
  ['answers-per-address', 'opens-per-address'],
  ['answers-per-address', 'opens-and-answers'],
  ['answers-per-port', 'opens-per-address'],
];

export function crosses(a: PunchClass, b: PunchClass): boolean {
  if (a === 'easy' || b === 'easy') return true;
  return meet.some(([x, y]) => (a === x && b === y) || (a === y && b === x));
}
