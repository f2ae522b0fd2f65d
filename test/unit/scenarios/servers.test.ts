import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { firewallRules } from '../../../scenarios/plan/firewall-rules.ts';
import { portRules } from '../../../scenarios/plan/port-rules.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';

const sites = 'sites: { a: {}, b: {} }\n';
const parse = (server: string, more = sites) =>
  parseScenario(`name: two\nabout: a server\nserver: ${server}\n${more}`, 'two.yaml');

describe('the server of a scenario', () => {
  it.each([
    ['{ kind: ejabberd, config: [fingerprint] }', /^two\.yaml:3:27: server\.config: is for coturn$/],
    ['{ kind: polynya, turn: false }', /server\.turn: only coturn can be a STUN server alone$/],
    [
      '{ faults: { profiles: [full-server] } }',
      /^two\.yaml:3:11: server\.faults: is for Polynya's own server/,
    ],
    [
      '{ kind: polynya, faults: { profiles: [nonsense] } }',
      /^two\.yaml:3:\d+: server\.faults\.profiles\.0: /,
    ],
    [
      '{ kind: polynya, faults: { faults: [nonsense] } }',
      /^two\.yaml:3:\d+: server\.faults\.faults\.0\.fault: /,
    ],
  ])('%s is refused where it stands', (server, complaint) => {
    expect(() => parse(server)).toThrow(complaint);
  });

  it('ejabberd has IPv4 only', () => {
    const six = 'sites: { a: { ipv6: open }, b: {} }\n';
    expect(() => parse('{ kind: ejabberd }', six)).toThrow(/server\.kind: has IPv4 only here/);
    expect(parse('{ kind: ejabberd, ipv6: false }', six).scenario.server.kind).toBe('ejabberd');
  });

  it('faults are not simulated, and the report says so', () => {
    const compiled = parse('{ kind: polynya, faults: { profiles: [full-server] } }');
    const { body } = runSimulated(compiled, { at: new Date(0), why: null, elapsedMs: () => 0 });
    expect(body.notices).toContain('The faults of the server were not simulated.');
  });
});

describe('ports that the application names', () => {
  it('lead to where the server listens, in either family', () => {
    const plays = [
      { protocol: 'udp', named: 19_302, real: 3478 },
      { protocol: 'tcp', named: 443, real: 443 },
    ] as const;
    const rules = portRules(['11.78.1.10', '2a11:78:1::10'], plays);
    expect(rules.match(/^ {4}ip.*/gm)).toEqual([
      '    ip daddr 11.78.1.10 udp dport 19302 dnat ip to 11.78.1.10:3478',
      '    ip6 daddr 2a11:78:1::10 udp dport 19302 dnat ip6 to [2a11:78:1::10]:3478',
    ]);
    expect(portRules(['11.78.1.10'], plays.slice(1))).toBe('');
  });
});

describe('HTTP proxies', () => {
  it('lead to port 443 only, and clients that ask none are named', () => {
    const behind = '[{ nat: { like: home-router }, firewall: { kind: http-proxy } }]';
    const places = [
      `office: { agent: { kind: firefox }, behind: ${behind} }`,
      `app: { behind: ${behind} }`,
      'home: {}',
    ];
    const more = `sites: { ${places.join(', ')} }\npaths: [relay-tcp, relay-tls]\npairs: [[office, home], [app, home]]\n`;
    const { body } = runSimulated(parse('{}', more), { at: new Date(0), why: null, elapsedMs: () => 0 });
    expect(body.cells.map(({ from, transport, succeeded }) => [from, transport, succeeded])).toEqual([
      ['office', 'tcp', 0],
      ['app', 'tcp', 0],
      ['office', 'tls', 1],
      ['app', 'tls', 0],
    ]);
    expect(body.notices).toContain('Behind an HTTP proxy with a client that uses none: app (polynya).');
  });
});

describe('the media server of a scenario', () => {
  it('is one of three, and of no use where the path sfu is not tried', () => {
    const sfu = (kind: string, paths = '[sfu]') =>
      parse('{}', `${sites}paths: ${paths}\nsfu: { kind: ${kind} }\n`);
    expect(sfu('janus').scenario.sfu.kind).toBe('janus');
    expect(parse('{}').scenario.sfu.kind).toBe('embedded');
    expect(() => sfu('jitsi')).toThrow(/^two\.yaml:\d+:\d+: sfu\.kind: /);
    expect(() => sfu('janus', '[direct]')).toThrow(/^two\.yaml:\d+:\d+: sfu: is for the path sfu/);
  });
});

describe('gateways', () => {
  it('that open TLS send it to themselves, and let nothing else through', () => {
    const rules = firewallRules({ kind: 'tls-intercepting' });
    expect(rules).toContain('iifname "lan*" tcp dport 443 redirect to :8443');
    expect(rules).toMatch(/type filter hook forward .*policy drop;\n {2}}/);
    expect(firewallRules({ kind: 'http-proxy' })).not.toContain('accept');
  });

  it('leave clients without a relay, each for its own reason', () => {
    const office = (kind: string, agent: string) =>
      `sites: { office: { agent: { kind: ${agent} }, behind: [{ nat: { like: home-router }, firewall: { kind: ${kind} } }] }, home: {} }\n`;
    const paths =
      'iceServers: [{ urls: ["turn:a.example:443?transport=tcp", "turns:a.example:443"] }]\npaths: [relay-tcp, relay-tls]\n';
    const codes = (kind: string, agent = 'polynya') => {
      const compiled = parse('{}', office(kind, agent) + paths);
      const { body } = runSimulated(compiled, { at: new Date(0), why: null, elapsedMs: () => 0 });
      return body.cells.map(({ failure }) => failure?.code ?? 'connected');
    };
    expect(codes('tls-intercepting')).toEqual(['connection-closed', 'tls-certificate-untrusted']);
    expect(codes('http-proxy')).toEqual(['timeout', 'timeout']);
    // Clients that ask the proxy are led to port 443.
    expect(codes('http-proxy', 'chromium')).toEqual(['connected', 'connected']);
    expect(codes('tcp-443-only')).toEqual(['connected', 'connected']);
  });
});
