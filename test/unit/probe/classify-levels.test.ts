import { describe, expect, it } from 'vitest';
import type { Evidence, GatewayAnswer, Hop } from '../../../contract/evidence.ts';
import { classifyNat } from '../../../probe/nat/classify.ts';

const blank: Evidence = {
  id: 'n1',
  purpose: 'map-1/PP',
  transport: 'udp',
  local: null,
  to: { address: '11.78.1.10', port: 3478 },
  sentMs: [0],
  outcome: 'answered',
  from: null,
  receivedMs: 10,
  rttMs: 10,
  xorMapped: null,
  mapped: null,
  responseOrigin: null,
  otherAddress: null,
  relayed: null,
  errorCode: null,
  notes: [],
};
const publicAddress = '11.78.16.2';

function seen(local: string, asAddress = publicAddress): Evidence {
  return {
    ...blank,
    local: { address: local, port: 4000 },
    xorMapped: { address: asAddress, port: 4000 },
  };
}

function router(purpose: string, said: Partial<GatewayAnswer>, outcome: Evidence['outcome'] = 'answered') {
  const gateway: GatewayAnswer = {
    protocol: 'nat-pmp',
    version: 0,
    resultCode: 0,
    externalAddress: null,
    connected: null,
    device: null,
    ...said,
  };
  return { ...blank, id: `g-${purpose}`, purpose: `gateway/${purpose}`, outcome, gateway };
}
const pmp = (externalAddress: string) => router('nat-pmp', { externalAddress });
const pmpRefusal = (resultCode: number) => router('nat-pmp', { resultCode }, 'refused');
const upnp = (said: Partial<GatewayAnswer>) =>
  router('upnp-address', { protocol: 'upnp-igd', version: 1, ...said });

function trace(
  name: 'trace-public' | 'trace-server',
  target: string,
  ...addresses: (string | null)[]
): Evidence {
  const hops = addresses.map((address, index): Hop => ({ ttl: index + 1, address, rttMs: null }));
  const to = { address: target, port: 33_434 };
  return { ...blank, id: `g-${name}`, purpose: `gateway/${name}`, to, hops };
}
const toPublic = (...hops: (string | null)[]) => trace('trace-public', publicAddress, ...hops);
const toServer = (...hops: (string | null)[]) => trace('trace-server', '11.78.1.10', ...hops);

/** What a trace finds where the nearest router has the public address, and drops what comes for it. */
const atFirstHop = [toPublic(null, null, null), toServer('192.168.1.1', '11.78.16.1', '11.78.1.10')];
const atSecondHop = [
  toPublic('192.168.1.1', null, null),
  toServer('192.168.1.1', '100.64.0.1', '11.78.16.1', '11.78.1.10'),
];

function levels(...evidence: Evidence[]) {
  const { summary, verdicts } = classifyNat(evidence);
  const verdict = verdicts.find(({ name }) => name === 'natLevels');
  expect(verdict?.value).toBe(summary.natLevels);
  return verdict;
}

const host = '192.168.1.2';

