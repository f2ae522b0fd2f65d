import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../dashboard/src/format/endpoint.ts';
import { formatBytes, formatInterval, formatMs, formatShare } from '../../../dashboard/src/format/measure.ts';
import { formatAgo, formatMoment } from '../../../dashboard/src/format/moment.ts';
import { operationName } from '../../../dashboard/src/format/operation-name.ts';
import { asSentence } from '../../../dashboard/src/format/sentence.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('numbers for people', () => {
  it.each([
    [0, '0 ms'],
    [0.4249, '0.42 ms'],
    [12.34, '12.3 ms'],
    [183.6, '184 ms'],
    [2413, '2.41 s'],
    [61_000, '61.0 s'],
    [null, '–'],
  ])('%s ms → %s', (ms, text) => expect(plain(formatMs(ms))).toBe(text));

  it.each([
    [0, '0 %'],
    [0.004, '<1 %'],
    [0.873, '87 %'],
    [0.996, '>99 %'],
    [1, '100 %'],
    [null, '–'],
  ])('a share of %s → %s: never all or nothing when it is not', (share, text) =>
    expect(plain(formatShare(share))).toBe(text),
  );

  it('writes intervals and sizes with their unit', () => {
    const rate = { succeeded: 1, attempts: 2, rate: 0.5, low: 0.0945, high: 0.9055 };
    expect(plain(formatInterval(rate))).toBe('9–91 %');
    expect(plain(formatBytes(19_700))).toBe('19.7 kB');
  });

  it('writes endpoints, with brackets for IPv6 and a dash for what browsers hide', () => {
    expect(formatEndpoint({ address: '192.0.2.1', port: 3478 })).toBe('192.0.2.1:3478');
    expect(formatEndpoint({ address: '2001:db8::1', port: 9 })).toBe('[2001:db8::1]:9');
    expect(formatEndpoint({ address: null, port: 9 })).toBe('–');
  });

  it('counts back in the unit that fits', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(formatAgo('2026-11-20T11:59:20Z', now)).toBe('40 sec. ago');
    expect(formatAgo('2026-11-20T09:00:00Z', now)).toBe('3 hr. ago');
    expect(formatAgo('2026-01-05T09:00:00Z', now)).toContain('2026');
  });
});

describe('what a log is compared with', () => {
  it('has a time with its zone, on one line', () => {
    expect(formatMoment('2026-11-20T12:00:00Z')).toMatch(/^\d+ Nov 2026, \d\d:\d\d:00\u00a0\S+$/);
  });

  it.each([
    ['createAgentToken', 'Create agent token'],
    ['login', 'Login'],
  ])('has words beside the name of the operation %s', (name, said) => {
    expect(operationName(name)).toBe(said);
  });
});

describe('sentences from the tool', () => {
  it('begin with a capital, addresses and codes do not', () => {
    expect(asSentence('no translation: servers see it')).toBe('No translation: servers see it');
    expect(asSentence('stun:127.0.0.1:3478 answered')).toBe('stun:127.0.0.1:3478 answered');
    expect(asSentence('Four destinations')).toBe('Four destinations');
  });
});
