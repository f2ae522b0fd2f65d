/**
 * `polynya probe --mtu` over kernel paths with small links, black holes and routers that drop fragments, asked of our
 * own server and of coturn.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { probeFrom, startOwnServer } from './own-server.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`probe of path MTU skipped: ${obstacle}`);

type Truth = readonly [value: unknown, reason: string];
interface Cell {
  readonly label: string;
  /** MTU of the link between the router and the core; default 1500. */
  readonly linkMtu?: number;
  /** MTU of the link between the client and the router. */
  readonly ownMtu?: number;
  /** Chains in the router. */
  readonly rules?: readonly string[];
  readonly pathMtu: Truth;
  readonly up: Truth;
  readonly down: Truth;
}

const arrived: Truth = [true, 'a packet of 2000 bytes arrived'];
const cameIn: Truth = [true, 'an answer of 1532 bytes came in'];
const masquerade = 'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }';
/** Before conntrack puts them together. */
const dropFragments = (from: string) =>
  `chain ${from} { type filter hook prerouting priority -450; iifname ${from} ip frag-off & 0x3fff != 0 drop; }`;
const noIcmp =
  'chain out { type filter hook output priority filter; icmp type destination-unreachable drop; }';

const truths: readonly Cell[] = [
  {
    label: 'Ethernet all the way',
    pathMtu: [1500, 'packets of 1500 bytes arrive whole; answers of 1532 bytes came in'],
    up: arrived,
    down: cameIn,
  },
  {
    label: 'behind a NAT',
    rules: [masquerade],
    pathMtu: [1500, 'arrive whole'],
    up: arrived,
    down: cameIn,
  },
  {
    label: 'a link of 1400 bytes',
    linkMtu: 1400,
    pathMtu: [1400, 'a router on the way said so'],
    up: arrived,
    down: cameIn,
  },
  {
    label: 'a link of 1400 bytes whose router says nothing',
    linkMtu: 1400,
    rules: [noIcmp],
    pathMtu: [1400, 'from 1420 bytes on they vanish without a word'],
    up: arrived,
    down: [null, 'does not arrive either'],
  },
  {
    label: 'the own interface has 1420 bytes, as with WireGuard',
    ownMtu: 1420,
    pathMtu: [1420, 'the MTU of this host’s own way out (1420)'],
    up: arrived,
    down: cameIn,
  },
  {
    label: 'fragments dropped on the way up',
    rules: [dropFragments('lan0')],
    pathMtu: [1500, 'answers of 1532 bytes came in'],
    up: [false, 'none of'],
    down: cameIn,
  },
  {
    label: 'fragments dropped on the way down',
    rules: [dropFragments('wan')],
    pathMtu: [1500, 'answers of 1500 bytes came in'],
    up: arrived,
    down: [false, 'answers of 1532 bytes were asked for and none came in'],
  },
  {
    label: 'fragments dropped both ways',
    rules: [dropFragments('lan0'), dropFragments('wan')],
    pathMtu: [1500, 'answers of 1500 bytes came in'],
    up: [false, 'none of'],
    down: [false, 'none came in'],
  },
];
const cells = truths.map((cell, index) => ({ ...cell, site: `s${index}` }));

describe.skipIf(obstacle !== null)('polynya probe --mtu', () => {
  let lab: Lab;
  const servers = { own: '', coturn: '' };

  beforeAll(async () => {
    lab = await buildLab({
      sites: cells.map(({ site }) => ({ name: site, hosts: 1, boxes: [{ nat: null, firewall: null }] })),
    });
    const shaped = cells.map(shape);
    const [own, coturn] = await Promise.all([startOwnServer(lab), startCoturn(lab), ...shaped]);
    Object.assign(servers, { own, coturn: coturn.uri });
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  const placeOf = (site: string) => {
    const plan = lab.topology.sites.find(({ name }) => name === site);
    const [box, host] = [plan?.boxes[0], plan?.hosts[0]];
    if (box === undefined || host === undefined) throw new Error(`no site ${site}`);
    return { box: box.namespace, host: host.namespace };
  };

  async function shape({ site, rules = [], linkMtu, ownMtu }: (typeof cells)[number]): Promise<void> {
    const { box, host } = placeOf(site);
    const must = async (namespace: string, argv: readonly string[], stdin: string | null = null) => {
      const { code, stderr } = await lab.run(namespace, argv, { stdin });
      if (code !== 0) throw new Error(`${site}: ${argv.join(' ')}: ${stderr}`);
    };
    await must(box, ['nft', '-f', '-'], ['table ip lab_mtu {', ...rules, '}', ''].join('\n'));
    const link = (device: string, mtu: number) => ['ip', 'link', 'set', device, 'mtu', String(mtu)];
    if (linkMtu !== undefined) {
      await must(box, link('wan', linkMtu));
      await must(lab.topology.core, link(`${site}0`, linkMtu));
    }
    if (ownMtu !== undefined) {
      await must(host, link('eth0', ownMtu));
      await must(box, link('lan0', ownMtu));
    }
  }

  it.concurrent.for(cells)('$label', { timeout: 60_000 }, async ({ site, pathMtu, up, down }) => {
    const { body, trace } = await probeFrom(lab, placeOf(site).host, [servers.own, '--mtu'], /^mtu/);
    const said = (name: string) => {
      const verdict = body?.verdicts.find((v) => v.name === name);
      return [verdict?.value, verdict?.reason];
    };
    const expected = ([value, reason]: Truth) => [value, expect.stringContaining(reason)];
    expect(said('pathMtu'), trace).toEqual(expected(pathMtu));
    expect(said('fragmentsUp'), trace).toEqual(expected(up));
    expect(said('fragmentsDown'), trace).toEqual(expected(down));
  });

  it('coturn, which pads every answer to 1 600 bytes: the same truth', async () => {
    const { body, trace } = await probeFrom(lab, placeOf('s0').host, [servers.coturn, '--mtu'], /^mtu/);
    const names = ['pathMtu', 'fragmentsUp', 'fragmentsDown'];
    const values = names.map((name) => body?.verdicts.find((v) => v.name === name)?.value);
    expect(values, trace).toEqual([1500, true, true]);
  });
});