describe('how many NATs', () => {
  it.each<[string, Evidence[], number, number, string]>([
    ['no NAT', [seen(publicAddress)], 0, 0.999, 'no translation'],
    [
      'the router has the public address',
      [seen(host), pmp(publicAddress)],
      1,
      0.95,
      'the one that servers see',
    ],
    [
      'and the traces agree',
      [seen(host), upnp({ externalAddress: publicAddress }), ...atFirstHop],
      1,
      0.99,
      '(UPnP), the one that servers see, and traces find it at hop 1',
    ],
    ['the router has a carrier’s address', [seen(host), pmp('100.64.0.2')], 2, 0.98, 'RFC 6598'],
    ['the router is behind another one', [seen(host), pmp('192.168.0.2')], 2, 0.98, 'private (RFC 1918)'],
    [
      'another public address, and the one seen is further out',
      [seen(host), pmp('11.78.99.1'), ...atSecondHop],
      2,
      0.9,
      'which is at hop 2',
    ],
    [
      'several public addresses on one router',
      [seen(host), pmp('11.78.99.1'), ...atFirstHop],
      1,
      0.9,
      'at hop 1 as well',
    ],
    ['the router has none to give out', [seen(host), pmpRefusal(3)], 2, 0.8, 'no outer address'],
    [
      'none over UPnP either, though connected, and the public one is further out',
      [seen(host), upnp({ connected: true }), ...atSecondHop],
      2,
      0.95,
      'at hop 2',
    ],
    ['traces alone: it is the nearest router’s', [seen(host), ...atFirstHop], 1, 0.9, 'at hop 1'],
    [
      'traces alone: the router answers for it',
      [seen(host), toPublic(publicAddress), toServer('192.168.1.1', '11.78.1.10')],
      1,
      0.9,
      'at hop 1',
    ],
    [
      'traces alone: a carrier’s network in between',
      [seen(host), ...atSecondHop],
      2,
      0.85,
      'hop 2 is 100.64.0.1',
    ],
  ])('%s', (_, evidence, value, confidence, reason) => {
    expect(levels(...evidence)).toMatchObject({ value, confidence, reason: expect.stringContaining(reason) });
    expect(levels(...evidence)?.atLeast).toBe(value === 2 ? true : undefined);
  });

  it.each<[string, Evidence[], string]>([
    ['nothing was asked for', [seen(host)], '(--gateway)'],
    ['the local address is a carrier’s', [seen('100.64.3.4')], 'it is a carrier’s'],
    ['the router is silent', [seen(host), router('pcp', {}, 'silent')], 'does not tell its outer address'],
    [
      'the router claims an address that is further out',
      [seen(host), pmp(publicAddress), ...atSecondHop],
      'but the public address is at hop 2',
    ],
    [
      'the router tells two addresses',
      [seen(host), pmp(publicAddress), upnp({ externalAddress: '100.64.0.2' })],
      '11.78.16.2 or 100.64.0.2 (NAT-PMP, UPnP)',
    ],
    ['the router claims another public address', [seen(host), pmp('11.78.99.1')], 'a second NAT, or several'],
    [
      'a plain router may stand in front of the NAT',
      [seen(host), toPublic('192.168.1.1', null), toServer('192.168.1.1', '192.168.0.1', '11.78.16.1')],
      'at hop 2',
    ],
    [
      'an inner network that uses the carriers’ range',
      [seen('100.64.9.9'), toPublic('100.64.9.1', null), toServer('100.64.9.1', '100.64.0.1', '11.78.16.1')],
      'at hop 2',
    ],
    [
      'packets to a pool’s address go round in circles',
      [
        seen(host),
        toPublic('192.168.1.1', '11.78.16.1', '192.168.1.1', '11.78.16.1'),
        toServer('192.168.1.1'),
      ],
      'does not tell',
    ],
    [
      'no router answers traces at all',
      [seen(host), toPublic(null, null), toServer(null, null, '11.78.1.10')],
      'does not tell',
    ],
    [
      'the server itself is the first that answers',
      [seen(host), toPublic(null), toServer('11.78.1.10')],
      'does not tell',
    ],
    [
      'traceroute is not there',
      [seen(host), { ...toPublic(), outcome: 'failed', notes: ['traceroute is not installed'] }],
      'traceroute is not installed',
    ],
    ['the router refuses for another reason', [seen(host), pmpRefusal(2)], 'does not tell'],
    [
      'the router says that it is off line',
      [seen(host), upnp({ connected: false })],
      'does not tell its outer address',
    ],
  ])('not known where %s', (_, evidence, reason) => {
    expect(levels(...evidence)).toMatchObject({
      value: null,
      confidence: 0,
      reason: expect.stringContaining(reason),
    });
  });

  it('not known whether there is any', () => {
    expect(levels({ ...blank, outcome: 'silent' })).toMatchObject({ value: null, confidence: 0 });
  });
});

