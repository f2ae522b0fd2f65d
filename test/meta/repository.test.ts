import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { toolName, toolVersion } from '../../contract/release.ts';
import { readText, root, sourcesUnder } from './source-tree.ts';

/** Text files that git knows or would add; a tarball without git has them all in the folder. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && path !== 'package-lock.json' && !/\.(png|ico|bin|woff2)$/.test(path));

describe('the repository', () => {
  it('names no folder of the machine that it was written on', () => {
    const machinePath = /(?<![\w.:/}])\/(work|home|Users)\/[\w.-]+/;
    const found = files.flatMap((path) =>
      readText(path)
        .split('\n')
        .flatMap((line, index) => (machinePath.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('reports carry the name and version of package.json', () => {
    const { name, version } = JSON.parse(readText('package.json')) as { name: string; version: string };
    expect({ name: toolName, version: toolVersion }).toEqual({ name, version });
  });

  it('focuses no test and leaves none unwritten', () => {
    const focused = /^(it|test|describe|suite)\.(only|todo|fails)$/;
    const found = sourcesUnder(['test']).flatMap(({ path, calls }) =>
      [...calls].filter((call) => focused.test(call)).map((call) => `${path}: ${call}`),
    );
    expect(found).toEqual([]);
  });

  it('switches no check off', () => {
    const hatches = ['@ts-' + 'ignore', '@ts-' + 'nocheck', '@ts-' + 'expect-error'];
    const found = files
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) => {
        const text = readText(path);
        return hatches.filter((hatch) => text.includes(hatch)).map((hatch) => `${path}: ${hatch}`);
      });
    expect(found).toEqual([]);
  });
});
