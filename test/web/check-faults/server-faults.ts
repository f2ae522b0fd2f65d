/** What is wrong with the servers. */
import { z } from 'zod';
import type { Fault } from './fault.ts';
import { entry, interceptor, named, over, overTls, sound } from './servers.ts';
import { ports, turnName } from './stage.ts';

/** For servers that only one fault needs. */
const spare = { turn: 3600, tls: 5449 } as const;
/** Nothing listens there; packets are dropped there. */
const dead = { closed: 4000, dropped: 4001 } as const;
const relayPorts = { min: 40_000, max: 40_200 } as const;

const past = 1_600_000_000;

export const serverFaults: readonly Fault[] = [
  {
    name: 'wrong TURN password',
    servers: async ({ a, coturn }) => [
      entry([over(a, 'udp'), over(a, 'tcp')], { ...coturn, password: 'wrong' }),
    ],
    expected: { cause: 'turn-credential', code: 'direct-only' },
  },
  {
    name: 'wrong shared secret',
    servers: async ({ b, turn }) => {
      await turn(spare.turn, ['use-auth-secret', 'static-auth-secret=the-one-of-the-server']);
      return [
        { label: 'relay', urls: [over(b, 'udp', spare.turn)], auth: 'secret', credential: 'another-one' },
      ];
    },
    expected: { cause: 'turn-credential', code: 'direct-only' },
  },
  {
    name: 'expired TURN credential',
    servers: async ({ b, turn }) => {
      await turn(spare.turn, ['use-auth-secret', 'static-auth-secret=the-one-of-the-server']);
      return [entry([over(b, 'udp', spare.turn)], { username: `${past}:visitor`, password: 'of-that-time' })];
    },
    expected: { cause: 'turn-credential-expired', code: 'direct-only' },
  },
  {
    name: 'TURN server down',
    servers: async ({ b, coturn }) => [entry([over(b, 'udp', 4000), over(b, 'tcp', 4000)], coturn)],
    expected: { cause: 'turn-down', code: 'direct-only' },
  },
  {
    name: 'TURN server down, UDP blocked',
    site: 'noudp',
    servers: async ({ b, coturn }) => [entry([over(b, 'udp', 4000), over(b, 'tcp', 4000)], coturn)],
    expected: { cause: 'udp-blocked', beside: ['turn-down'], code: 'no-path' },
  },
  {
    name: 'quota of the TURN server reached',
    servers: async ({ b, faulty }) => [
      entry([over(b, 'udp', spare.turn)], await faulty(spare.turn, 'quota-reached')),
    ],
    expected: { cause: 'turn-quota', code: 'direct-only' },
  },
  {
    name: 'relay ports closed by the server’s firewall',
    servers: async (stage) => {
      const { b, lab, rules, turn } = stage;
      const { min, max } = relayPorts;
      const coturn = await turn(spare.turn, [`min-port=${min}`, `max-port=${max}`]);
      await rules(
        lab.server,
        `chain one { type filter hook input priority 0; udp dport ${min}-${max} drop; }`,
      );
      return [entry([over(b, 'udp', spare.turn), over(b, 'tcp', spare.turn)], coturn)];
    },
    expected: { cause: 'relay-carries-nothing', code: 'direct-only' },
    quick: true,
  },
  {
    name: 'the TURN server forbids the peer',
    servers: async ({ a, b, turn }) => {
      const coturn = await turn(spare.turn, [`denied-peer-ip=${a}`]);
      return [entry([over(b, 'udp', spare.turn)], coturn)];
    },
    expected: { cause: 'relay-carries-nothing', code: 'direct-only' },
  },
  {
    name: 'twelve TURN URLs, seven of them dead in three ways',
    servers: async (stage) => {
      const { a, b, coturn, lab, rules, turn } = stage;
      await rules(
        lab.server,
        `chain one { type filter hook input priority 0; meta l4proto { tcp, udp } th dport ${dead.dropped} drop; }`,
      );
      const other = await turn(spare.turn, []);
      return [
        entry([over(a, 'udp'), over(a, 'tcp'), over(b, 'udp'), over(b, 'tcp'), overTls], coturn),
        entry([over(b, 'udp', dead.dropped), over(b, 'tcp', dead.dropped)], coturn),
        entry([over(b, 'udp', dead.closed), over(b, 'tcp', dead.closed)], coturn),
        entry([`turns:${turnName}:${dead.closed}?transport=tcp`], coturn),
        entry([over(b, 'udp', spare.turn), over(b, 'tcp', spare.turn)], { ...other, password: 'wrong' }),
      ];
    },
    names: named,
    expected: { cause: null, beside: ['turn-credential', 'turn-down'], code: 'direct-and-relay' },
  },
  {
    name: 'the link is withdrawn while its page is open',
    servers: sound,
    names: named,
    path: async ({ api }, service) => {
      const { path } = z
        .object({ path: z.string() })
        .parse(await api(service, 'POST', '/api/links', { label: 'a visitor' }));
      return path;
    },
    loaded: async ({ a, api }) => {
      const service = `http://${a}:${ports.service}`;
      const list = z.object({ links: z.array(z.object({ id: z.string() })) });
      const { links } = list.parse(await api(service, 'GET', '/api/links'));
      for (const { id } of links) await api(service, 'DELETE', `/api/links/${id}`);
    },
    expected: { cause: 'link-expired', code: 'service-unreachable' },
  },
  {
    name: 'a STUN server is down',
    servers: async (stage) => [{ label: 'stun', urls: [`stun:${stage.b}:4000`] }, ...(await sound(stage))],
    names: named,
    expected: { cause: null, beside: ['stun-down'], code: 'direct-and-relay' },
  },
  {
    name: 'the name of the TURN server does not exist',
    servers: async ({ coturn }) => [entry([over('no-such-host.invalid', 'udp')], coturn)],
    expected: { cause: 'server-name', code: 'direct-only' },
  },
  {
    name: 'certificate of the TURN server expired',
    servers: async ({ certificates, turn }) => {
      const coturn = await turn(spare.turn, [], { certFile: certificates.leaf.expired, port: spare.tls });
      return [entry([`turns:${turnName}:${spare.tls}?transport=tcp`], coturn)];
    },
    names: { client: [`11.78.2.10 ${turnName}`], service: [`11.78.2.10 ${turnName}`] },
    browser: { trusts: false },
    expected: { cause: 'tls-certificate', code: 'direct-only' },
  },
  {
    name: 'a proxy intercepts TLS',
    servers: async (stage) => {
      const { a, b, certificates, coturn, program, router, rules } = stage;
      await program(
        interceptor,
        b,
        String(spare.tls),
        certificates.otherKey,
        await otherCertificate(stage),
        a,
      );
      await rules(
        router,
        `chain nat { type nat hook prerouting priority dstnat - 10; ip daddr ${a} tcp dport ${ports.tls} dnat ip to ${b}:${spare.tls}; }`,
      );
      return [entry([overTls], coturn)];
    },
    names: named,
    expected: { cause: 'tls-on-the-way', code: 'direct-only' },
    quick: true,
  },
];

/** As the proxy’s own authority would issue it. */
async function otherCertificate({ lab, certificates }: Parameters<Fault['servers']>[0]): Promise<string> {
  const file = `${lab.folder('proxy')}/proxy.pem`;
  const { code, stderr } = await lab.run(lab.server, [
    ...['openssl', 'req', '-x509', '-key', certificates.otherKey, '-days', '2', '-subj', `/CN=${turnName}`],
    ...['-addext', `subjectAltName=DNS:${turnName}`, '-out', file],
  ]);
  if (code !== 0) throw new Error(`openssl: ${stderr}`);
  return file;
}
