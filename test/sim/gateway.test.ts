/** The questions to the nearest router, on the virtual network, against routers that answer well, badly or not at all. */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import { IgdQuery } from '../../probe/gateway/igd-query.ts';
import { PortControlQuery } from '../../probe/gateway/port-control-query.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Machine } from '../../stun/machine.ts';
import {
  actionPage,
  descriptionPage,
  FakeRouter,
  page,
  portControl,
  type RouterScript,
  routerAddress,
  searchAnswer,
  ssdp,
  web,
} from './fake-router.ts';

interface Query extends Machine {
  evidence(): Evidence[];
}

/** Runs a question against a router to its end, which must come within `untilMs`. */
function ask(query: Query, script: RouterScript, { lossRate = 0, untilMs = 5_100 } = {}) {
  const net = new SimNet({ seed: 7, oneWayDelayMs: 2, lossRate, connectTimeoutMs: 1_500 });
  const router = new FakeRouter(script);
  const sockets = { control: portControl, ssdp };
  net.attach(net.addHost({ addresses: [routerAddress] }), router, { sockets, listen: { 'http:': web } });
  net.run(net.addHost({ addresses: ['192.168.1.2'] }), query, { untilMs });
  expect(query.isFinished()).toBe(true);
  const sentTo = new Set(net.trace.map(({ to }) => to.address).filter((to) => to !== '192.168.1.2'));
  const evidence = query.evidence();
  return { evidence, first: evidence[0], router, net, sentTo };
}

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const pcpAnswer = bytes(`02800000${'00'.repeat(20)}`);
const pmpAnswer = bytes('00800000000000020b4e1002');

describe('PCP and NAT-PMP', () => {
  it('one question, one answer', () => {
    const pcp = ask(new PortControlQuery('pcp', routerAddress), { datagram: () => pcpAnswer });
    expect(pcp.first).toMatchObject({
      outcome: 'answered',
      rttMs: 4,
      gateway: { version: 2, resultCode: 0 },
    });
    const pmp = ask(new PortControlQuery('nat-pmp', routerAddress), { datagram: () => pmpAnswer });
    expect(pmp.first).toMatchObject({ outcome: 'answered', gateway: { externalAddress: '11.78.16.2' } });
  });

  it('asks three times and ends in silence', () => {
    const { first, net } = ask(new PortControlQuery('pcp', routerAddress), {});
    expect(first).toMatchObject({ outcome: 'silent', sentMs: [0, 250, 750], from: null });
    expect(net.nowMs).toBe(1_250);
  });

  it('a lost packet costs a quarter of a second, not the answer', () => {
    let copies = 0;
    const { first } = ask(new PortControlQuery('pcp', routerAddress), {
      datagram: () => (++copies === 1 ? null : pcpAnswer),
    });
    expect(first).toMatchObject({ outcome: 'answered', sentMs: [0, 250], receivedMs: 254, rttMs: null });
  });

  it('the other protocol’s refusal is a refusal', () => {
    const refusal = bytes('0080000100000002');
    const { first } = ask(new PortControlQuery('pcp', routerAddress), { datagram: () => refusal });
    expect(first).toMatchObject({ outcome: 'refused', gateway: { version: 0, resultCode: 1 } });
  });

  it('nonsense is noted, and a true answer still counts', () => {
    let copies = 0;
    const { first } = ask(new PortControlQuery('pcp', routerAddress), {
      datagram: () => (++copies === 1 ? bytes('ffff') : pcpAnswer),
    });
    expect(first).toMatchObject({ outcome: 'answered', notes: [expect.stringContaining('answer ignored')] });
  });

  it('an answer from elsewhere does not count (RFC 6887 §8.3)', () => {
    const query = new PortControlQuery('pcp', routerAddress);
    query.handle(0, { kind: 'start' });
    query.handle(0, {
      kind: 'opened',
      socket: 'port-control',
      local: { address: '192.168.1.2', port: 4000 },
    });
    for (const from of [
      { ...portControl, port: 5352 },
      { ...portControl, address: '192.168.1.66' },
    ]) {
      query.handle(1, { kind: 'received', socket: 'port-control', from, bytes: pcpAnswer });
    }
    expect(query.isFinished()).toBe(false);
    expect(query.evidence()[0]).toMatchObject({
      outcome: 'pending',
      notes: [expect.stringContaining(':5352, which was not asked'), expect.stringContaining('192.168.1.66')],
    });
  });
});

