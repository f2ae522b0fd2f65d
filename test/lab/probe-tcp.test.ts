/**
 * `polynya probe --tcp` behind kernel NATs and firewalls: what they do with TCP is written down beside each as nftables
 * rules, the far side is our own server, which connects back.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { probeFrom, startOwnServer } from './own-server.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`probe of TCP behaviour skipped: ${obstacle}`);

type Behaviour = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent';

interface Cell {
  readonly label: string;
  /** Lines of `table ip lab_tcp` in the router; CLIENT and WAN stand for the addresses. */
  readonly rules: readonly string[];
  readonly mapping: readonly [Behaviour, string];
  readonly filtering: readonly [Behaviour, string];
}

const masquerade = 'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }';
const randomPorts =
  'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade random; }';
const perDestination = `chain post { type nat hook postrouting priority srcnat;
  oifname wan ip protocol tcp ip daddr 11.78.1.10 snat to WAN:20000-29999
  oifname wan ip protocol tcp snat to WAN:30000-39999; }`;
const stateful = `chain forward { type filter hook forward priority filter;
  iifname wan ct state established,related accept; iifname wan drop; }`;
/** Without it the router answers a SYN that fits no mapping itself, with a RST. */
const deaf = 'chain input { type filter hook input priority filter; iifname wan drop; }';
const rejecting = `chain forward { type filter hook forward priority filter;
  iifname wan ct state established,related accept; iifname wan reject with tcp reset; }`;
const forwarded = `chain pre { type nat hook prerouting priority dstnat; iifname wan ip protocol tcp dnat to CLIENT; }`;
const knownAddresses = `set known { type ipv4_addr; flags timeout; timeout 60s; }
  chain learn { type filter hook forward priority filter - 1; oifname wan ip protocol tcp update @known { ip daddr }; }
  chain forward { type filter hook forward priority filter;
    iifname wan ct state established,related accept; iifname wan ip saddr @known accept; iifname wan drop; }`;

const noTranslation = 'no translation';
const same = 'every destination saw the same public endpoint';
const truths: readonly Cell[] = [
  {
    label: 'no NAT, no filter',
    rules: [],
    mapping: ['endpoint-independent', noTranslation],
    filtering: ['endpoint-independent', 'came in from another address'],
  },
  {
    label: 'stateful firewall',
    rules: [stateful],
    mapping: ['endpoint-independent', noTranslation],
    filtering: ['address-and-port-dependent', 'stayed unanswered'],
  },
  {
    label: 'firewall that rejects with RST',
    rules: [rejecting],
    mapping: ['endpoint-independent', noTranslation],
    filtering: ['address-and-port-dependent', 'rejected at once (against RFC 5382 REQ-4)'],
  },
  {
    label: 'firewall that knows addresses only',
    rules: [knownAddresses],
    mapping: ['endpoint-independent', noTranslation],
    filtering: ['address-dependent', 'another port of the server; those from its other address stayed'],
  },
  {
    label: 'Linux masquerade, the router answers for itself',
    rules: [masquerade, stateful],
    mapping: ['endpoint-independent', same],
    filtering: ['address-and-port-dependent', 'rejected at once (against RFC 5382 REQ-4)'],
  },
  {
    label: 'Linux masquerade',
    rules: [masquerade, stateful, deaf],
    mapping: ['endpoint-independent', same],
    filtering: ['address-and-port-dependent', 'stayed unanswered'],
  },
  {
    label: 'masquerade with random ports',
    rules: [randomPorts, stateful, deaf],
    mapping: ['address-and-port-dependent', 'another destination address or port got another'],
    filtering: ['address-and-port-dependent', 'stayed unanswered'],
  },
  {
    label: 'one port range per destination address',
    rules: [perDestination, stateful, deaf],
    mapping: ['address-dependent', 'another port did not'],
    filtering: ['address-and-port-dependent', 'stayed unanswered'],
  },
  {
    label: 'all of TCP forwarded to the host',
    rules: [masquerade, forwarded],
    mapping: ['endpoint-independent', same],
    filtering: ['endpoint-independent', 'came in from another address'],
  },
  {
    label: 'forwarded from known addresses',
    rules: [masquerade, forwarded, knownAddresses],
    mapping: ['endpoint-independent', same],
    filtering: ['address-dependent', 'from another port of the server'],
  },
];
const cells = truths.map((cell, index) => ({ ...cell, site: `s${index}` }));

describe.skipIf(obstacle !== null)('polynya probe --tcp', () => {
  let lab: Lab;
  let server = '';

  beforeAll(async () => {
    lab = await buildLab({
      sites: cells.map(({ site }) => ({ name: site, hosts: 1, boxes: [{ nat: null, firewall: null }] })),
    });
    await Promise.all(cells.map(loadRules));
    server = await startOwnServer(lab);
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  async function loadRules({ site, rules }: (typeof cells)[number]): Promise<void> {
    const plan = lab.topology.sites.find(({ name }) => name === site);
    const [box, host] = [plan?.boxes[0], plan?.hosts[0]];
    if (box === undefined || host === undefined) throw new Error(`no site ${site}`);
    const link = lab.topology.namespaces.find(({ name }) => name === box.namespace);
    const wan = link?.addresses.find(({ device }) => device === 'wan')?.cidr.replace(/\/\d+$/, '') ?? '';
    const text = ['table ip lab_tcp {', ...rules, '}', ''].join('\n');
    const stdin = text.replaceAll('CLIENT', host.address).replaceAll('WAN', wan);
    const { code, stderr } = await lab.run(box.namespace, ['nft', '-f', '-'], { stdin });
    if (code !== 0) throw new Error(`${site}: ${stderr}`);
  }

  it.concurrent.for(cells)('$label', { timeout: 60_000 }, async ({ site, mapping, filtering }) => {
    const client = lab.topology.sites.find(({ name }) => name === site)?.hosts[0]?.namespace ?? '';
    const { body, trace } = await probeFrom(lab, client, [server, '--tcp'], /^tcp-/);
    const said = (name: string) => {
      const verdict = body?.verdicts.find((v) => v.name === name);
      return [verdict?.value, verdict?.reason];
    };
    expect(said('tcpMapping'), trace).toEqual([mapping[0], expect.stringContaining(mapping[1])]);
    expect(said('tcpFiltering'), trace).toEqual([filtering[0], expect.stringContaining(filtering[1])]);
  });
});
