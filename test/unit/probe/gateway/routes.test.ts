import { describe, expect, it } from 'vitest';
import { parseProcRoutes, parseRouteGet } from '../../../../probe/gateway/route-table.ts';
import { asksAgain, filledGaps, parseTrace, traceArguments } from '../../../../probe/gateway/trace.ts';

const head =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                        \n';

describe('/proc/net/route', () => {
  it('gives the default routes, the preferred one first', () => {
    const text =
      `${head}wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0 \n` +
      'eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0 \n' +
      'eth0\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0 \n';
    expect(parseProcRoutes(text)).toEqual([
      { device: 'eth0', gateway: '10.0.0.1' },
      { device: 'wlan0', gateway: '192.168.1.1' },
    ]);
  });

  it('a tunnel has no router, half a default route is none, and one that is down does not count', () => {
    const text =
      `${head}tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0 \n` +
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0 \n' +
      'eth1\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0 \n';
    expect(parseProcRoutes(text)).toEqual([{ device: 'tun0', gateway: null }]);
  });

  it.each(['', head, 'nonsense\n\t\t\t\n', `${head}eth0\t00000000\tzz\t0003\t0\t0\t0\t00000000\n`])(
    'text without a router gives none',
    (text) => {
      expect(parseProcRoutes(text).filter(({ gateway }) => gateway !== null)).toEqual([]);
    },
  );
});

describe('route -n get default', () => {
  const text = (gateway: string) =>
    `   route to: default\ndestination: default\n       mask: default\n    gateway: ${gateway}\n  interface: en0\n      flags: <UP,GATEWAY,DONE,STATIC>\n`;

  it('gives router and device', () => {
    expect(parseRouteGet(text('192.168.1.1'))).toEqual([{ device: 'en0', gateway: '192.168.1.1' }]);
    expect(parseRouteGet(text('link#12'))).toEqual([{ device: 'en0', gateway: null }]);
    expect(parseRouteGet('route: writing to routing socket: not in table\n')).toEqual([]);
  });
});

describe('traceroute', () => {
  it('sends all packets at once where it can', () => {
    expect(traceArguments('linux', '192.168.1.2', '11.78.1.1').join(' ')).toBe(
      '-n -q 2 -w 1 -m 8 -s 192.168.1.2 -N 16 11.78.1.1',
    );
    expect(traceArguments('darwin', '192.168.1.2', '11.78.1.1')).not.toContain('-N');
  });

  it('reads hops, silence, and hops of which one try was lost', () => {
    const text = `traceroute to 11.78.1.10 (11.78.1.10), 8 hops max, 60 byte packets
 1  192.168.2.1  0.061 ms  0.023 ms
 2  *  100.64.1.5  0.060 ms
 3  * *
 4  11.78.17.1  0.064 ms 11.78.17.9  1.064 ms
 5  11.78.1.10  12 ms !X  11.9 ms !X
`;
    expect(parseTrace(text)).toEqual([
      { ttl: 1, address: '192.168.2.1', rttMs: 0.061 },
      { ttl: 2, address: '100.64.1.5', rttMs: 0.06 },
      { ttl: 3, address: null, rttMs: null },
      { ttl: 4, address: '11.78.17.1', rttMs: 0.064 },
      { ttl: 5, address: '11.78.1.10', rttMs: 12 },
    ]);
  });

  it.each(['', 'traceroute: unknown host\n', ' 1  router.lan  1 ms\n', ' 0  10.0.0.1  1 ms\n'])(
    'other text has no hops',
    (text) => {
      expect(parseTrace(text)).toEqual([]);
    },
  );
});

describe('hops that keep silent', () => {
  const hop = (ttl: number, address: string | null) => ({ ttl, address, rttMs: address === null ? null : 1 });
  const [router, carrier, target, server] = ['10.0.0.1', '100.64.0.1', '11.0.0.2', '11.0.9.9'];
  const way = (...addresses: (string | null)[]) => ({
    target,
    hops: addresses.map((address, at) => hop(at + 1, address)),
  });

  it.each([
    [
      'the address at hop 1 rests on the silence of the way to it',
      way(null, null),
      way(router, server),
      [true, false],
    ],
    ['the address at hop 2 does so too', way(router, null), way(router, carrier, server), [true, false]],
    ['a router that has answered enough already', way(null, null), way(null, null), [true, true]],
    ['the first router silent on both ways', way(null, null), way(null, carrier, server), [true, true]],
    ['the router behind the last one that answered', way(router, null), way(router, null), [true, true]],
    [
      'a gap on the way to the server',
      way(router, carrier, target),
      way(router, null, server),
      [false, true],
    ],
    [
      'a gap on the way to the address',
      way(null, carrier, null),
      way(router, carrier, server),
      [true, false],
    ],
    ['the address itself answered', way(target), way(null, null), [false, false]],
    ['no traces', way(), way(), [true, true]],
  ])('are asked again: %s', (_, toPublic, toServer, [publicAgain, serverAgain]) => {
    expect(asksAgain({ toPublic, toServer })).toEqual({ toPublic: publicAgain, toServer: serverAgain });
  });

  it('are filled from another trace, which changes nothing else', () => {
    const silent = [hop(1, null), hop(2, '11.0.0.1'), hop(3, null)];
    const again = [hop(1, '10.0.0.1'), hop(2, '11.0.0.9')];
    expect(filledGaps(silent, again)).toEqual([hop(1, '10.0.0.1'), hop(2, '11.0.0.1'), hop(3, null)]);
    expect(filledGaps(silent, [])).toEqual(silent);
  });
});
