/** How the links between kinds of endpoints come about, when paths are tried in the order of the population. */
import type { PopulationPath } from '../contract/population.ts';
import type { LabPath } from '../contract/scenario.ts';
import { type LinkOutcome, linkOutcomes } from '../contract/simulation-report.ts';
import type { Kind } from './kinds.ts';
import type { PairCells } from './pair-cells.ts';

/** Probability of each of {@link linkOutcomes}, in that order; their sum is 1. */
export type LinkChances = readonly number[];

export interface LinkTable {
  readonly kinds: number;
  /** Of a participant with another: row by row. `sfu` means that the room has to move there. */
  readonly links: readonly LinkChances[];
  /** Of a participant with the media server. */
  readonly legs: readonly LinkChances[];
}

export const outcomeIndex = Object.fromEntries(
  linkOutcomes.map((outcome, index) => [outcome, index]),
) as Readonly<Record<LinkOutcome, number>>;

/** A media server stands on the public network, as TURN servers do. */
const mediaServer: Kind = { endpoint: 'sfu', v4: [], v6: [] };

export function linkTable(
  kinds: readonly Kind[],
  paths: readonly PopulationPath[],
  cells: PairCells,
): LinkTable {
  const pairPaths = paths.filter((path) => path !== 'sfu');
  const upToSfu = paths.includes('sfu') ? paths.slice(0, paths.indexOf('sfu') + 1) : paths;
  const between = (a: Kind, b: Kind, order: readonly PopulationPath[]): LinkChances =>
    firstThatWorks(order, (path) => (path === 'sfu' ? 1 : pairChance(a, b, path, cells)));
  return {
    kinds: kinds.length,
    links: kinds.flatMap((a) => kinds.map((b) => between(a, b, upToSfu))),
    legs: kinds.map((kind) => between(kind, mediaServer, pairPaths)),
  };
}

/** Over IPv6 only direct links are counted: a relay is reached over IPv4, which every endpoint has. */
function pairChance(a: Kind, b: Kind, path: LabPath, cells: PairCells): number {
  const v4 = cells.chance(a.v4, b.v4, path);
  if (path !== 'direct' || a.v6 === null || b.v6 === null || v4 === 1) return v4;
  return 1 - (1 - v4) * (1 - cells.chance(a.v6, b.v6, path));
}

function firstThatWorks(
  order: readonly PopulationPath[],
  chanceOf: (path: PopulationPath) => number,
): LinkChances {
  const chances = linkOutcomes.map(() => 0);
  let left = 1;
  for (const path of order) {
    if (left === 0) break;
    const chance = left * chanceOf(path);
    chances[outcomeIndex[path]] = chance;
    left -= chance;
  }
  chances[outcomeIndex.none] = left;
  return chances;
}

/** Two people of these kinds who call each other: the SFU helps only if both reach it. */
export function callChances({ kinds, links, legs }: LinkTable, a: number, b: number): LinkChances {
  const chances = [...(links[a * kinds + b] ?? [])];
  const { sfu, none } = outcomeIndex;
  const wanted = chances[sfu] ?? 0;
  if (wanted === 0) return chances;
  const reached = [a, b].reduce((product, kind) => product * (1 - (legs[kind]?.[none] ?? 1)), 1);
  chances[sfu] = wanted * reached;
  chances[none] = (chances[none] ?? 0) + wanted * (1 - reached);
  return chances;
}
