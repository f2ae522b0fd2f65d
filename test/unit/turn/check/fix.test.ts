import { describe, expect, it } from 'vitest';
import { type Fix, fixFor, type ServerIdentity } from '../../../../turn/check/fix.ts';
import { parseVersion } from '../../../../turn/lint/version.ts';

const fix: Fix = {
  coturn: [{ before: '4.7', text: 'old' }, { before: '4.10', text: 'middle' }, { text: 'new' }],
  other: 'generic',
};

function coturn(atLeast: string | null, before: string | null): ServerIdentity {
  const version = (text: string | null) => (text === null ? null : parseVersion(text));
  return { family: 'coturn', version: { atLeast: version(atLeast), before: version(before) } };
}

describe('the fix for the server found', () => {
  it.each([
    ['4.6.1', '4.7', 'old'],
    [null, '4.6', 'old'],
    ['4.7', '4.9', 'middle'],
    ['4.10', null, 'new'],
    ['4.17', null, 'new'],
  ])('coturn from %s, before %s', (atLeast, before, expected) => {
    expect(fixFor(fix, coturn(atLeast, before))).toBe(expected);
  });

  it('names each candidate where the range spans several', () => {
    expect(fixFor(fix, coturn(null, '4.9'))).toBe('before 4.7: old\nbefore 4.10: middle');
    expect(fixFor(fix, { family: 'coturn', version: null })).toBe(
      'before 4.7: old\nbefore 4.10: middle\nlater: new',
    );
  });

  it('another server gets the general words', () => {
    expect(fixFor(fix, { family: 'unknown', version: null })).toBe('generic');
  });
});
