/** The quick reader of reports beside zod: whatever is done to a report, both say the same. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { envelopeSchema } from '../../contract/envelope.ts';
import { notTaken, quickParser } from '../../contract/quick-parse.ts';

const fixtures = new URL('../web/fixtures/', import.meta.url);
const reports = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(new URL(name, fixtures), 'utf8'));

type Node = Record<string, unknown>;

/** Every object and array within. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Node, ...Object.values(value).flatMap(nodesOf)];
}

const anything = fc.oneof(
  fc.constantFrom(undefined, null, true, '', 'S4', 'udp', '2026-11-21T12:00:00Z', '2026-11-21', {}, []),
  fc.constantFrom(-1, 0, 1.5, 65_536, 2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY),
  fc.integer({ min: 0, max: 3_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 0, max: 600 }).map((length) => Array.from({ length }, () => 'x')),
  fc.json().map((text) => JSON.parse(text)),
);
interface Change {
  readonly at: number;
  readonly key: number;
  readonly how: string;
  readonly value: unknown;
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  key: fc.nat(),
  how: fc.constantFrom('replace', 'delete', 'add', 'repeat'),
  value: anything,
});

function changed(report: unknown, { at, key, how, value }: Change): void {
  const nodes = nodesOf(report);
  const node = nodes[at % nodes.length];
  if (node === undefined) return;
  const keys = Object.keys(node);
  const name = keys[key % keys.length] ?? 'first';
  if (how === 'delete') delete node[name];
  else if (how === 'add') node['unknown'] = value;
  else if (how === 'repeat' && Array.isArray(node)) node.push(...node);
  else node[name] = value;
}

function comparison<T>(schema: z.ZodType<T>): (value: unknown) => void {
  const read = quickParser(schema);
  return (value) => {
    const slow = schema.safeParse(value);
    const quick = read(value);
    expect(quick === notTaken).toBe(!slow.success);
    if (!slow.success) return;
    expect(quick).toStrictEqual(slow.data);
    // The digest of a report is one of its text: the order of keys counts.
    expect(JSON.stringify(quick)).toBe(JSON.stringify(slow.data));
  };
}
const compare = comparison(envelopeSchema);

describe('the quick reader says what zod says', () => {
  it.each(reports.map((text) => [JSON.parse(text).kind, text]))('of a %s', (_kind, text) => {
    compare(JSON.parse(text));
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    const property = fc.property(changes, (all) => {
      const report = JSON.parse(text);
      for (const each of all) changed(report, each);
      compare(report);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it.each([
    ['checks that it does not know', z.string().refine((text) => text !== 'S4')],
    ['types that it does not know', z.record(z.string(), z.number())],
    ['values that change', z.string().transform((text) => text.length)],
    ['defaults', z.object({ a: z.number().default(1), b: z.string().optional() })],
    ['keys that are forbidden', z.strictObject({ a: z.number().optional() })],
    ['keys that are kept', z.looseObject({ a: z.number().optional() })],
    ['bounds, open and closed', z.number().gt(0).lt(65_536)],
    ['a union of types', z.union([z.number(), z.array(z.string()).min(1), z.null()])],
    ['a pattern that remembers', z.string().regex(/x/g)],
  ])('of %s', (_name, schema) => {
    fc.assert(fc.property(anything, comparison<unknown>(schema)), { numRuns: 150 });
  });
});
