/** The matrix: what is broken, and the cause that the page must name. */
import type { Fault } from './fault.ts';
import { serverFaults } from './server-faults.ts';
import { entry, named, over, proxyWithoutWebSocket, signInPage, sound } from './servers.ts';
import { ports } from './stage.ts';

/** Ports of helpers, out of the way of all servers. */
const portal = 8080;
const proxy = 8081;

/** The name of the TURN server has an IPv6 address, at which nobody answers. */
const bothFamilies = {
  client: [...named.client, '2a11:78:1::10 turn.lab.example'],
  service: [...named.service, '2a11:78:1::10 turn.lab.example'],
};

/** What is wrong with the visitor’s network. */
const networkFaults: readonly Fault[] = [
  {
    name: 'nothing is wrong',
    servers: sound,
    names: named,
    expected: { cause: null, code: 'direct-and-relay' },
  },
  {
    name: 'symmetric NAT',
    site: 'sym',
    servers: sound,
    names: named,
    expected: { cause: null, beside: ['strict-nat'], code: 'direct-and-relay' },
  },
  {
    name: 'carrier-grade NAT',
    site: 'carrier',
    servers: sound,
    names: named,
    expected: { cause: null, code: 'direct-and-relay' },
  },
  {
    name: 'symmetric NAT and no TURN server',
    site: 'sym',
    servers: async () => [],
    expected: { cause: null, beside: ['strict-nat', 'no-relay'], code: 'direct' },
  },
  {
    name: 'UDP blocked',
    site: 'noudp',
    servers: sound,
    names: named,
    expected: { cause: 'udp-blocked', code: 'relay-only' },
  },
  {
    name: 'UDP refused by ICMP',
    site: 'rejects',
    servers: sound,
    names: named,
    expected: { cause: 'udp-blocked', code: 'relay-only' },
  },
  {
    name: 'a VPN that carries no UDP',
    site: 'vpn',
    servers: sound,
    names: named,
    expected: { cause: 'udp-blocked', code: 'relay-only' },
  },
  {
    name: 'UDP blocked, and TURN over UDP only',
    site: 'noudp',
    servers: async ({ a, coturn }) => [entry([over(a, 'udp')], coturn)],
    expected: { cause: 'udp-blocked', code: 'no-path' },
  },
  {
    name: 'only TCP 443 passes',
    site: 'only443',
    port: 443,
    servers: async ({ a, b, turn, coturn }) => {
      const shared = await turn(443, []);
      return [entry([over(a, 'udp'), over(a, 'tcp')], coturn), entry([over(b, 'tcp', 443)], shared)];
    },
    expected: { cause: 'only-443', code: 'relay-only' },
  },
  {
    name: 'only TCP 443 passes, and no TURN server is there',
    site: 'only443',
    port: 443,
    servers: async ({ a, coturn }) => [entry([over(a, 'udp'), over(a, 'tcp')], coturn)],
    expected: { cause: 'only-443', code: 'no-path' },
  },
  {
    name: 'loss of 20 % each way',
    site: 'lossy',
    servers: async ({ a, coturn }) => [entry([over(a, 'tcp')], coturn)],
    expected: { cause: 'packet-loss', code: 'direct-and-relay' },
  },
  {
    name: 'UDP to well-known ports only',
    servers: async (stage) => {
      await stage.rules(
        stage.router,
        `chain one { type filter hook forward priority -20; oifname "wan" udp dport != { 3478, 3479, ${ports.turn} } drop; }`,
      );
      return sound(stage);
    },
    names: named,
    expected: { cause: 'direct-blocked', code: 'relay-only' },
  },
  {
    name: 'DTLS filtered',
    servers: async (stage) => {
      // The first byte of a DTLS record is 20–63 (RFC 9443 §3); inside TURN it stands further back.
      await stage.rules(
        stage.router,
        'chain one { type filter hook forward priority -20; meta l4proto udp @th,64,8 >= 20 @th,64,8 <= 63 drop; }',
      );
      return sound(stage);
    },
    names: named,
    expected: { cause: 'dtls-blocked', code: 'relay-only' },
  },
  {
    name: 'the port of TURN over TCP is closed here',
    servers: async (stage) => {
      const { a, coturn, router } = stage;
      await stage.rules(
        router,
        `chain one { type filter hook forward priority -20; tcp dport ${ports.turn} drop; }`,
      );
      return [entry([over(a, 'tcp')], coturn)];
    },
    expected: { cause: 'turn-blocked-here', code: 'direct-only' },
  },
  {
    name: 'a STUN server is blocked here',
    servers: async (stage) => {
      const { b, router } = stage;
      await stage.rules(
        router,
        `chain one { type filter hook forward priority -20; ip daddr ${b} udp dport ${ports.turn} drop; }`,
      );
      return [{ label: 'stun', urls: [`stun:${b}:${ports.turn}`] }, ...(await sound(stage))];
    },
    names: named,
    expected: { cause: null, beside: ['stun-blocked-here'], code: 'direct-and-relay' },
  },
  {
    name: 'the DNS here does not know the TURN server',
    servers: async ({ coturn }) => [entry([over('turn.lab.example', 'udp')], coturn)],
    names: { client: [], service: named.service },
    expected: { cause: 'name-unknown-here', code: 'direct-only' },
  },
  {
    name: 'no IPv6 here, and a TURN server that has it',
    servers: async ({ coturn }) => [
      entry([over('turn.lab.example', 'udp'), over('turn.lab.example', 'tcp')], coturn),
    ],
    names: bothFamilies,
    expected: { cause: null, beside: ['ipv6-dead'], code: 'direct-and-relay' },
  },
  {
    name: 'dead AAAA of the TURN server',
    servers: async (stage) => {
      const { client, lab, coturn } = stage;
      await lab.run(client, ['ip', '-6', 'route', 'replace', 'default', 'dev', 'eth0']);
      await lab.run(client, ['ip', '-6', 'address', 'replace', '2a11:78:c::2/64', 'dev', 'eth0', 'nodad']);
      return [entry([over('turn.lab.example', 'udp'), over('turn.lab.example', 'tcp')], coturn)];
    },
    names: bothFamilies,
    expected: { cause: null, beside: ['ipv6-dead'], code: 'direct-and-relay' },
  },
  {
    name: 'a sign-in page answers in place of the service',
    servers: sound,
    names: named,
    loaded: async ({ a, b, router, program, rules }) => {
      await program(signInPage, b, String(portal));
      await rules(
        router,
        `chain nat { type nat hook prerouting priority dstnat - 10; ip daddr ${a} tcp dport ${ports.service} dnat ip to ${b}:${portal}; }
         chain old { type filter hook forward priority -20; ip daddr ${a} tcp dport ${ports.service} reject with tcp reset; }`,
      );
    },
    expected: { cause: 'captive-portal', code: 'service-unreachable' },
    quick: true,
  },
  {
    name: 'WebSocket blocked by a proxy',
    servers: sound,
    names: named,
    via: async ({ b, program }, service) => {
      await program(proxyWithoutWebSocket, b, String(proxy), service);
      return `http://${b}:${proxy}`;
    },
    expected: { cause: 'websocket-blocked', code: 'signal-failed' },
  },
  {
    name: 'the service is gone once the page has loaded',
    servers: sound,
    names: named,
    loaded: async ({ a, router, rules }) => {
      await rules(
        router,
        `chain one { type filter hook forward priority -20; ip daddr ${a} tcp dport ${ports.service} drop; }`,
      );
    },
    expected: { cause: 'service-unreachable', code: 'service-unreachable' },
  },
  {
    name: 'the cable is pulled during the check',
    servers: sound,
    names: named,
    running: async ({ lab, router }, page) => {
      await page.locator('[data-step=service][data-status=ok]').waitFor();
      await lab.run(router, ['ip', 'link', 'set', 'lan0', 'down']);
    },
    expected: { cause: 'offline', code: 'offline' },
  },
];

/** What is wrong with the visitor’s browser. */
const browserFaults: readonly Fault[] = [
  {
    name: 'WebRTC switched off',
    servers: sound,
    names: named,
    browser: { script: 'delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;' },
    expected: { cause: 'webrtc-missing', code: 'browser-no-webrtc' },
  },
  {
    name: 'a policy forbids WebRTC the network',
    servers: async ({ a, coturn }) => [entry([over(a, 'udp')], coturn)],
    browser: {
      args: [
        '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
        '--webrtc-ip-handling-policy=disable_non_proxied_udp',
      ],
    },
    expected: { cause: 'webrtc-policy', code: 'no-path' },
  },
  {
    name: 'the page is in the background',
    servers: sound,
    names: named,
    browser: { script: 'Object.defineProperty(document, "visibilityState", { get: () => "hidden" });' },
    expected: { cause: 'page-hidden', code: 'direct-and-relay' },
  },
];

/** The cable last: what it takes down comes up again by itself, but not at once. */
export const faults: readonly Fault[] = [
  ...networkFaults.filter(({ running }) => running === undefined),
  ...serverFaults,
  ...browserFaults,
  ...networkFaults.filter(({ running }) => running !== undefined),
];
