import { describe, expect, it } from 'vitest';
import { type ConfPlan, planProblems, purposes } from '../../../../turn/config/conf-plan.ts';
import { writeConf } from '../../../../turn/config/write-conf.ts';
import { nothingKnown } from '../../../../turn/lint/environment.ts';
import { judge } from '../../../../turn/lint/lint.ts';
import { parseConf } from '../../../../turn/lint/parse-conf.ts';
import { parseVersion } from '../../../../turn/lint/version.ts';

const versions = [
  '4.5.2',
  '4.6.0',
  '4.6.1',
  '4.6.3',
  '4.7.0',
  '4.9.0',
  '4.10.0',
  '4.13.1',
  '4.16.0',
  '4.17.1',
];

function versionOf(text: string) {
  const version = parseVersion(text);
  if (version === null) throw new Error(text);
  return version;
}

const secret = '0123456789abcdef'.repeat(4);
const plan: ConfPlan = {
  purpose: 'p2p',
  version: versionOf('4.6.1'),
  addresses: ['11.78.1.10'],
  external: null,
  realm: 'turn.example.org',
  secret,
  certificate: '/etc/coturn/fullchain.pem',
  key: '/etc/coturn/key.pem',
  sfu: [],
};
const withSfu = (purpose: ConfPlan['purpose']) => (purpose === 'sfu' ? ['11.78.1.20', '11.78.9.0/28'] : []);

const variants: readonly (readonly [name: string, change: Partial<ConfPlan>])[] = [
  ['a public IPv4 address', {}],
  ['a private address behind 1:1 NAT', { addresses: ['10.0.0.5'], external: '11.78.1.10' }],
  ['an IPv6 address', { addresses: ['2a00:1450::10'] }],
  ['both families', { addresses: ['11.78.1.10', '2a00:1450::10'] }],
];

describe.each(purposes)('a configuration for %s', (purpose) => {
  it.each(variants)('with %s: the linter finds nothing in it, for no release', (_name, change) => {
    for (const text of versions) {
      const one = { ...plan, ...change, purpose, sfu: withSfu(purpose), version: versionOf(text) };
      if (planProblems(one).length > 0) {
        // RFC 5780 cannot be turned off there.
        expect([text, one.addresses.length]).toEqual(['4.5.2', 2]);
        continue;
      }
      const found = judge(writeConf(one), one.version, nothingKnown);
      expect(found.map(({ rule, finding }) => [text, rule.name, finding.message])).toEqual([]);
    }
  });

  it('says above every line why it is there', () => {
    const lines = writeConf({ ...plan, purpose, sfu: withSfu(purpose) }).split('\n');
    const { entries } = parseConf(lines.join('\n'));
    expect(entries.length).toBeGreaterThan(20);
    for (const { line } of entries) {
      // Lines of one reason stand together under it.
      const above = lines.slice(0, line - 1).findLast((text) => text.startsWith('#') || text === '');
      expect(above, lines[line - 1]).toMatch(/^# .{10,}\.$|USR2 coturn$|USERNAME|username\)\)\.$/);
    }
  });
});

describe('what a configuration allows', () => {
  const values = (text: string, option: string) =>
    parseConf(text)
      .entries.filter((entry) => entry.option === option)
      .map(({ value }) => value);

  it('sfu: the media servers alone', () => {
    const text = writeConf({ ...plan, purpose: 'sfu', sfu: withSfu('sfu') });
    expect(values(text, 'allowed-peer-ip')).toEqual(['11.78.1.20', '11.78.9.0-11.78.9.15']);
    expect(values(text, 'denied-peer-ip')).toEqual(['0.0.0.0-255.255.255.255']);
    const both = { ...plan, addresses: ['11.78.1.10', '2a00:1450::10'], purpose: 'sfu' as const };
    const denied = values(writeConf({ ...both, sfu: withSfu('sfu') }), 'denied-peer-ip');
    expect(denied).toContain('2000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  });

  it('443: one port for all transports', () => {
    const text = writeConf({ ...plan, purpose: '443' });
    expect([values(text, 'listening-port'), values(text, 'tls-listening-port')]).toEqual([['443'], ['443']]);
  });

  it('without a secret there is no line for it', () => {
    expect(values(writeConf({ ...plan, secret: null }), 'static-auth-secret')).toEqual([]);
    expect(values(writeConf(plan), 'static-auth-secret')).toEqual([secret]);
  });
});

describe('plans that cannot be written', () => {
  it.each<[Partial<ConfPlan>, RegExp]>([
    [{ addresses: ['turn.example.org'] }, /no IP address/],
    [{ addresses: ['0.0.0.0'] }, /wildcard/],
    [{ addresses: ['11.78.1.10', '11.78.1.11'] }, /each family/],
    [{ addresses: ['10.0.0.5'] }, /not public \(private\): .*--external/],
    [{ addresses: ['10.0.0.5'], external: '192.168.1.1' }, /192\.168\.1\.1 is not public/],
    [{ addresses: ['10.0.0.5'], external: '2a00:1450::10' }, /same family/],
    [{ addresses: ['11.78.1.10', '2a00:1450::10'], version: versionOf('4.5.2') }, /amplifier/],
    [{ realm: 'my realm' }, /plain name/],
    [{ realm: 'a.very.long.name.of.a.turn.server.example.org' }, /32 characters/],
    [{ purpose: 'sfu' }, /--sfu ADDRESS/],
    [{ purpose: 'sfu', sfu: ['somewhere'] }, /no address range/],
    [{ purpose: 'sfu', sfu: ['2a00::1-2a00::5'] }, /prefixes/],
    [{ sfu: ['11.78.1.20'] }, /belongs to --purpose sfu/],
  ])('%o: %s', (change, said) => {
    expect(planProblems({ ...plan, ...change })[0]).toMatch(said);
  });
});
