/** Per rule: a line that it finds, and one beside it that it must not find. */
import { type LintEnvironment, nothingKnown } from '../../../../turn/lint/environment.ts';
import { hardened461, hardenedNewest } from './samples.ts';

export interface RuleCase {
  readonly rule: string;
  /** Found, each for itself. */
  readonly bad: readonly (string | Case)[];
  readonly good: readonly (string | Case)[];
}
interface Case {
  readonly text: string;
  readonly on?: string;
  readonly environment?: Partial<LintEnvironment>;
}

const secret = 'static-auth-secret=4f1d0c9be2a87365f1d0c9be2a8736544f1d0c9be2a87365';
const auth = `use-auth-secret\n${secret}`;
const tls = 'cert=/etc/coturn/c.pem\npkey=/etc/coturn/k.pem';
const goodCert = { readable: true, certificates: 2, notAfterMs: 2_000, selfSigned: false };
const goodKey = { readable: true, matchesCertificate: true, hiddenFrom: null };
const without = (text: string, line: string) =>
  text
    .split('\n')
    .filter((one) => one !== line)
    .join('\n');
const newest = '4.17.1';

export const ruleCases: readonly RuleCase[] = [
  {
    rule: 'no-authentication',
    bad: ['', 'realm=x', 'lt-cred-mech=0'],
    good: [auth, 'lt-cred-mech', 'user=a:b', 'stun-only', secret],
  },
  {
    rule: 'anonymous-access',
    bad: ['no-auth', `no-auth\n${auth}`],
    good: ['no-auth=0', 'no-auth\nlt-cred-mech', auth],
  },
  {
    rule: 'empty-secret',
    bad: [
      'static-auth-secret=',
      'static-auth-secret',
      ['static-auth-secret=$', '{TURN_SECRET}'].join(''),
      'static-auth-secret=$TURN_SECRET',
      'static-auth-secret={{ secret }}',
      'static-auth-secret=<secret>',
      'static-auth-secret=""',
    ],
    good: [secret, '#static-auth-secret=', 'static-auth-secret=short'],
  },
  {
    rule: 'weak-secret',
    bad: ['static-auth-secret=north', 'static-auth-secret=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    good: [secret, 'static-auth-secret='],
  },
  {
    rule: 'trailing-comment',
    bad: [
      'denied-peer-ip=10.0.0.0-10.255.255.255 # lan',
      'realm=x.org # mine',
      'no-cli # off',
      'external-ip=1.2.3.4#x',
      `${secret} # s`,
    ],
    good: ['# realm=x # y', '  # z', 'static-auth-secret=ab#cd', 'user=a:b#c'],
  },
  {
    rule: 'peer-range-cidr',
    bad: ['denied-peer-ip=10.0.0.0/8', 'allowed-peer-ip=2001:db8::/32', 'denied-peer-ip=10/8'],
    good: ['denied-peer-ip=10.0.0.0-10.255.255.255', 'listening-ip=10.0.0.0/8'],
  },
  {
    rule: 'peer-range-list',
    bad: ['denied-peer-ip=10.0.0.1,10.0.0.2', 'denied-peer-ip=10.0.0.1 10.0.0.2'],
    good: ['denied-peer-ip=10.0.0.1', 'denied-peer-ip=10.0.0.1-10.0.0.2'],
  },
  {
    rule: 'peer-range-reversed',
    bad: ['denied-peer-ip=10.0.0.9-10.0.0.1', 'denied-peer-ip=fe80::2-fe80::1'],
    good: ['denied-peer-ip=10.0.0.1-10.0.0.1'],
  },
  {
    rule: 'trailing-semicolon',
    bad: ['denied-peer-ip=10.0.0.1;', 'no-cli;', 'realm=a.org ;  '],
    good: ['realm=a;b', '# x;'],
  },
  {
    rule: 'peer-range-not-an-address',
    bad: [
      'denied-peer-ip=internal.example.org',
      'denied-peer-ip=',
      'denied-peer-ip=10.0.0-10.0.1',
      'denied-peer-ip=1.2.3.4-::1',
    ],
    good: [
      'denied-peer-ip=10.0.0.1',
      'denied-peer-ip = 10.0.0.1 - 10.0.0.5',
      'denied-peer-ip=::1',
      'denied-peer-ip=10.0.0.0/8',
    ],
  },
  {
    rule: 'unknown-option',
    bad: [
      'denylist-ip=10.0.0.1',
      'no-tlsv1.1',
      'stale_nonce',
      'no-loopback-peers',
      'dh2066',
      '--no-cli',
      'No-Cli',
      'no-\u001bcli',
      'größe=1',
    ],
    good: ['no-cli', 'Verbose', 'no-tlsv1', 'dtls'],
  },
  {
    rule: 'option-not-in-version',
    bad: ['dtls', 'rfc5780', { text: 'no-tlsv1', on: newest }, { text: 'ne=1', on: '4.10.0' }],
    good: ['no-tlsv1', { text: 'dtls', on: newest }, { text: 'ne=1', on: '4.9.0' }, 'nonsense'],
  },
  {
    rule: 'flag-value-ignored',
    bad: [
      'use-auth-secret=false',
      'no-rfc5780=0',
      { text: 'rfc5780=false', on: newest },
      'no-dynamic-realms=off',
    ],
    good: ['use-auth-secret', 'use-auth-secret=true', 'no-cli=false'],
  },
  {
    rule: 'bad-boolean',
    bad: ['no-cli=maybe', 'fingerprint=Enabled'],
    good: ['no-cli=off', 'no-cli=No', 'no-cli=1', 'stale-nonce=600', 'no-cli # x'],
  },
  {
    rule: 'mixed-credentials',
    bad: [`lt-cred-mech\n${auth}\nuser=a:b`],
    good: [auth, 'lt-cred-mech\nuser=a:b'],
  },
  {
    rule: 'credentials-contradiction',
    bad: ['lt-cred-mech\nno-auth'],
    good: ['lt-cred-mech', 'no-auth', 'lt-cred-mech\nno-auth=0'],
  },
  { rule: 'implicit-credentials', bad: ['user=a:b'], good: ['user=a:b\nlt-cred-mech', auth] },
  {
    rule: 'malformed-user',
    bad: ['user=alice', 'user=alice:', 'user=:x', 'user=alice:0xzz', 'user=alice:0x12'],
    good: ['user=alice:secret', `user=alice:0x${'ab'.repeat(16)}`],
  },
  { rule: 'duplicate-user', bad: ['user=a:b\nuser=a:c'], good: ['user=a:b\nuser=b:c'] },
  {
    rule: 'clear-text-password',
    bad: ['user=alice:hunter2', 'user=ninefingers:0xbc807ee29df3c9ffa736523fb2c4e8ee'],
    good: [`user=alice:0x${'ab'.repeat(16)}`, 'user=alice:'],
  },
  { rule: 'realm-missing', bad: [auth, `${auth}\nrealm=`], good: [`${auth}\nrealm=a.org`, 'no-auth'] },
  {
    rule: 'realm-malformed',
    bad: ['realm=my realm', 'realm=“a.org”', "realm='a'"],
    good: ['realm=a.org', 'realm="a.org"', 'realm=a.org # x'],
  },
  { rule: 'realm-long', bad: [`realm=${'a'.repeat(33)}`], good: [`realm=${'a'.repeat(32)}`] },
  {
    rule: 'relay-address-private',
    bad: [
      'relay-ip=10.0.0.5',
      'listening-ip=192.168.1.2',
      'relay-ip=10.0.0.5\nexternal-ip=192.0.3.9/10.0.0.6',
    ],
    good: [
      'relay-ip=10.0.0.5\nexternal-ip=192.0.3.9',
      'relay-ip=192.0.3.9',
      'relay-ip=10.0.0.5\nexternal-ip=192.0.3.9/10.0.0.5',
      '',
    ],
  },
  {
    rule: 'external-ip-malformed',
    bad: ['external-ip=turn.example.org', 'external-ip=192.0.3.9/eth0', 'external-ip='],
    good: ['external-ip=192.0.3.9', 'external-ip=192.0.3.9/10.0.0.1', 'external-ip=192.0.3.9 # x'],
  },
  {
    rule: 'external-ip-not-public',
    bad: ['external-ip=10.0.0.1', 'external-ip=100.64.0.1', 'external-ip=203.0.113.9', 'external-ip=fd00::1'],
    good: ['external-ip=192.0.3.9', 'external-ip=2a00::1'],
  },
  {
    rule: 'external-ip-repeated',
    bad: [
      'external-ip=192.0.3.9\nexternal-ip=192.0.3.10',
      'external-ip=192.0.3.9\nrelay-ip=10.0.0.1\nrelay-ip=10.0.0.2',
    ],
    good: [
      'external-ip=192.0.3.9',
      'external-ip=192.0.3.9/10.0.0.1\nexternal-ip=192.0.3.8/10.0.0.2',
      'external-ip=192.0.3.9\nrelay-ip=10.0.0.1\nrelay-ip=2a00::1',
    ],
  },
  {
    rule: 'external-ip-opens-private',
    bad: ['external-ip=192.0.3.9/10.0.0.1'],
    good: ['external-ip=192.0.3.9'],
  },
  {
    rule: 'own-address-denied',
    bad: [
      'external-ip=192.0.3.9\ndenied-peer-ip=192.0.3.0-192.0.3.255',
      'relay-ip=10.0.0.1\nexternal-ip=192.0.3.9\ndenied-peer-ip=10.0.0.0-10.255.255.255',
    ],
    good: [
      'external-ip=192.0.3.9\ndenied-peer-ip=192.0.3.0-192.0.3.255\nallowed-peer-ip=192.0.3.9',
      'external-ip=192.0.3.9\ndenied-peer-ip=10.0.0.0-10.0.0.255',
      'relay-ip=10.0.0.1\nexternal-ip=192.0.3.9/10.0.0.1\ndenied-peer-ip=10.0.0.0-10.255.255.255',
      'relay-ip=10.0.0.1\nexternal-ip=192.0.3.9\ndenied-peer-ip=192.0.3.0-192.0.3.255',
    ],
  },
  {
    rule: 'allowed-range-wide',
    bad: ['allowed-peer-ip=10.0.0.0-10.0.1.0', 'allowed-peer-ip=2a00::-2a00:1::'],
    good: ['allowed-peer-ip=10.0.0.0-10.0.0.255', 'denied-peer-ip=10.0.0.0-10.0.1.0'],
  },
  {
    rule: 'ipv4-special-ranges-open',
    bad: [
      '',
      without(hardened461, 'denied-peer-ip=10.0.0.0-10.255.255.255'),
      hardened461.replace('10.0.0.0-10', '10.0.0.1-10'),
    ],
    good: [hardened461, 'stun-only', 'denied-peer-ip=0.0.0.0-255.255.255.255'],
  },
  {
    rule: 'ipv6-special-ranges-open',
    bad: ['', 'relay-ip=2a00::1'],
    good: [
      hardened461,
      'listening-ip=192.0.3.9',
      'denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
  },
  {
    rule: 'ipv6-range-unaligned',
    bad: [
      'denied-peer-ip=2001:db8::1:ff-2001:db8::2:5',
      'denied-peer-ip=::-::ffff:ffff',
      'denied-peer-ip=0.0.0.0',
      'allowed-peer-ip=::',
    ],
    good: [
      { text: 'denied-peer-ip=2001:db8::1:ff-2001:db8::2:5', on: '4.16.0' },
      'denied-peer-ip=fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      'denied-peer-ip=10.0.0.1-10.0.0.9',
      'denied-peer-ip=::1-::ffff:ffff',
      'denied-peer-ip=0.0.0.0-0.255.255.255',
    ],
  },
  {
    rule: 'multicast-peers-open',
    bad: ['', 'no-multicast-peers=no'],
    good: ['no-multicast-peers', 'stun-only'],
  },
  { rule: 'loopback-peers-allowed', bad: ['allow-loopback-peers'], good: ['', 'allow-loopback-peers=0'] },
  { rule: 'server-relay', bad: ['server-relay'], good: ['', 'server-relay=off'] },
  { rule: 'tcp-relay-open', bad: [''], good: ['no-tcp-relay', 'stun-only', 'no-udp-relay'] },
  {
    rule: 'relay-range-invalid',
    bad: ['min-port=60000\nmax-port=50000', 'max-port=70000', 'min-port=0'],
    good: ['min-port=50000\nmax-port=60000', ''],
  },
  {
    rule: 'relay-range-overlaps',
    bad: ['min-port=1000', 'min-port=3000\nmax-port=4000', { text: 'min-port=9000\nprometheus', on: newest }],
    good: ['min-port=49152\nmax-port=65535', 'min-port=10000\nmax-port=20000', ''],
  },
  {
    rule: 'relay-range-small',
    bad: ['min-port=50000\nmax-port=50050', 'min-port=50000\nmax-port=51000\ntotal-quota=2000'],
    good: ['min-port=50000\nmax-port=51000', 'min-port=50000\nmax-port=51000\ntotal-quota=900', ''],
  },
  {
    rule: 'port-not-a-number',
    bad: ['listening-port=stun', 'min-port=', 'tls-listening-port=443,5349'],
    good: ['listening-port=3478', 'listening-port="3478"'],
  },
  {
    rule: 'certificate-unusable',
    bad: [
      'cert=/c.pem',
      'tls-listening-port=5349',
      { text: tls, environment: { certificate: { ...goodCert, readable: false } } },
      { text: tls, environment: { certificate: { ...goodCert, certificates: 0 } } },
      { text: tls, environment: { certificate: goodCert, nowMs: 3_000 } },
      { text: tls, environment: { certificate: { ...goodCert, certificates: 1 } } },
      { text: tls, environment: { key: { readable: false, matchesCertificate: null, hiddenFrom: null } } },
      { text: tls, environment: { key: { readable: true, matchesCertificate: false, hiddenFrom: null } } },
    ],
    good: [
      tls,
      '',
      { text: tls, environment: { certificate: goodCert, key: goodKey, nowMs: 1_000 } },
      { text: tls, environment: { certificate: { ...goodCert, certificates: 1, selfSigned: true } } },
    ],
  },
  {
    rule: 'certificate-in-private-folder',
    bad: ['cert=/etc/letsencrypt/live/x/fullchain.pem'],
    good: [tls, 'cert=/etc/letsencrypt/live/x/fullchain.pem\nproc-user=root'],
  },
  {
    rule: 'no-renewal-hook',
    bad: [{ text: 'cert=/etc/letsencrypt/live/x/f.pem', environment: { renewalHook: false } }],
    good: [
      'cert=/etc/letsencrypt/live/x/f.pem',
      { text: 'cert=/etc/letsencrypt/live/x/f.pem', environment: { renewalHook: true } },
      { text: tls, environment: { renewalHook: false } },
    ],
  },
  {
    rule: 'tls-contradiction',
    bad: [`no-tls\n${tls}`, 'no-tls\ntls-listening-port=443'],
    good: ['no-tls', tls, { text: `no-tls\ndtls\n${tls}`, on: newest }],
  },
  {
    rule: 'no-tls-on-443',
    bad: ['', tls, 'tls-listening-port=443'],
    good: [`${tls}\ntls-listening-port=443`, `${tls}\nalt-tls-listening-port=443`, 'tcp-proxy-port=444'],
  },
  {
    rule: 'no-listener',
    bad: ['no-udp\nno-tcp\nno-tls', 'no-udp', 'listening-ip=127.0.0.1'],
    good: ['', 'no-tcp\nno-tls', 'listening-ip=127.0.0.1\nlistening-ip=192.0.3.9'],
  },
  { rule: 'no-relay-transport', bad: ['no-udp-relay\nno-tcp-relay'], good: ['no-udp-relay', 'no-tcp-relay'] },
  {
    rule: 'weak-tls',
    bad: [tls, 'dh566', 'cipher-list="ALL:!aNULL"', { text: 'tlsv1', on: newest }],
    good: [
      `${tls}\nno-tlsv1\nno-tlsv1_1`,
      'cipher-list=ECDHE+AESGCM:!aNULL:!eNULL',
      { text: tls, on: newest },
    ],
  },
  {
    rule: 'dtls-unsaid',
    bad: [tls, { text: 'no-dtls=0', on: newest }],
    good: [`${tls}\nno-dtls`, '', { text: tls, on: newest }],
  },
  {
    rule: 'rfc5780-amplifier',
    bad: [
      '',
      'listening-ip=192.0.3.9\nlistening-ip=192.0.3.8',
      { text: 'rfc5780', on: newest },
      { text: '', on: '4.5.2' },
    ],
    good: ['no-rfc5780', 'listening-ip=192.0.3.9', { text: '', on: newest }],
  },
  {
    rule: 'rfc3489-replies',
    bad: [
      '',
      { text: 'stun-backward-compatibility', on: '4.7.0' },
      { text: 'rfc3489-compatibility', on: newest },
    ],
    good: ['no-stun-backward-compatibility', { text: '', on: newest }],
  },
  {
    rule: 'software-shown',
    bad: ['', { text: 'software-attribute', on: newest }],
    good: ['no-software-attribute', 'prod', { text: '', on: newest }],
  },
  {
    rule: 'stale-nonce-range',
    bad: ['stale-nonce=0', 'stale-nonce=10', 'stale-nonce=86400'],
    good: ['stale-nonce', 'stale-nonce=600', ''],
  },
  {
    rule: 'lifetimes-changed',
    bad: ['permission-lifetime=3600', 'channel-lifetime=60', 'max-allocate-lifetime=86400'],
    good: ['permission-lifetime=300', 'channel-lifetime', 'max-allocate-lifetime=3600', ''],
  },
  {
    rule: 'no-quota',
    bad: ['', 'user-quota=0\ntotal-quota=9\nmax-bps=9'],
    good: ['user-quota=12\ntotal-quota=1200\nmax-bps=1000000', 'stun-only'],
  },
  {
    rule: 'capacity-without-session-limit',
    bad: ['bps-capacity=100'],
    good: ['bps-capacity=100\nmax-bps=10', 'bps-capacity=0'],
  },
  {
    rule: 'max-bps-in-bits',
    bad: ['max-bps=8000000', 'max-bps=1M'],
    good: ['max-bps=1000000', 'bps-capacity=80000000\nmax-bps=1'],
  },
  {
    rule: 'cli-exposed',
    bad: [
      'cli-password=x\ncli-ip=0.0.0.0',
      'cli-password=qwerty',
      { text: 'cli\ncli-password=qwerty', on: newest },
    ],
    good: [
      '',
      'cli-ip=0.0.0.0',
      'no-cli\ncli-password=qwerty\ncli-ip=0.0.0.0',
      { text: 'cli-password=qwerty', on: newest },
      { text: 'cli\ncli-password=Tr0ub4dor', on: newest },
    ],
  },
  {
    rule: 'web-admin-exposed',
    bad: ['web-admin\nweb-admin-ip=0.0.0.0', 'web-admin\nweb-admin-listen-on-workers'],
    good: ['web-admin\nweb-admin-ip=127.0.0.1', 'web-admin-ip=0.0.0.0'],
  },
  {
    rule: 'prometheus-exposed',
    bad: [
      'prometheus',
      `prometheus\nprometheus-username-labels\n${auth}`,
      { text: 'prometheus\nprometheus-address=0.0.0.0', on: newest },
    ],
    good: ['', { text: 'prometheus\nprometheus-address=127.0.0.1', on: newest }],
  },
  {
    rule: 'database-without-tls',
    bad: [
      'psql-userdb="host=db.example.org dbname=coturn user=turn password=x"',
      'redis-userdb="ip=10.0.0.9 dbname=2"',
    ],
    good: [
      'psql-userdb="host=localhost dbname=coturn"',
      'psql-userdb="host=db.example.org sslmode=verify-full"',
      'redis-userdb="ip=127.0.0.1 dbname=2"',
      'userdb=/var/lib/turn/turndb',
    ],
  },
  {
    rule: 'vulnerable-feature',
    bad: ['oauth', 'mobility'],
    good: [{ text: 'oauth', on: '4.10.0' }, { text: 'mobility', on: '4.17.0' }, 'mobility=0'],
  },
  {
    rule: 'alternate-server-wrong',
    bad: [
      'alternate-server=turn2.example.org:3478',
      'alternate-server=10.0.0.2:3478',
      'external-ip=192.0.3.9\nalternate-server=192.0.3.9:3478',
      'tls-alternate-server=[fd00::1]:5349',
    ],
    good: [
      'alternate-server=192.0.3.9:3478',
      'alternate-server=[2a00::1]:3478',
      'alternate-server=192.0.3.9',
    ],
  },
  { rule: 'stun-restricted', bad: ['secure-stun', 'no-stun', 'stun-only'], good: ['', 'secure-stun=0'] },
  {
    rule: 'wildcard-without-relay-ip',
    bad: ['listening-ip=0.0.0.0', 'listening-ip=::', 'listening-ip=0.0.0.0\nrelay-ip=0.0.0.0'],
    good: ['listening-ip=0.0.0.0\nrelay-ip=192.0.3.9', 'listening-ip=192.0.3.9'],
  },
  {
    rule: 'deprecated-option',
    bad: ['keep-address-family', 'ne=3', 'udp-self-balance', 'relay-threads=0', 'prod'],
    good: ['relay-threads=4', 'no-software-attribute'],
  },
  { rule: 'verbose-log', bad: ['verbose', 'Verbose', 'log-binding'], good: ['', 'verbose=0'] },
  {
    rule: 'odd-characters',
    bad: [
      '\ufefflistening-port=3478',
      'realm=a\u00a0b',
      'listening-port＝3478',
      'realm=“a”',
      'denied-peer-ip=10.0.0.1–10.0.0.2',
    ],
    good: ['# “quoted”\u00a0', 'realm=a.org'],
  },
  {
    rule: 'line-too-long',
    bad: [`realm=${'a'.repeat(1100)}`, `realm=${'é'.repeat(600)}`],
    good: [`realm=${'a'.repeat(900)}`, `# ${'a'.repeat(2000)}`],
  },
  {
    rule: 'no-unauthorized-ratelimit',
    bad: [{ text: '', on: newest }],
    good: [
      { text: '', on: '4.13.1' },
      { text: hardenedNewest, on: newest },
    ],
  },
  {
    rule: 'file-readable-by-all',
    bad: [
      { text: secret, environment: { fileMode: 0o644 } },
      { text: '', environment: { fileMode: 0o666 } },
    ],
    good: [
      { text: secret, environment: { fileMode: 0o640 } },
      { text: 'realm=a', environment: { fileMode: 0o644 } },
      secret,
    ],
  },
  {
    rule: 'duplicate-option',
    bad: ['realm=a\nrealm=b', 'prod\nno-software-attribute'],
    good: ['realm=a', 'user=a:b\nuser=c:d', 'verbose\nVerbose'],
  },
];

export function caseOf(one: string | Case): { text: string; on: string; environment: LintEnvironment } {
  const given = typeof one === 'string' ? { text: one } : one;
  return {
    text: given.text,
    on: given.on ?? '4.6.1',
    environment: { ...nothingKnown, ...given.environment },
  };
}
