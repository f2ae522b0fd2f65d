/** Counted networks → a population: shares are counts, ranges their 95 % intervals. */
import { type Population, populationSchema, type UnknownWay } from '../../contract/population.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import { percentText } from '../percent-text.ts';
import type { Observation } from './observe.ts';
import type { Way } from './way-out.ts';

export interface Counted {
  /** Where the reports come from, for people. */
  readonly from: string;
  /** Rooms, paths, media, distances and prices are taken from it; null: as a file that says nothing of them. */
  readonly base: Population | null;
}

interface Kind {
  readonly way: Way;
  readonly networks: readonly Observation[];
}

/** @returns null when no report tells what a network is */
export function ownPopulation(
  observations: readonly Observation[],
  { from, base }: Counted,
): Population | null {
  const networks = newestOfEach(observations);
  const kinds = kindsOf(networks);
  const classified = kinds.reduce((sum, kind) => sum + kind.networks.length, 0);
  if (classified === 0) return null;
  const times = networks.map(({ at }) => at).sort();
  return populationSchema.parse({
    name: 'own-reports',
    about: aboutOf(from, networks.length, classified, times, base),
    endpoints: Object.fromEntries(
      kinds.map(({ way: { name, about, behind }, networks: own }) => [
        name,
        { about, behind, share: shareOf(own.length, classified, 'networks'), ...ipv6Of(own) },
      ]),
    ),
    ...(base !== null && restOf(base)),
    counted: { reports: networks.length, unknown: unknownOf(networks) },
  });
}

/** All but who they are. */
function restOf({ rooms, paths, media, distances, prices }: Population) {
  return { rooms, paths, media, distances, prices };
}

/** A browser that was tested every day is one network, not thirty; reports without a name count each. */
function newestOfEach(observations: readonly Observation[]): Observation[] {
  const sorted = observations.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const seen = new Set<string>();
  return sorted.filter(({ visitor }) => {
    if (visitor === null) return true;
    const isFirst = !seen.has(visitor);
    seen.add(visitor);
    return isFirst;
  });
}

/** Most frequent first. */
function kindsOf(networks: readonly Observation[]): Kind[] {
  const kinds = new Map<string, { way: Way; networks: Observation[] }>();
  for (const network of networks) {
    const { way } = network;
    if (typeof way === 'string') continue;
    const kind = kinds.get(way.name) ?? { way, networks: [] };
    kind.networks.push(network);
    kinds.set(way.name, kind);
  }
  return [...kinds.values()].sort(
    (a, b) => b.networks.length - a.networks.length || (a.way.name < b.way.name ? -1 : 1),
  );
}

function unknownOf(networks: readonly Observation[]): Partial<Record<UnknownWay, number>> {
  const counts: Partial<Record<UnknownWay, number>> = {};
  for (const { way } of networks) if (typeof way === 'string') counts[way] = (counts[way] ?? 0) + 1;
  return counts;
}

function shareOf(count: number, of: number, what: string) {
  const { low, high } = wilsonRate(count, of);
  const value = count / of;
  // More figures than these nobody knows.
  const range = [low ?? 0, high ?? 1].map((bound) => Number(bound.toFixed(4))) as [number, number];
  return {
    value,
    range,
    source: `${count} of ${of} ${what}; 95 %: ${percentText(range[0])} to ${percentText(range[1])}`,
  };
}

/** Nothing where no report of the kind tells: it is then taken as IPv4 only, which promises less, never more. */
function ipv6Of(networks: readonly Observation[]) {
  const telling = networks.filter(({ ipv6 }) => ipv6 !== null);
  const having = telling.filter(({ ipv6 }) => ipv6).length;
  if (having === 0) return {};
  const share = shareOf(having, telling.length, 'networks of this kind whose reports show their addresses');
  return { ipv6: { share } };
}

function aboutOf(
  from: string,
  networks: number,
  classified: number,
  times: readonly string[],
  base: Population | null,
): string {
  const [first = '', last = ''] = [times[0], times.at(-1)].map((time) => time?.slice(0, 10));
  const rest = base === null ? 'as assumed without a file' : `those of ${base.name}`;
  return (
    `${classified} of ${networks} networks in ${from}, ${first} to ${last}; NATs are told apart by mapping and filtering, ` +
    `the rest of their behaviour is the usual one of a router. Rooms, paths, distances and prices are ${rest}.`
  ).slice(0, 1000);
}
