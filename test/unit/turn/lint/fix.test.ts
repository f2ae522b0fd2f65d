import { describe, expect, it } from 'vitest';
import { nothingKnown } from '../../../../turn/lint/environment.ts';
import { fixText } from '../../../../turn/lint/fix.ts';
import { judge } from '../../../../turn/lint/lint.ts';
import { caseOf, ruleCases } from './rule-cases.ts';
import { version } from './samples.ts';

/** What the repaired file begins with; lines that are added come behind it. */
function fixed(text: string, on = '4.6.1'): string {
  return fixText(text, version(on), nothingKnown).text;
}

describe('repairs of turn lint --fix', () => {
  it.each([
    ['a CIDR range', 'denied-peer-ip=10.0.0.0/8', 'denied-peer-ip=10.0.0.0-10.255.255.255'],
    [
      'a range with a comment behind',
      '  denied-peer-ip=10.0.0.0/8 # lan',
      '  # lan\ndenied-peer-ip=10.0.0.0-10.255.255.255',
    ],
    [
      'a list',
      'denied-peer-ip=10.0.0.0/24, 10.1.0.1',
      'denied-peer-ip=10.0.0.0-10.0.0.255\ndenied-peer-ip=10.1.0.1',
    ],
    ['a reversed range', 'denied-peer-ip=10.0.0.9-10.0.0.1', 'denied-peer-ip=10.0.0.1-10.0.0.9'],
    ['a semicolon', 'denied-peer-ip=10.0.0.1;', 'denied-peer-ip=10.0.0.1'],
    ['a comment behind a quoted value', 'realm="a.org" # mine', '# mine\nrealm="a.org"'],
    ['a comment behind a flag', 'no-cli # off', '# off\nno-cli'],
    ['a misspelt option', 'stale_nonce=600', 'stale-nonce=600'],
    ['a byte order mark', '\ufeffrealm=a.org', 'realm=a.org'],
    ['swapped ports', 'max-port=50000\nmin-port=60000', 'max-port=60000\nmin-port=50000'],
    ['a full-width sign', 'realm＝a.org', 'realm=a.org'],
    ['an open door', 'allow-loopback-peers', '#allow-loopback-peers'],
    ['a second value', 'realm=a.org\nrealm=b.org', '#realm=a.org\nrealm=b.org'],
  ])('%s', (_, text, expected) => {
    expect(fixed(`# first\n${text}\n# last\n`).startsWith(`# first\n${expected}\n# last\n`)).toBe(true);
  });

  it('what was turned off on purpose stays off', () => {
    for (const line of ['no-tcp-relay=0', 'no-multicast-peers=no']) {
      const name = line.split('=')[0] ?? '';
      expect(fixed(`${line}\n`).split('\n')).not.toContain(name);
      expect(fixed('').split('\n')).toContain(name);
    }
  });

  it('line ends stay as they are, added lines get the same', () => {
    const text = fixed('# a\r\nrealm=a.org');
    expect(text.startsWith('# a\r\nrealm=a.org\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  const repairable = ruleCases.flatMap(({ rule, bad }) =>
    bad.map(caseOf).flatMap((one) => {
      const found = judge(one.text, version(one.on), one.environment).filter(
        (each) => each.rule.name === rule,
      );
      return found.some(({ finding }) => finding.edit !== undefined) ? [{ rule, ...one }] : [];
    }),
  );

  it('there is one for many rules', () => {
    expect(new Set(repairable.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(30);
  });

  it.each(repairable)('$rule on $on is not found again', ({ rule, text, on, environment }) => {
    const after = fixText(text, version(on), environment);
    expect(after.fixed.map((one) => one.rule)).toContain(rule);
    const left = judge(after.text, version(on), environment).filter((one) => one.rule.name === rule);
    expect(left.filter(({ finding }) => finding.edit !== undefined)).toEqual([]);
    expect(fixText(after.text, version(on), environment).text).toBe(after.text);
  });
});
