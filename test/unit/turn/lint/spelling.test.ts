import { describe, expect, it } from 'vitest';
import { optionRow, optionTable } from '../../../../turn/lint/options.ts';
import { closestOptions, editDistance, sameButForSeparators } from '../../../../turn/lint/spelling.ts';
import { isBefore, parseVersion } from '../../../../turn/lint/version.ts';
import { version } from './samples.ts';

describe('did you mean', () => {
  it.each([
    ['stale_nonce', 'stale-nonce'],
    ['--no-cli', 'no-cli'],
    ['no-tlsv1.1', 'no-tlsv1_1'],
    ['Realm', 'realm'],
    ['VERBOSE', null],
    ['denylist-ip', null],
  ])('%s is spelt like %s', (name, expected) => {
    expect(sameButForSeparators(name)).toBe(expected);
  });

  it.each([
    ['denied-peer-ips', ['denied-peer-ip']],
    ['extrenal-ip', ['external-ip']],
    ['denylist-ip', ['denied-peer-ip']],
    ['dh2066', ['dh1066']],
    ['no-loopback-peers', []],
    ['completely-else', []],
  ])('%s is near %j', (name, expected) => {
    expect(closestOptions(name)).toEqual(expected);
  });

  it('distances', () => {
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('abc', 'acb')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('the option table', () => {
  it('names every option once, synonyms lead to options, versions are versions', () => {
    const names = optionTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { synonymOf, since, until } of optionTable) {
      if (synonymOf !== undefined) expect(optionRow(synonymOf)).toBeDefined();
      for (const text of [since, until]) if (text !== undefined) expect(parseVersion(text)?.text).toBe(text);
    }
  });

  it('4.6.1 has the 115 options of its release', () => {
    const at461 = optionTable.filter(
      ({ since, until }) =>
        (since === undefined || !isBefore(version('4.6.1'), since)) &&
        (until === undefined || isBefore(version('4.6.1'), until)),
    );
    expect(at461).toHaveLength(115);
  });
});

describe('versions', () => {
  it.each([
    ['4.6.1', '4.6.1'],
    ['4.7', '4.7.0'],
    ['4.6.1-1build4', '4.6.1'],
    ['v4.17.1', '4.17.1'],
    ['Coturn', undefined],
    ['4', undefined],
    ['', undefined],
  ])('%j is %j', (text, expected) => {
    expect(parseVersion(text)?.text).toBe(expected);
  });

  it('are compared as numbers', () => {
    expect(isBefore(version('4.9.0'), '4.10.0')).toBe(true);
    expect(isBefore(version('4.10.0'), '4.10.0')).toBe(false);
  });
});