describe('a carrier’s NAT', () => {
  const carrier = (...evidence: Evidence[]) =>
    classifyNat(evidence).verdicts.find(({ name }) => name === 'carrierNat');

  it.each<[string, Evidence[], boolean | null, string]>([
    ['the local address is a carrier’s', [seen('100.64.3.4')], true, 'local address 100.64.3.4'],
    ['the router’s outer address is', [seen(host), pmp('100.64.0.2')], true, 'outer address 100.64.0.2'],
    ['a router on the way is', [seen(host), ...atSecondHop], true, 'hop 2 on the way out is 100.64.0.1'],
    ['the nearest router has the public address', [seen(host), pmp(publicAddress)], false, 'the only NAT'],
    ['the router is behind another one', [seen(host), pmp('192.168.0.2')], null, 'neither'],
    ['the router tells nothing', [seen(host), pmpRefusal(2)], null, 'neither'],
  ])('%s', (_, evidence, value, reason) => {
    expect(carrier(...evidence)).toMatchObject({ value, reason: expect.stringContaining(reason) });
  });

  it('a router on the carrier’s side of the public address does not count', () => {
    const inside = toServer('192.168.1.1', '11.78.16.1', '100.64.0.1', '11.78.1.10');
    expect(carrier(seen(host), toPublic(null, null), inside)?.value).toBe(false);
  });

  it('has no verdict without a NAT, or where nothing was asked', () => {
    expect(carrier(seen(publicAddress), pmp(publicAddress))).toBeUndefined();
    expect(carrier(seen(host))).toBeUndefined();
  });
});

describe('port mapping', () => {
  const said = (...evidence: Evidence[]) =>
    classifyNat(evidence).verdicts.find(({ name }) => name === 'portMapping');
  const silent = ['pcp', 'nat-pmp', 'upnp-search'].map((purpose): Evidence => {
    const { gateway: _, ...asked } = router(purpose, {}, 'silent');
    return asked;
  });

  it('has no verdict where it was not asked for', () => {
    expect(said(seen(host))).toBeUndefined();
  });

  it('names the protocols that answered, with version and address', () => {
    const pcp = router('pcp', { protocol: 'pcp', version: 2 });
    const igd = upnp({ version: 2, externalAddress: publicAddress, device: 'Box' });
    expect(said(seen(host), pcp, pmp(publicAddress), igd)).toMatchObject({
      value: ['pcp', 'nat-pmp', 'upnp-igd'],
      confidence: 0.999,
      reason: `PCP 2; NAT-PMP 0, outer address ${publicAddress}; UPnP InternetGatewayDevice 2, “Box”, outer address ${publicAddress}`,
    });
  });

  it('a refusal is an answer too, one in another protocol is not', () => {
    const unsupported = router('pcp', { protocol: 'pcp', version: 0, resultCode: 1 }, 'refused');
    expect(said(unsupported, pmpRefusal(3))).toMatchObject({
      value: ['nat-pmp'],
      reason: 'NAT-PMP 0, refuses with code 3 (network failure)',
    });
  });

  it('a description without an answering service is not UPnP port mapping', () => {
    const described = router('upnp-description', { protocol: 'upnp-igd', version: 1, resultCode: null });
    expect(
      said(...silent.slice(0, 2), { ...blank, purpose: 'gateway/upnp-search' }, described),
    ).toMatchObject({
      value: [],
    });
  });

  it('silence is none, with less confidence', () => {
    expect(said(...silent)).toMatchObject({ value: [], confidence: 0.9 });
  });

  it('is not known where the questions could not be sent, or there was nobody to ask', () => {
    const failed = silent.map((e): Evidence => ({ ...e, outcome: 'failed' }));
    expect(said(...failed)).toMatchObject({
      value: null,
      confidence: 0,
      reason: 'the router could not be asked over PCP, NAT-PMP, UPnP',
    });
    const nobody: Evidence = { ...blank, purpose: 'gateway/route', outcome: 'failed', notes: ['no router'] };
    expect(said(nobody)).toMatchObject({ value: null, reason: 'no router' });
  });
});

describe('what a router answers says nothing about the servers', () => {
  it('UDP stays "not known" where only the router answered', () => {
    const asked: Evidence = { ...blank, outcome: 'silent', receivedMs: null, rttMs: null };
    const web = { ...upnp({}), transport: 'tcp' as const };
    expect(classifyNat([asked, pmp(publicAddress), web]).summary.udp).toBe('inconclusive');
  });
});
