/** Lifetimes and quotas. */
import { append, at, atValue, commentOut, missing, type Rule, replaceLine } from '../rule.ts';

export const limitRules: readonly Rule[] = [
  {
    number: 56,
    name: 'stale-nonce-range',
    severity: 'medium',
    title: 'stale-nonce far from 600 s',
    why: '0 keeps a nonce for ever, so that a captured request can be played again; a few seconds make every client do every request twice (438).',
    fix: 'stale-nonce=600',
    check(config) {
      const entry = config.last('stale-nonce');
      const value = entry?.value ?? '';
      if (entry === undefined || value === '' || value.includes('#')) return [];
      const seconds = config.number('stale-nonce') ?? 0;
      if (seconds >= 30 && seconds <= 3600) return [];
      const what = seconds < 1 ? 'nonces never expire' : `nonces live ${seconds} s`;
      return [
        atValue(entry, `${what[0]?.toUpperCase()}${what.slice(1)}.`, 'stale-nonce=600', {
          edit: replaceLine(entry, 'stale-nonce=600'),
        }),
      ];
    },
  },
  {
    number: 57,
    name: 'lifetimes-changed',
    severity: 'high',
    title: 'Lifetimes that the RFC fixes',
    why: 'A permission lives 300 s and a channel 600 s (RFC 8656 sections 9 and 12); clients refresh by that and lose media earlier or hold peers open longer. An allocation above an hour survives its client.',
    fix: 'Remove the line.',
    check(config) {
      const checks = [
        { name: 'permission-lifetime', good: (n: number) => n === 300, want: '300 s' },
        { name: 'channel-lifetime', good: (n: number) => n === 600, want: '600 s' },
        { name: 'max-allocate-lifetime', good: (n: number) => n >= 600 && n <= 3600, want: '600 to 3600 s' },
      ];
      return checks.flatMap(({ name, good, want }) => {
        const entry = config.last(name);
        const seconds = config.number(name);
        if (entry === undefined || (entry.value ?? '') === '' || (seconds !== undefined && good(seconds)))
          return [];
        const message = `${name} should be ${want}.`;
        return [atValue(entry, message, 'Remove the line.', { edit: commentOut(entry) })];
      });
    },
  },
  {
    number: 58,
    name: 'no-quota',
    severity: 'medium',
    title: 'No quotas',
    why: 'One login can take all ports and all bandwidth. A browser opens two to six allocations, so a user quota of 12 leaves room.',
    fix: 'user-quota=12, total-quota=1200, max-bps=<bytes per second>',
    check(config) {
      if (config.isOn('stun-only')) return [];
      const lacking = ['user-quota', 'total-quota', 'max-bps'].filter(
        (name) => (config.number(name) ?? 0) <= 0,
      );
      if (lacking.length === 0) return [];
      const examples: Readonly<Record<string, string>> = {
        'user-quota': 'user-quota=12',
        'total-quota': 'total-quota=1200',
        'max-bps': 'max-bps=1000000',
      };
      const fix = lacking.map((name) => examples[name]).join('\n');
      return [missing(lacking[0] ?? 'user-quota', `No limit by ${lacking.join(', ')}.`, fix)];
    },
  },
  {
    number: 59,
    name: 'capacity-without-session-limit',
    severity: 'high',
    title: 'bps-capacity without max-bps',
    why: 'coturn 4.6.1 ends with status 255.',
    fix: 'max-bps=<bytes per second of one session>',
    check(config) {
      const entry = config.last('bps-capacity');
      if (entry === undefined || (config.number('bps-capacity') ?? 0) === 0) return [];
      if ((config.number('max-bps') ?? 0) > 0) return [];
      return [at(entry, 'bps-capacity needs max-bps: the server does not start.', 'max-bps=1000000')];
    },
  },
  {
    number: 60,
    name: 'max-bps-in-bits',
    severity: 'medium',
    title: 'max-bps looks like bits per second',
    why: 'In spite of its name it counts bytes per second. A value meant as bits allows eight times as much; text behind the digits is not read.',
    fix: 'Divide by eight.',
    check(config) {
      return ['max-bps', 'bps-capacity'].flatMap((name) => {
        const entry = config.last(name);
        const value = entry?.value ?? '';
        const rate = config.number(name);
        if (entry === undefined || value.includes('#')) return [];
        if (!/^\d+;?$/.test(value)) {
          const message = `${name} takes digits only, in bytes per second.`;
          return [atValue(entry, message, `${name}=<bytes per second>`)];
        }
        // A session above 5 MB/s is 40 Mbit/s: more than any call, and a round number of bits.
        if (
          name === 'bps-capacity' ||
          rate === undefined ||
          rate < 5_000_000 ||
          rate % 8 !== 0 ||
          rate % 1000 !== 0
        ) {
          return [];
        }
        const message = `${rate} bytes per second are ${Math.round((rate * 8) / 1e6)} Mbit/s for one session; meant as bits?`;
        return [atValue(entry, message, `max-bps=${rate / 8}`)];
      });
    },
  },
  {
    number: 74,
    name: 'no-unauthorized-ratelimit',
    severity: 'low',
    title: 'Answers to strangers are not limited',
    why: 'From 4.14 coturn can limit the 401 replies per source, which takes the point out of reflecting attacks.',
    fix: 'unauthorized-ratelimit',
    check(config) {
      if (config.before('4.14.0') || config.isOn('unauthorized-ratelimit')) return [];
      const line = 'unauthorized-ratelimit';
      return [missing(line, '401 replies are not limited per source.', line, { edit: append(line) })];
    },
  },
];
