/**
 * Reports into PostgreSQL, with what is counted of them, in one statement: whatever their number they go there and back
 * once, and the statement is parsed and planned once for each connection. It is a transaction of its own.
 */
import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import { detailTables } from '../engine.ts';
import type { ReportRows } from '../report-rows.ts';
import type { RunsTable } from '../tables.ts';
import { nameLength, type VisitShapes } from '../visit-counts.ts';
import type { VisitShape } from '../visit-shape.ts';

/** All but the report itself. */
const columns = Object.keys({
  id: 0,
  kind: 0,
  at: 0,
  stored_at: 0,
  counted_at: 0,
  status: 0,
  code: 0,
  sentence: 0,
  nat_mapping: 0,
  nat_filtering: 0,
  nat_legacy: 0,
  turn: 0,
  target: 0,
  source: 0,
  duration_ms: 0,
  digest: 0,
  visit_code: 0,
  link_id: 0,
  visitor: 0,
  project: 0,
  shape: 0,
} satisfies Record<keyof Omit<RunsTable, 'report'>, 0>).join(', ');

const details = detailTables.map(
  (table, place) => `of_${table} as (
    insert into ${table}
    select each.* from json_populate_recordset(null::${table}, $${place + 3}::json) each
    where run_id in (select id from stored))`,
);

/** Of a visit, in the order in which everybody locks them. */
const counters = (['full', 'outline'] as const).flatMap((detail) =>
  (['hour', 'day'] as const).map((size) => `('${detail}', '${size}', ${nameLength[size]})`),
);

/** Rows are ordered wherever another node may insert the same ones: so nobody waits for each other crosswise. */
const text = `
  with stored as (
    insert into runs (${columns}, report)
    select ${columns}, string_to_table
    from rows from (json_populate_recordset(null::runs, $1::json), string_to_table($2, E'\\n'))
    order by digest
    on conflict do nothing returning id, counted_at, shape, project),
  ${details.join(',\n  ')},
  shape as (
    select * from json_to_recordset($6::json)
      as each(id text, nat text, outline text, outcomes json, findings json)),
  fresh as (
    insert into visit_shapes (id, nat, outline)
    select id, nat, outline from shape order by id
    on conflict do nothing returning id),
  of_outcomes as (
    insert into shape_outcomes
    select each.* from shape join fresh using (id), json_populate_recordset(null::shape_outcomes, outcomes) each),
  of_findings as (
    insert into shape_findings
    select each.* from shape join fresh using (id), json_populate_recordset(null::shape_findings, findings) each),
  counted as (
    insert into visit_counts (detail, size, bucket, shape, slot, project, visits)
    select detail, size, substr(counted_at, 1, length),
      case detail when 'full' then shape.id else shape.outline end, $7::integer, project, count(*)
    from stored join shape on shape.id = stored.shape
      cross join (values ${counters.join(', ')}) as counter(detail, size, length)
    group by 1, 2, 3, 4, 6 order by 1, 2 desc, 3, 4, 6
    on conflict (detail, size, bucket, shape, slot, project)
      do update set visits = visit_counts.visits + excluded.visits)
  select id from stored`;
/** Ids of those that were stored; the others are there already, or their code is taken. */
export async function insertReports(
  pool: Pool,
  slots: number,
  reports: readonly ReportRows[],
): Promise<ReadonlySet<string>> {
  const rows = [
    reports.flatMap(({ attempts }) => attempts),
    reports.flatMap(({ servers }) => servers),
    reports.flatMap(({ causes }) => causes),
    shapeRows(reports.flatMap(({ shapes }) => shapes ?? [])),
  ];
  // What is undefined is left out of JSON.
  const runs = reports.map(({ run }) => ({ ...run, report: undefined }));
  // JSON has no line breaks but those that are escaped.
  const texts = reports.map(({ run }) => run.report).join('\n');
  const values = [jsonOf(runs), texts, ...rows.map(jsonOf), randomInt(1, slots + 1)];
  const result = await pool.query<{ id: string }>({ name: 'insert reports', text, values });
  return new Set(result.rows.map(({ id }) => id));
}

/** Each once, with all that is told of it should it be new. */
function shapeRows(visits: readonly VisitShapes[]): readonly object[] {
  const rows = new Map<string, object>();
  const add = ({ id, nat, outcomes, findings }: VisitShape, outline: string | null): void => {
    if (rows.has(id)) return;
    rows.set(id, {
      id,
      nat,
      outline,
      outcomes: outcomes.map((outcome, seq) => ({ shape: id, seq, ...outcome })),
      findings: findings.map((cause) => ({ shape: id, cause })),
    });
  };
  for (const { full, outline } of visits) {
    add(full, outline.id);
    add(outline, null);
  }
  return [...rows.values()];
}

/** JSON writes what PostgreSQL’s text cannot hold, NUL and halves of surrogate pairs, as escapes. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

function jsonOf(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  return json.includes('\\u') ? json.replace(unstorable, '$1\uFFFD') : json;
}
