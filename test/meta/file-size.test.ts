import { describe, expect, it } from 'vitest';
import { sourceFolders } from './floors.ts';
import { filesUnder, readText } from './source-tree.ts';

const limit = 300;

/** Tables: they have one reason to change however many rows they have. */
const tables = new Map([['contract/failures.ts', 'one row per failure']]);

const sizes = new Map(
  [...sourceFolders, 'bench']
    .flatMap(filesUnder)
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map((path) => [path, readText(path).replace(/\n$/, '').split('\n').length]),
);

describe('file sizes', () => {
  it(`no source file has more than ${limit} lines`, () => {
    const tooLong = [...sizes]
      .filter(([path, lines]) => lines > limit && !tables.has(path))
      .map(([path, lines]) => `${path}: ${lines}`);
    expect(tooLong).toEqual([]);
  });

  it('every exemption is still needed', () => {
    expect([...tables.keys()].filter((path) => (sizes.get(path) ?? 0) <= limit)).toEqual([]);
  });

  it('names are kebab-case and say what is inside', () => {
    const names = [...sizes.keys()].map((path) => path.split('/').at(-1) ?? '');
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|common|misc|.*-manager)\./.test(name))).toEqual([]);
  });
});
