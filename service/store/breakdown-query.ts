import type { Kysely } from 'kysely';
import { paths } from '../../contract/basics.ts';
import { type Breakdown, type BreakdownQuery, longestBreakdown } from '../../contract/breakdown.ts';
import { natClasses } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import type { Tables } from './tables.ts';
import { toUtc } from './utc.ts';
import { visitHours } from './visit-hours.ts';
import type { Outcomes, TimeRange, VisitTally } from './visit-tally.ts';

const defaultMs = 30 * 86_400_000;

export async function breakdown(db: Kysely<Tables>, query: BreakdownQuery, now: Date): Promise<Breakdown> {
  const hours = [...(await visitHours(db, query, breakdownRange(query, now))).values()];
  const visits = hours.reduce((sum, hour) => sum + hour.visits, 0);
  const attempts = hours.flatMap((hour) => hour.attempts);
  return {
    visits,
    paths: paths.flatMap((path) => {
      const own = attempts.filter((row) => row.path === path);
      return own.length === 0 ? [] : [{ path, ...rateOf(own) }];
    }),
    nats: natClasses.flatMap((nat) =>
      paths.flatMap((path) => {
        const own = attempts.filter((row) => row.nat === nat && row.path === path);
        return own.length === 0 ? [] : [{ nat, path, ...rateOf(own) }];
      }),
    ),
    servers: serversOf(hours),
    causes: ranked(
      hours.flatMap((hour) => hour.causes),
      visits,
      ({ code, blame }) => `${code} ${blame}`,
    ),
    findings: ranked(
      hours.flatMap((hour) => hour.findings),
      visits,
      ({ id }) => id,
    ),
  };
}

function breakdownRange(query: BreakdownQuery, now: Date): TimeRange {
  // One millisecond past now: `until` is exclusive and a report stored this instant counts.
  const until =
    query.until === undefined ? new Date(now.getTime() + 1).toISOString() : toUtc(query.until, now);
  const oldest = new Date(Math.max(0, Date.parse(until) - defaultMs)).toISOString();
  return { since: query.since === undefined ? oldest : toUtc(query.since, new Date(0)), until };
}

/** The most tried first. */
function serversOf(hours: readonly VisitTally[]): Breakdown['servers'] {
  const groups = grouped(
    hours.flatMap((hour) => hour.servers),
    ({ url, transport }) => `${transport} ${url}`,
  );
  return groups
    .map(([{ url, transport }, rows]) => ({ url, transport, ...rateOf(rows) }))
    .sort((a, b) => b.attempts - a.attempts || (a.url < b.url ? -1 : 1))
    .slice(0, longestBreakdown);
}

/** The most visits first, then by name. */
function ranked<T extends { readonly visits: number }>(
  rows: readonly T[],
  total: number,
  nameOf: (row: T) => string,
) {
  return grouped(rows, nameOf)
    .map(([row, own]) => {
      const visits = own.reduce((sum, each) => sum + each.visits, 0);
      return { ...row, visits, share: wilsonRate(visits, total) };
    })
    .sort((a, b) => b.visits - a.visits || (nameOf(a) < nameOf(b) ? -1 : 1))
    .slice(0, longestBreakdown);
}

/** Rows of one name together, with the first of them to say what they have in common. */
function grouped<T>(rows: readonly T[], nameOf: (row: T) => string): [T, T[]][] {
  const groups = new Map<string, [T, T[]]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group === undefined) groups.set(nameOf(row), [row, [row]]);
    else group[1].push(row);
  }
  return [...groups.values()];
}

function rateOf(rows: readonly Outcomes[]) {
  const sum = (key: keyof Outcomes) => rows.reduce((total, row) => total + row[key], 0);
  return { ...wilsonRate(sum('succeeded'), sum('attempts')), harnessFaults: sum('faults') };
}
