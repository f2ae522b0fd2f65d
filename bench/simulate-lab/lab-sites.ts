/** The kinds of a population as sites of a lab, and pairs of them as scenarios. Pure. */
import { type LabPath, type Scenario, scenarioSchema } from '../../contract/scenario.ts';
import type { Kind } from '../../simulate/kinds.ts';
import type { PairType } from './draw-pairs.ts';

/** Names of the two sites between which a pair is tried. */
export type Ends = readonly [string, string];

/** Sites of all kinds together, about: an agent is in one attempt at a time, so a kind that is drawn often gets several. */
const sitesInAll = 40;

/** Two sites for each pair; pairs of one kind with itself get two different ones. */
export function placePairs(pairs: readonly PairType[]): Ends[] {
  const ends = pairs.flatMap(({ a, b }) => [a, b]);
  const meetItself = new Set(pairs.flatMap(({ a, b }) => (a === b ? [a] : [])));
  const copiesOf = (kind: number) => {
    const share = ends.filter((end) => end === kind).length / ends.length;
    return Math.max(meetItself.has(kind) ? 2 : 1, Math.round(sitesInAll * share));
  };
  const copies = new Map([...new Set(ends)].map((kind) => [kind, copiesOf(kind)]));
  const next = new Map<number, number>();
  const place = (kind: number): string => {
    const copy = next.get(kind) ?? 0;
    next.set(kind, (copy + 1) % (copies.get(kind) ?? 1));
    // The lab puts a number behind the name, so it does not end with one.
    return `k${kind}-${copy}x`;
  };
  return pairs.map(({ a, b }) => [place(a), place(b)]);
}

/** One path tried between all of these pairs. */
export function labScenario(kinds: readonly Kind[], ends: readonly Ends[], path: LabPath): Scenario {
  const names = [...new Set(ends.flat())].sort();
  return scenarioSchema.parse({
    name: 'population-sample',
    about: 'Pairs that were drawn from a population.',
    sites: Object.fromEntries(names.map((name) => [name, siteOf(kinds, name)])),
    pairs: ends,
    paths: [path],
  });
}

function siteOf(kinds: readonly Kind[], name: string) {
  const kind = kinds[Number(/^k(\d+)-/.exec(name)?.[1])];
  if (kind === undefined) throw new Error(`${name} is a site of no kind`);
  return { about: kind.endpoint, behind: kind.v4, ipv6: kind.v6 === null ? 'none' : familyOf(kind, kind.v6) };
}

/** A site of the lab has its routers for both families; what it filters of IPv6 is RFC 6092, or nothing. */
function familyOf({ endpoint, v4 }: Kind, v6: NonNullable<Kind['v6']>): 'open' | 'firewall' {
  if (v6.length === 0 && v4.length === 0) return 'open';
  const [box] = v6;
  const firewall = v6.length === 1 && box?.nat === undefined ? box?.firewall : undefined;
  const filtering = firewall?.filtering ?? 'address-and-port-dependent';
  if (v4.length > 0 && firewall?.kind === 'stateful' && filtering === 'address-and-port-dependent')
    return 'firewall';
  throw new Error(`the lab has no site whose IPv6 is that of ${endpoint}`);
}
