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
    const odd = fc.string({
      unit: fc.constantFrom('/', '\\', '.', '@', ':', '?', '#', '%2f', '\t', 'evil', ' '),
    });
    fc.assert(
      fc.property(fc.oneof(odd, fc.webUrl(), fc.string()), (wanted) => {
        const base = 'https://polynya.example.org';
        expect(new URL(returnPath(wanted), base).origin).toBe(base);
      }),
    );
  });
});
