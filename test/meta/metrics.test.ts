import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { labelMeaning, metricsOf, renderMetricsPage, type ShownMetric } from './metrics-page.ts';
import { readText, root } from './source-tree.ts';

const own = [...metricsOf('service'), ...metricsOf('turn')];
const all = [...own, ...metricsOf('process')];

const ruleSchema = z.strictObject({
  alert: z.string().regex(/^Polynya[A-Z]\w+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string().min(20), fix: z.string().min(60) }),
});
const { groups } = z
  .strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema) })) })
  .parse(parse(readText('deploy/prometheus/alerts.yaml')));
const alerts = groups.flatMap(({ rules }) => rules);

const dashboard = z
  .object({
    panels: z.array(
      z.object({
        id: z.int(),
        title: z.string(),
        description: z.string().optional(),
        gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
        targets: z.array(z.object({ refId: z.string(), expr: z.string() })).optional(),
      }),
    ),
    templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.string() })) }),
  })
  .parse(JSON.parse(readText('deploy/grafana/polynya.json')));

/** What Prometheus adds to every series. */
const anywhere = ['job', 'instance'];
const ofPrometheus: ShownMetric = { name: 'up', type: 'gauge', help: '', labels: [] };

/** Names in an expression that no registry has, and labels that their metric does not have. */
function strangers(expression: string): string[] {
  const selectors = [...expression.matchAll(/\b(polynya_\w+|up)\b(?:\{([^}]*)\})?/g)];
  return selectors.flatMap(([, name = '', matchers = '']) => {
    const metric = [...all, ofPrometheus].find((each) => seriesOf(each).includes(name));
    if (metric === undefined) return [name];
    const known = [...anywhere, ...metric.labels, ...(name.endsWith('_bucket') ? ['le'] : [])];
    const used = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    return used.filter((label) => !known.includes(label)).map((label) => `${name}{${label}}`);
  });
}

function seriesOf({ name, type }: ShownMetric): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
}

describe('the metrics', () => {
  it('docs/metrics.md says the same (npm run docs:metrics writes it)', async () => {
    const page = join(root, 'docs/metrics.md');
    expect(existsSync(page), 'docs/metrics.md is missing').toBe(true);
    await expect(renderMetricsPage()).toMatchFileSnapshot(page);
  });

  it.each(own)('$name is named and explained', ({ name, type, help, labels }) => {
    expect(name).toMatch(/^polynya_[a-z][a-z0-9_]*[a-z]$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
    expect(help).toMatch(/^[A-Z].{8,}[.)]$/);
    expect(labels.filter((label) => !(label in labelMeaning))).toEqual([]);
  });

  it('no label is explained that none has', () => {
    const used = new Set(all.flatMap(({ labels }) => labels));
    expect(Object.keys(labelMeaning).filter((label) => !used.has(label))).toEqual([]);
  });

  it('strange names and labels are seen', () => {
    expect(strangers('rate(polynya_runs_total[5m]) / up{job="x"}')).toEqual(['polynya_runs_total']);
    expect(strangers('sum(polynya_rooms{room="x"})')).toEqual(['polynya_rooms{room}']);
    expect(strangers('polynya_store_write_duration_seconds_bucket{le="1"}')).toEqual([]);
  });
});

describe('deploy/prometheus/alerts.yaml', () => {
  it('has a name of its own for each alert, and asks for metrics that exist', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.flatMap(({ alert, expr }) => strangers(expr).map((name) => `${alert}: ${name}`))).toEqual(
      [],
    );
  });

  it('has a test for each, in which it fires for one instance and not for another', () => {
    const testSchema = z.object({
      name: z.string(),
      input_series: z.array(z.object({ series: z.string(), values: z.string() })),
      promql_expr_test: z.tuple([
        z.object({
          expr: z.string(),
          exp_samples: z.array(z.object({ labels: z.string(), value: z.literal(1) })).min(1),
        }),
      ]),
    });
    const { tests } = z
      .object({ tests: z.array(testSchema) })
      .parse(parse(readText('deploy/prometheus/alerts.test.yaml')));
    expect(tests.map(({ name }) => name).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    const instancesIn = (texts: readonly string[]) =>
      new Set(texts.map((text) => /instance="(\w+)"/.exec(text)?.[1]));
    for (const { name, input_series, promql_expr_test } of tests) {
      const [{ expr, exp_samples }] = promql_expr_test;
      expect(expr).toContain(`ALERTS{alertname="${name}",alertstate="firing"}`);
      expect([name, instancesIn(exp_samples.map(({ labels }) => labels))]).toEqual([name, new Set(['bad'])]);
      expect([name, instancesIn(input_series.map(({ series }) => series)).has('good')]).toEqual([name, true]);
      expect(input_series.flatMap(({ series }) => strangers(series))).toEqual([]);
    }
  });
});

describe('deploy/grafana/polynya.json', () => {
  const { panels, templating } = dashboard;

  it('asks for metrics that exist, and explains each panel', () => {
    const expressions = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...templating.list.map(({ query }) => query),
    ];
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(strangers)).toEqual([]);
    const bare = panels.filter(
      ({ targets, description }) => targets !== undefined && !description?.endsWith('.'),
    );
    expect(bare.map(({ title }) => title)).toEqual([]);
  });

  it('shows every metric that is counted here, on panels that do not lie on each other', () => {
    const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join(' ');
    const forgotten = own.filter((metric) => !seriesOf(metric).some((name) => shown.includes(name)));
    // It is there or it is not: the alert says it.
    expect(forgotten.map(({ name }) => name)).toEqual(['polynya_stun_link_up']);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
