import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTree } from '../../../../turn/io/read-tree.ts';
import { appRules } from '../../../../turn/lint/app/app-rules.ts';
import { luaTree } from '../../../../turn/lint/app/lua-tree.ts';
import { readFacts } from '../../../../turn/lint/app/read-facts.ts';
import { judgeApp, toFindings } from '../../../../turn/lint/lint.ts';
import { parseVersion } from '../../../../turn/lint/version.ts';

const secret = 'c0ffee5ec2e7'.repeat(4);
const other = 'a-secret-of-another-server-1234';
const server = `listening-ip=11.78.1.10
listening-port=3478
tls-listening-port=443
cert=/etc/coturn/fullchain.pem
pkey=/etc/coturn/privkey.pem
use-auth-secret
static-auth-secret=${secret}
realm=turn.example.org
`;
const withUsers = server
  .replace(/^(use-auth|static-auth).*\n/gm, '')
  .concat('lt-cred-mech\nuser=alice:wonderland-42\n');

const version = parseVersion('4.6.1');
if (version === null) throw new Error('no version');

function factsOf(file: string, text: string) {
  const read = readTree(file, text);
  if (!read.ok) throw new Error(read.problem);
  const facts = readFacts(read.tree);
  if (facts === null) throw new Error(`nothing known in ${file}`);
  return facts;
}

