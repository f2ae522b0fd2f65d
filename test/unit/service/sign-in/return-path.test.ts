import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { returnPath } from '../../../../service/sign-in/return-path.ts';

describe('where a sign-in may end', () => {
  it.each(['/', '/runs', '/runs/r1?kind=nat-report&q=a%20b#evidence-e3', '/apiary', '/wsx'])('%s', (path) => {
    expect(returnPath(path)).toBe(path);
  });

  it.each([
    undefined,
    '',
    'runs',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n//evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    '/a b',
    '/ü',
    '/api/sign-in',
    '/api',
    '/ws/live',
    `/${'a'.repeat(2000)}`,
  ])('not %j', (path) => {
    expect(returnPath(path)).toBe('/');
  });

  it('is on this site, whatever is asked for', () => {
    const parts = ['/', '\\', '.', '@', ':', '?', '#', '%2f', '\t', 'evil.example', ' '];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 8 }), (wanted) => {
        const base = 'https://polynya.example.org';
        expect(new URL(returnPath(`/${wanted.join('')}`), base).origin).toBe(base);
      }),
    );
  });
});
