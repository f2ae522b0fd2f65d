import { describe, expect, it } from 'vitest';
import { booleanValue, parseConf } from '../../../../turn/lint/parse-conf.ts';

const entry = (text: string) => parseConf(text).entries[0];

describe('reading turnserver.conf as coturn does', () => {
  it.each([
    ['realm=a', 'realm', 'a', 1, 7],
    ['  realm = a ', 'realm', 'a', 3, 11],
    ['\trealm\ta', 'realm', 'a', 2, 8],
    ['realm==a', 'realm', 'a', 1, 8],
    ['realm="a b"', 'realm', 'a b', 1, 8],
    ['realm="a', 'realm', 'a', 1, 8],
    ['realm="a" # c', 'realm', 'a" # c', 1, 8],
    ['realm=a # c', 'realm', 'a # c', 1, 7],
    ['realm=', 'realm', '', 1, 7],
    ['no-cli', 'no-cli', null, 1, 1],
    ['no-cli\t \r', 'no-cli', null, 1, 1],
    ['user=a:b=c', 'user', 'a:b=c', 1, 6],
    ['no-cli;', 'no-cli;', null, 1, 1],
    ['\ufeffrealm=a', '\ufeffrealm', 'a', 1, 8],
    ['\u00a0realm=a', '\u00a0realm', 'a', 1, 8],
    ['=a', '', 'a', 1, 2],
  ])('%j', (text, option, value, column, valueColumn) => {
    expect(entry(text)).toEqual({ line: 1, column, option, value, valueColumn, raw: text });
  });

  it.each(['', ' ', '\t', '#realm=a', '  # realm=a', '\r\n', '\n\n'])('%j holds no entry', (text) => {
    expect(parseConf(text).entries).toEqual([]);
  });

  it('counts lines with either line end and keeps the ends', () => {
    const { lines, entries } = parseConf('# a\r\nrealm=a\r\n\nno-cli');
    expect(lines.map(({ end }) => end)).toEqual(['\r\n', '\r\n', '\n', '']);
    expect(entries.map(({ line, option }) => [line, option])).toEqual([
      [2, 'realm'],
      [4, 'no-cli'],
    ]);
  });

  it.each([
    [null, true],
    ['', true],
    ['0', false],
    ['no', false],
    ['False', false],
    ['off', false],
    ['oFF', null],
    ['7', true],
    ['yep', true],
    ['On', true],
    ['maybe', null],
    ['# x', null],
  ])('the flag value %j is %j', (value, expected) => {
    expect(booleanValue(value)).toBe(expected);
  });
});