/** Every finding as `rule line:column`. */
function found(file: string, text: string, conf = server): string[] {
  const facts = factsOf(file, text);
  const findings = toFindings(judgeApp(conf, version as NonNullable<typeof version>, { file, facts }));
  const shown = JSON.stringify(findings);
  for (const hidden of [secret, other, 'wonderland']) expect(shown).not.toContain(hidden);
  for (const finding of findings) expect(finding.file).toBe(file);
  return findings.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

const homeserver = `server_name: "example.org"
allow_guest_access: false
turn_uris:
  - "turn:turn.example.org?transport=udp"
  - "turns:turn.example.org:443?transport=tcp"
turn_shared_secret: "${secret}"
turn_user_lifetime: 1h
`;

const prosody = `-- Jitsi
plugin_paths = { "/usr/share/jitsi-meet/prosody-plugins/" }
external_service_secret = "${secret}"; --[[ not
  this: external_service_secret = "x" ]]
external_services = {
  { type = "stun", host = "turn.example.org", port = 3478 },
  { type = "turn", host = "turn.example.org", port = 3478, transport = "udp", secret = true, ttl = 86400, algorithm = "turn" },
  { type = "turns", host = "turn.example.org", port = 443, transport = "tcp", secret = true },
};
VirtualHost "example.org"
  modules_enabled = { "external_services" }
`;

const livekit = `rtc:
  turn_servers:
    - host: turn.example.org
      port: 3478
      protocol: udp
      secret: ${secret}
      ttl: 14400
    - host: turn.example.org
      port: 443
      protocol: tls
      secret: ${secret}
`;

const talk = JSON.stringify(
  [{ schemes: 'turn,turns', server: 'turn.example.org:443', secret, protocols: 'udp,tcp' }],
  null,
  2,
);

const iceServers = `[
  {
    "urls": ["turn:turn.example.org:3478", "turns:turn.example.org:443"],
    "username": "alice",
    "credential": "wonderland-42"
  }
]
`;

describe('an application that agrees with its server', () => {
  it.each([
    ['homeserver.yaml', homeserver, server],
    ['example.org.cfg.lua', prosody, server],
    ['livekit.yaml', livekit, server],
    // Talk has one host and port for all transports, so the server listens on 443 for all of them.
    ['talk.json', talk, server.replace('port=3478', 'port=443')],
    ['ice-servers.json', iceServers, withUsers],
  ])('%s: no findings', (file, text, conf) => {
    expect(found(file, text, conf)).toEqual([]);
  });

  it.each([
    ['homeserver.yaml', homeserver, 'Synapse'],
    [
      'dendrite.yaml',
      `client_api:\n  turn:\n    turn_shared_secret: ${secret}\n    turn_uris: []\n`,
      'Dendrite',
    ],
    ['p.cfg.lua', prosody, 'Prosody'],
    ['livekit.yaml', livekit, 'LiveKit'],
    ['talk.json', talk, 'Nextcloud Talk'],
    ['occ.json', JSON.stringify({ apps: { spreed: { turn_servers: talk } } }), 'Nextcloud Talk'],
    ['ice.json', `{"iceServers": ${iceServers}}`, 'RTCIceServer[]'],
  ])('%s is known by its keys', (file, text, app) => {
    expect(factsOf(file, text).app).toBe(app);
  });
});

/** What is changed in a good file, and the one finding that follows, with its place. */
const faults: readonly (readonly [
  name: string,
  file: string,
  text: string,
  conf: string,
  found: string[],
])[] = [
  [
    'another secret',
    'homeserver.yaml',
    homeserver.replace(secret, other),
    server,
    ['app-secret-differs 6:21'],
  ],
  [
    'a secret with a line end',
    'homeserver.yaml',
    homeserver.replace(`"${secret}"`, `"${secret}\\n"`),
    server,
    ['app-secret-differs 6:21'],
  ],
  ['a secret for a server with users', 'homeserver.yaml', homeserver, withUsers, ['app-secret-differs 6:21']],
  ['another secret in Lua', 'a.cfg.lua', prosody.replace(secret, other), server, ['app-secret-differs 3:27']],
  [
    'another secret in the second entry',
    'livekit.yaml',
    `${livekit.slice(0, livekit.lastIndexOf(secret))}${other}\n`,
    server,
    ['app-secret-differs 11:15'],
  ],
  ['a user for a server with a secret', 'ice-servers.json', iceServers, server, ['app-user-unknown 4:17']],
  [
    'a user who is not there',
    'ice-servers.json',
    iceServers.replace('alice', 'bob'),
    withUsers,
    ['app-user-unknown 4:17'],
  ],
  [
    'another password',
    'ice-servers.json',
    iceServers.replace('wonderland-42', 'wonderland-43'),
    withUsers,
    ['app-user-unknown 4:17'],
  ],
  [
    'turns: without TLS',
    'homeserver.yaml',
    homeserver,
    server.replace(/^(cert|pkey)=.*\n/gm, ''),
    ['app-transport-off 5:5'],
  ],
  ['turns: with no-tls', 'homeserver.yaml', homeserver, `${server}no-tls\n`, ['app-transport-off 5:5']],
  ['UDP with no-udp', 'homeserver.yaml', homeserver, `${server}no-udp\n`, ['app-transport-off 4:5']],
  [
    'another port',
    'a.cfg.lua',
    prosody.replace('port = 3478, transport', 'port = 3479, transport'),
    server,
    ['app-port-differs 7:54'],
  ],
  [
    'port 443 in front of another one',
    'homeserver.yaml',
    homeserver,
    server.replace('tls-listening-port=443', 'tls-listening-port=5349'),
    ['app-port-differs 5:5'],
  ],
  [
    'another address',
    'homeserver.yaml',
    homeserver.replace('turn:turn.example.org', 'turn:11.78.1.99'),
    server,
    ['app-address-differs 4:5'],
  ],
  [
    'a lifetime in seconds that Synapse reads as milliseconds',
    'homeserver.yaml',
    homeserver.replace('1h', '86400'),
    server,
    ['app-lifetime-odd 7:21'],
  ],
  [
    'a lifetime of a month',
    'a.cfg.lua',
    prosody.replace('ttl = 86400', 'ttl = 2592000'),
    server,
    ['app-lifetime-odd 7:100'],
  ],
  [
    'guests',
    'homeserver.yaml',
    homeserver.replace('guest_access: false', 'guest_access: true\nturn_allow_guests: true'),
    server,
    ['app-guests-relay 3:20'],
  ],
  [
    'no URI over UDP',
    'homeserver.yaml',
    homeserver.replace(/.*transport=udp"\n/, ''),
    server,
    ['app-uri-missing 4:5'],
  ],
  [
    'no turns: URI',
    'homeserver.yaml',
    homeserver.replace(/.*transport=tcp"\n/, ''),
    server,
    ['app-uri-missing 4:5'],
  ],
  [
    'a key with a hyphen',
    'homeserver.yaml',
    homeserver.replace('turn_shared_secret', 'turn-shared-secret'),
    server,
    ['app-key-misspelt 6:1'],
  ],
  [
    'a URI with slashes',
    'homeserver.yaml',
    homeserver.replace('turns:turn', 'turns://turn'),
    server,
    ['app-uri-malformed 5:5', 'app-uri-missing 4:5'],
  ],
];

describe('an application that differs from its server', () => {
  it.each(faults)('%s', (_name, file, text, conf, expected) => {
    expect(found(file, text, conf)).toEqual(expected);
  });

  it('every rule has a case here', () => {
    const named = new Set(faults.flatMap(([, , , , rules]) => rules.map((rule) => rule.split(' ')[0])));
    expect([...named].sort()).toEqual(appRules.map(({ name }) => name).sort());
  });

  it('guests are nobody’s concern where they are not let in, or get nothing', () => {
    for (const lines of [
      'allow_guest_access: false\nturn_allow_guests: true',
      'allow_guest_access: true\nturn_allow_guests: false',
    ]) {
      expect(found('homeserver.yaml', homeserver.replace('allow_guest_access: false', lines))).toEqual([]);
    }
  });
});

describe('files of other kinds', () => {
  it('are not taken for an application', () => {
    for (const text of ['', '[]', '{}', 'listening-port=3478', '- a\n- b', 'turns: false']) {
      const read = readTree('x.yaml', text);
      expect(read.ok && readFacts(read.tree)).toBeNull();
    }
  });

  it('that are broken are named by place, and nothing of them is shown', () => {
    const read = readTree('homeserver.yaml', `a: 1\nturn_shared_secret: "${secret}\n`);
    expect(read).toMatchObject({ ok: false });
    expect(JSON.stringify(read)).toMatch(/line \d+, column \d+/);
    expect(JSON.stringify(read)).not.toContain(secret);
  });

  it('with an alias that holds itself do not hang', () => {
    const read = readTree('x.yaml', 'turn_uris: &a\n  - *a\n');
    expect(read.ok && readFacts(read.tree)).toMatchObject({ app: 'Synapse', uris: [] });
  });

  it('Lua is read without a throw, whatever it is', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '=',
      ',',
      '"',
      "'",
      '--[[',
      ']]',
      'a',
      '1',
      '\\',
      '\n',
      'nil',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join(' ')),
        ),
        (text) => {
          expect(luaTree(text).kind).toBe('map');
        },
      ),
    );
  });
});
