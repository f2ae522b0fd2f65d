import { describe, expect, it } from 'vitest';
import { filesUnder, readText } from './source-tree.ts';

describe('what bundle.config.ts joins', () => {
  it('does not ask where its file lies: it is another file then (service/release.ts knows)', () => {
    const joined = ['contract', 'stun', 'turn', 'probe', 'cli'].flatMap(filesUnder);
    expect(joined.length).toBeGreaterThan(300);
    expect(joined.filter((path) => /\.ts$/.test(path) && readText(path).includes('import.meta'))).toEqual([]);
  });
});
