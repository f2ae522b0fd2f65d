import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floors } from './floors.ts';
import { filesUnder, readText, root } from './source-tree.ts';

const pages = filesUnder('').filter((path) => path.endsWith('.md'));

/** Targets of `[text](target)` and `![alt](target)` outside of code, without the fragment. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => (target ?? '').split('#')[0] ?? '');
}

describe('documents', () => {
  it.each(pages)('%s: every relative link leads to a file', (page) => {
    const broken = linksOf(readText(page))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(broken).toEqual([]);
  });

  it('links are seen', () => {
    expect(linksOf('[a](b.md#c) ![d](e.png) `[f](g)` [h](https://i.example)')).toEqual([
      'b.md',
      'e.png',
      'https://i.example',
    ]);
  });

  it('README.md begins with the two commands, verbatim', () => {
    const head = readText('README.md').split('\n').slice(0, 40);
    expect(head).toContain('npm ci && npm start');
    expect(head).toContain('npm ci && npm test');
  });

  it('docs/architecture.md shows the import table that the floors test checks', () => {
    const text = readText('docs/architecture.md');
    for (const { level, folder, mayImport } of floors) {
      const others = mayImport.map((name) => `\`${name}\``).join(', ') || 'nothing of ours';
      expect(text, folder).toContain(`| ${level} | \`${folder}/\` | ${others} |`);
    }
  });

  it('every npm script that a document names exists', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...readText(page).matchAll(/npm run ([a-z:-]+[a-z])/g)].map(([, name]) => `${page}: ${name}`),
    );
    expect(named.filter((entry) => !(entry.split(': ')[1] ?? '' in scripts))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});
