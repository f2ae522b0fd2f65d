import type { Kysely } from 'kysely';
import { paths } from '../../contract/basics.ts';
import { type Breakdown, type BreakdownQuery, longestBreakdown } from '../../contract/breakdown.ts';
import { natClasses } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import type { Reads } from './projects-read.ts';
import type { Tables } from './tables.ts';
import { type TimeRange, toUtc } from './utc.ts';
import * as statistics from './visit-statistics.ts';

const defaultMs = 30 * 86_400_000;

export async function breakdown(
  db: Kysely<Tables>,
  query: BreakdownQuery,
  now: Date,
  reads: Reads = 'all',
): Promise<Breakdown> {
  const range = breakdownRange(query, now);
  const rows = await statistics.sumsOfVisits(db, { ...query, reads }, range);
  const visits = rows.find(ofAll)?.visits ?? 0;
  const attempts = rows.filter(({ path }) => path !== null);
  const servers = rows.flatMap(({ url, transport, ...own }) =>
    url === null || transport === null ? [] : [{ url, transport, ...rateOf([own]) }],
  );
  const causes = rows.flatMap(({ cause: code, blame, visits }) =>
    code === null || blame === null ? [] : [{ code, blame, visits }],
  );
  const findings = rows.flatMap(({ finding: id, visits }) => (id === null ? [] : [{ id, visits }]));
  return {
    visits,
    paths: paths.flatMap((path) => {
      const own = attempts.filter((row) => row.path === path);
      return own.length === 0 ? [] : [{ path, ...rateOf(own) }];
    }),
    nats: natClasses.flatMap((nat) =>
      paths.flatMap((path) => {
        const own = attempts.filter((row) => (row.nat ?? 'untested') === nat && row.path === path);
        return own.length === 0 ? [] : [{ nat, path, ...rateOf(own) }];
      }),
    ),
    servers: servers
      .sort((a, b) => b.attempts - a.attempts || (a.url < b.url ? -1 : 1))
      .slice(0, longestBreakdown),
    causes: ranked(causes, visits, ({ code, blame }) => `${code} ${blame}`),
    findings: ranked(findings, visits, ({ id }) => id),
  };
}

function ofAll({ path, url, cause, finding }: statistics.SumOfVisits): boolean {
  return (path ?? url ?? cause ?? finding) === null;
}

function breakdownRange(query: BreakdownQuery, now: Date): TimeRange {
  // One millisecond past now: `until` is exclusive and a report stored this instant counts.
  const until =
    query.until === undefined ? new Date(now.getTime() + 1).toISOString() : toUtc(query.until, now);
  const oldest = new Date(Math.max(0, Date.parse(until) - defaultMs)).toISOString();
  return { since: query.since === undefined ? oldest : toUtc(query.since, new Date(0)), until };
}

/** The most visits first, then by name. */
function ranked<T extends { readonly visits: number }>(
  rows: readonly T[],
  total: number,
  nameOf: (row: T) => string,
) {
  return rows
    .map((row) => ({ ...row, share: wilsonRate(row.visits, total) }))
    .sort((a, b) => b.visits - a.visits || (nameOf(a) < nameOf(b) ? -1 : 1))
    .slice(0, longestBreakdown);
}

function rateOf(rows: readonly statistics.Outcomes[]) {
  const sum = (key: keyof statistics.Outcomes) => rows.reduce((total, row) => total + row[key], 0);
  return { ...wilsonRate(sum('succeeded'), sum('attempts')), harnessFaults: sum('faults') };
}