const location = `http://${routerAddress}:5000/desc.xml`;
const found = { datagram: (socket: string) => (socket === 'ssdp' ? searchAnswer(location) : null) };
const purposes = (evidence: readonly Evidence[]) => evidence.map((e) => `${e.purpose} ${e.outcome}`);

describe('UPnP', () => {
  const http = (request: string) => {
    if (request.startsWith('GET /desc.xml ')) return descriptionPage('/ctl');
    const address = '<NewExternalIPAddress>11.78.16.2</NewExternalIPAddress>';
    return request.startsWith('POST /ctl ') ? actionPage('GetExternalIPAddress', address) : null;
  };

  it('search, description, address', () => {
    const { evidence, router, sentTo } = ask(new IgdQuery(routerAddress), { ...found, http });
    expect(purposes(evidence)).toEqual([
      'gateway/upnp-search pending',
      'gateway/upnp-direct answered',
      'gateway/upnp-description answered',
      'gateway/upnp-address answered',
    ]);
    expect(evidence.at(-1)?.gateway).toEqual({
      protocol: 'upnp-igd',
      version: 1,
      resultCode: 0,
      externalAddress: '11.78.16.2',
      connected: null,
      device: 'Box',
    });
    expect(router.requests).toEqual(['GET /desc.xml HTTP/1.1', 'POST /ctl HTTP/1.1']);
    expect([...sentTo].sort()).toEqual([routerAddress, '239.255.255.250']);
  });

  it('an answer to the search of the group counts as well, one from another device does not', () => {
    const query = new IgdQuery(routerAddress);
    const socket = 'upnp-search';
    const local = { address: '192.168.1.2', port: 4000 };
    query.handle(0, { kind: 'start' });
    expect(query.handle(0, { kind: 'opened', socket, local })).toMatchObject([
      { kind: 'send', to: { address: '239.255.255.250', port: 1900 } },
    ]);
    const answer = { kind: 'received', socket, bytes: searchAnswer(location) } as const;
    const television = { address: '192.168.1.66', port: 1900 };
    expect(query.handle(5, { ...answer, from: television })).toMatchObject([{ kind: 'ignore' }]);
    expect(query.handle(9, { ...answer, from: ssdp })).toContainEqual({
      kind: 'open',
      socket: 'http-1',
      transport: 'tcp',
      family: 'ipv4',
      to: web,
    });
    expect(query.evidence()[0]).toMatchObject({
      outcome: 'answered',
      rttMs: 9,
      notes: ['answer ignored: 192.168.1.66 is not the router'],
    });
  });

  it('where no socket can be opened it ends at once', () => {
    const query = new IgdQuery(routerAddress);
    const error = { code: 'EADDRNOTAVAIL', message: 'no such address' };
    query.handle(0, { kind: 'start' });
    query.handle(0, { kind: 'open-failed', socket: 'upnp-search', error });
    expect(query.isFinished()).toBe(false);
    query.handle(0, { kind: 'open-failed', socket: 'upnp-direct', error });
    expect(query.isFinished()).toBe(true);
    expect(purposes(query.evidence())).toEqual(['gateway/upnp-search failed', 'gateway/upnp-direct failed']);
  });

  it('without an address it asks whether there is a connection, and then the next service', () => {
    const asked: string[] = [];
    const { evidence } = ask(new IgdQuery(routerAddress), {
      ...found,
      http: (request) => {
        if (request.startsWith('GET')) return descriptionPage('/ctl/1', '/ctl/2');
        const [, path = '', action = ''] = /^POST (\S+) .*#(\w+)"/s.exec(request) ?? [];
        asked.push(`${path} ${action}`);
        if (action === 'GetStatusInfo') {
          const status = path === '/ctl/1' ? 'Disconnected' : 'Connected';
          return actionPage(action, `<NewConnectionStatus>${status}</NewConnectionStatus>`);
        }
        return actionPage(action, '<NewExternalIPAddress></NewExternalIPAddress>');
      },
    });
    expect(asked).toEqual([
      '/ctl/1 GetExternalIPAddress',
      '/ctl/1 GetStatusInfo',
      '/ctl/2 GetExternalIPAddress',
      '/ctl/2 GetStatusInfo',
    ]);
    expect(evidence.at(-1)?.gateway).toMatchObject({ externalAddress: null, connected: true });
  });

  it('no router speaks UPnP: silence after a second and a half', () => {
    const { evidence, net } = ask(new IgdQuery(routerAddress), {});
    expect(purposes(evidence)).toEqual(['gateway/upnp-search silent', 'gateway/upnp-direct silent']);
    expect(net.nowMs).toBe(1_500);
    expect(evidence.map((e) => e.sentMs)).toEqual([
      [0, 350],
      [0, 350],
    ]);
  });

  it('a fault is a refusal with its code', () => {
    const { evidence } = ask(new IgdQuery(routerAddress), {
      ...found,
      http: (request) =>
        request.startsWith('GET') ? descriptionPage('/ctl') : page('<errorCode>501</errorCode>'),
    });
    expect(evidence.at(-1)).toMatchObject({ outcome: 'refused', gateway: { resultCode: 501 } });
  });

  it.each([
    ['its LOCATION is another host', 'http://192.168.1.66:5000/desc.xml'],
    ['its LOCATION is this host', 'http://127.0.0.1:6379/'],
    ['its LOCATION is a name', 'http://router.lan/desc.xml'],
    ['its LOCATION is no URL', 'desc.xml'],
  ])('%s: nobody is asked', (_, elsewhere) => {
    const { evidence, router } = ask(new IgdQuery(routerAddress), {
      datagram: () => searchAnswer(elsewhere),
      http,
    });
    expect(purposes(evidence)).toEqual(['gateway/upnp-search silent', 'gateway/upnp-direct silent']);
    expect(evidence[1]?.notes).toEqual([expect.stringContaining('LOCATION is not a web page of the router')]);
    expect(router.requests).toEqual([]);
  });

  it('a description that sends the control requests elsewhere is refused', () => {
    const { evidence, router } = ask(new IgdQuery(routerAddress), {
      ...found,
      http: () => descriptionPage('http://10.0.0.1/ctl', '//10.0.0.1/ctl'),
    });
    expect(purposes(evidence.slice(1))).toEqual([
      'gateway/upnp-direct answered',
      'gateway/upnp-description refused',
    ]);
    expect(router.requests).toEqual(['GET /desc.xml HTTP/1.1']);
  });

  it.each<[string, NonNullable<RouterScript['http']>, string]>([
    ['never answers', () => null, 'silent'],
    ['closes at once', () => [], 'failed'],
    ['sends something else', () => ['SSH-2.0-x\r\n\r\n'], 'failed'],
    ['never ends its body', () => ['HTTP/1.1 200 OK\r\n\r\n', 'a'.repeat(200_000)], 'failed'],
    ['has a login page', () => page('<html>Please log in</html>'), 'refused'],
  ])('a web server that %s ends the question', (_, http, outcome) => {
    const { evidence } = ask(new IgdQuery(routerAddress), { ...found, http });
    expect(purposes(evidence.slice(1))).toEqual([
      'gateway/upnp-direct answered',
      `gateway/upnp-description ${outcome}`,
    ]);
  });

  it('a router that announces a port where nothing listens', () => {
    const { evidence } = ask(new IgdQuery(routerAddress), {
      datagram: () => searchAnswer(`http://${routerAddress}:5001/`),
    });
    expect(purposes(evidence.slice(1))).toEqual([
      'gateway/upnp-direct answered',
      'gateway/upnp-description failed',
    ]);
  });

  it('of many services without a connection the first three are asked', () => {
    const { evidence } = ask(new IgdQuery(routerAddress), {
      ...found,
      http: (request) =>
        request.startsWith('GET')
          ? descriptionPage(...Array.from({ length: 40 }, (_, index) => `/ctl/${index}`))
          : actionPage(request.includes('#GetStatusInfo') ? 'GetStatusInfo' : 'GetExternalIPAddress', ''),
    });
    // Three services with two questions each, behind two searches and the description.
    expect(evidence).toHaveLength(9);
  });
});
