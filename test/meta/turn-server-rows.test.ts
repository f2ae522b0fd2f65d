/** Every row of the checklist that concerns a server is a test of ours, or turn/README.md says why not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalog } from '../../turn/check/catalog.ts';
import { notListed } from '../../turn/check/not-listed.ts';
import { root } from './source-tree.ts';

const groups = /^[SALPCMNTV]\d\d$/;
const rowId = /\b[SALPCMNTV]\d\d\b/g;

/** Ids in the titles of tests, or in the rows that fill them in; comments do not count. */
function testedRows(): string[] {
  const folder = join(root, 'test/unit/turn/server');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const paths = [...files.map((name) => join(folder, name)), join(root, 'test/net/turn-server.test.ts')];
  const quoted = paths.flatMap((path) => readFileSync(path, 'utf8').match(/'[^'\n]*'/g) ?? []);
  return quoted.flatMap((text) => text.match(rowId) ?? []);
}

function excusedRows(): string[] {
  const readme = readFileSync(join(root, 'turn/README.md'), 'utf8');
  const section = readme.split('## Rows of the checklist')[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').flatMap((line) => /^\| ([A-Z0-9, ]+) \|/.exec(line)?.[1]?.match(rowId) ?? []);
}

it('every row of the groups that concern a server is tested or excused, and none is both', () => {
  const rows = [...catalog, ...notListed].map(({ id }) => id).filter((id) => groups.test(id));
  const [tested, excused] = [new Set(testedRows()), new Set(excusedRows())];
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((id) => !tested.has(id) && !excused.has(id))).toEqual([]);
  expect([...excused].filter((id) => tested.has(id) || !rows.includes(id))).toEqual([]);
});
