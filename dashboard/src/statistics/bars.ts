/** The breakdown as bars, each with its rate, its words and the reports behind it. Pure. */
import type { Path } from '../../../contract/basics.ts';
import type { Breakdown } from '../../../contract/breakdown.ts';
import type { Rate } from '../../../contract/runs.ts';
import { words } from '../words.ts';
import { reportsBehind } from './behind.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** Gives the colour; null: none of its own. */
  readonly path: Path | null;
  readonly rate: Rate;
  readonly harnessFaults: number;
  readonly href: string;
}

type Group = Rate & { readonly harnessFaults: number };

/** Groups whose attempts all broke by the tool’s own fault have no rate, and no bar. */
function barsOf<G extends Group>(
  groups: readonly G[],
  bar: (group: G) => Omit<Bar, 'rate' | 'harnessFaults'>,
): Bar[] {
  return groups
    .filter(({ attempts }) => attempts > 0)
    .map((group) => ({ ...bar(group), rate: group, harnessFaults: group.harnessFaults }));
}

export function pathBars({ paths }: Breakdown, filter: StatisticsFilter): Bar[] {
  return barsOf(paths, ({ path }) => ({
    key: path,
    label: words.paths[path],
    path,
    href: reportsBehind(filter, { path }),
  }));
}

export function natBars({ nats }: Breakdown, filter: StatisticsFilter): Bar[] {
  return barsOf(nats, ({ nat, path }) => ({
    key: `${nat} ${path}`,
    label: `${words.natClasses[nat]} · ${words.paths[path]}`,
    path,
    href: reportsBehind(filter, { nat, path }),
  }));
}

export function serverBars({ servers }: Breakdown, filter: StatisticsFilter): Bar[] {
  return barsOf(servers, ({ url, transport }) => ({
    key: `${url} ${transport}`,
    label: url,
    path: null,
    href: reportsBehind(filter, { server: url }),
  }));
}

/** What the bars say: the best and the worst, with their n and interval. */
export function barsFinding(bars: readonly Bar[]): string {
  const sorted = bars.toSorted((a, b) => (b.rate.rate ?? 0) - (a.rate.rate ?? 0));
  const [best] = sorted;
  const worst = sorted.at(-1);
  if (best === undefined || worst === undefined) return words.statistics.nothing;
  const all = bars.length <= 3 ? bars : [best, worst];
  return all.map(({ label, rate }) => words.overview.finding(label, rate)).join(' ');
}
