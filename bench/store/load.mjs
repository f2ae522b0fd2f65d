/** Fills a store of PostgreSQL with visits of 90 days, in the database itself. */
import { visitKinds } from './visits.mjs';

export const attemptsPerVisit = 4;
export const days = 90;
/** Visits loaded at a time; each is a transaction. */
const chunkVisits = 250_000;
/** Random choices of a kind of visit. */
const picks = 100_000;

const value = (each) => (each === null ? 'null' : typeof each === 'number' ? each : `'${each}'`);
const row = (...cells) => `(${cells.map(value).join()})`;

/** What the visits are made of, in tables of the bench; `until` is the time of the last one. */
export async function prepare(ask) {
  const kinds = visitKinds();
  const outlines = [...new Map(kinds.map(({ outline }) => [outline.id, outline])).values()];
  const shapes = [
    ...kinds.map(({ id, nat, outline }) => row(id, nat, outline.id)),
    ...outlines.map(({ id, nat }) => row(id, nat, null)),
  ];
  const outcomes = [...kinds, ...outlines].flatMap(({ id, outcomes: rows }) =>
    rows.map((each, seq) => {
      const { subject, path, url, transport, succeeded, blame, cause, times } = each;
      return row(id, seq, subject, path, url, transport, succeeded, blame, cause, times);
    }),
  );
  const details = (name) =>
    kinds.flatMap((kind) =>
      kind[name].map(({ path = null, url = null, transport, rung, succeeded, blame, cause }, seq) =>
        row(kind.id, seq, path, url, transport, rung, succeeded, blame, cause),
      ),
    );
  const told = kinds.flatMap(({ id, findings }) => findings.map((cause) => row(id, cause)));
  const columns =
    'shape text, seq integer, path text, url text, transport text, rung text, succeeded integer';
  await ask(`
    insert into visit_shapes values ${shapes.join()};
    insert into shape_outcomes (shape, seq, subject, path, url, transport, succeeded, blame, cause, times)
      values ${outcomes.join()};
    insert into shape_findings values ${told.join()};
    create table bench_attempts (${columns}, blame text, cause text);
    insert into bench_attempts values ${details('attempts').join()};
    create table bench_servers (like bench_attempts);
    insert into bench_servers values ${details('servers').join()};
    create table bench_picks (pick integer primary key, shape text);
    insert into bench_picks values ${pickedKinds(kinds).join()};
    create table bench_indexes as select indexname as name, indexdef as definition from pg_indexes
      where tablename = 'runs' and indexname not in ('runs_pkey', 'runs_digest_key');
    do $$ declare entry record; begin
      for entry in select name from bench_indexes loop execute 'drop index ' || entry.name; end loop; end $$;
    analyze bench_attempts, bench_servers, bench_picks, visit_shapes, shape_findings;`);
}

/** Each kind as often as its share says, at least once. */
function pickedKinds(kinds) {
  const rows = [];
  for (const { id, share } of kinds) {
    const times = Math.max(1, Math.round(share * picks));
    for (let i = 0; i < times && rows.length < picks; i += 1) rows.push(row(rows.length, id));
  }
  while (rows.length < picks) rows.push(row(rows.length, kinds[0].id));
  return rows;
}

/** Transactions that load all visits, in order; any may run beside another. */
export function chunksOf(visits) {
  const count = Math.ceil(visits / chunkVisits);
  return Array.from({ length: count }, (_, i) => ({
    first: i * chunkVisits,
    end: Math.min(visits, (i + 1) * chunkVisits),
  }));
}

/** @param until ISO time of the last visit */
export function loadChunk(ask, { first, end }, { visits, until }) {
  const seconds = days * 86_400;
  const at = `to_char(('${until}'::timestamptz at time zone 'UTC')
    - (${visits} - i) * interval '1 second' * ${seconds / visits}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const visit = `select 'r' || lpad(i::text, 10, '0') as id, i, ${at} as at, shape
    from generate_series(${first}::bigint, ${end - 1}) i
    join bench_picks on pick = (i * 48271) % ${picks}`;
  return ask(`begin;
    create temporary table visit on commit drop as ${visit};
    analyze visit;
    insert into runs (id, kind, at, stored_at, counted_at, status, code, sentence, nat_legacy, source, duration_ms,
        digest, link_id, shape, report)
      select v.id, 'visit-report', at, at, at, 'good', 'direct-works', 'Calls work directly.', nat, 'Chromium', 5000,
        lpad(i::text, 10, '0'), case i % 10000 when 0 then 'l1' end, shape, '{}'
      from visit v join visit_shapes s on s.id = shape order by v.id;
    insert into attempts (run_id, seq, counted_at, path, transport, rung, succeeded, setup_ms, blame, cause)
      select v.id, seq, at, path, transport, rung, succeeded, 120, blame, cause
      from visit v join bench_attempts using (shape) order by v.id, seq;
    insert into server_results (run_id, seq, counted_at, url, transport, succeeded, blame, cause)
      select v.id, seq, at, url, transport, succeeded, blame, cause
      from visit v join bench_servers using (shape) order by v.id, seq;
    insert into run_causes (run_id, counted_at, cause)
      select v.id, at, cause from visit v join shape_findings using (shape) order by v.id;
    commit;`);
}

/** Counts what was loaded in order of time, as storing it one by one would have done, and gives the tables their indexes back. */
export async function finish(ask, each) {
  for (const [detail, shape] of Object.entries({ full: 'shape', outline: 'outline' })) {
    for (const [size, length] of Object.entries({ hour: 13, day: 10 })) {
      await each(() =>
        ask(`insert into visit_counts
          select '${detail}', '${size}', bucket, ${shape}, 0, sum(visits)
          from (select substr(counted_at, 1, ${length}) as bucket, shape, count(*) as visits from runs group by 1, 2) v
            join visit_shapes on id = shape
          group by bucket, ${shape} order by bucket`),
      );
    }
  }
  const { rows } = await ask('select definition from bench_indexes');
  await each(async () => {
    for (const { definition } of rows) await ask(definition);
  });
  await each(async () => {
    await ask('drop table bench_indexes, bench_picks, bench_servers, bench_attempts');
    await ask('vacuum analyze');
  });
}
