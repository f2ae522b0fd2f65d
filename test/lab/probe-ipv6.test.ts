/**
 * `polynya probe --ipv6` behind kernel IPv6 firewalls, NAT66, and a NAT64 made of tayga and a DNS64: each says beside it
 * what the truth is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { addIpv6, type Ipv6Site, ipv6Servers, must, nat64Net } from './ipv6-lab.ts';
import { probeFrom, startOwnServer } from './own-server.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'tayga']);
if (obstacle !== null) console.warn(`probe over IPv6 skipped: ${obstacle}`);
const dns64 = fileURLToPath(new URL('./dns64.mjs', import.meta.url));

interface Cell {
  readonly label: string;
  /** Lines of `table ip6 lab_ipv6` in the router. */
  readonly rules: readonly string[];
  readonly udp: 'open' | 'blocked';
  readonly translated: boolean | null;
  readonly filtering: string;
}

const forward = 'chain forward { type filter hook forward priority filter;';
const known = (type: string) => `set known { type ${type}; flags timeout; timeout 30s; }`;
const truths: readonly Cell[] = [
  { label: 'no firewall', rules: [], udp: 'open', translated: false, filtering: 'endpoint-independent' },
  {
    label: 'stateful firewall, as home routers have it (RFC 6092)',
    rules: [`${forward} iifname wan ct state established,related accept; iifname wan drop; }`],
    udp: 'open',
    translated: false,
    filtering: 'address-and-port-dependent',
  },
  {
    label: 'firewall that goes by address',
    rules: [
      known('ipv6_addr . inet_service . ipv6_addr'),
      'chain learn { type filter hook forward priority filter - 1;',
      '  iifname lan0 meta l4proto udp update @known { ip6 saddr . udp sport . ip6 daddr }; }',
      `${forward} iifname wan meta l4proto udp ip6 daddr . udp dport . ip6 saddr @known accept;`,
      '  iifname wan meta l4proto udp drop; }',
    ],
    udp: 'open',
    translated: false,
    filtering: 'address-dependent',
  },
  {
    label: 'UDP blocked',
    rules: [`${forward} meta l4proto udp drop; }`],
    udp: 'blocked',
    translated: null,
    filtering: 'inconclusive',
  },
  {
    label: 'NAT66',
    rules: [
      'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }',
      `${forward} iifname wan ct state established,related accept; iifname wan drop; }`,
      'chain input { type filter hook input priority filter; iifname wan meta l4proto udp drop; }',
    ],
    udp: 'open',
    translated: true,
    filtering: 'address-and-port-dependent',
  },
];
const cells = truths.map((cell, index) => ({ ...cell, site: `s${index}` }));
const withNat64 = 'x0';

describe.skipIf(obstacle !== null)('polynya probe --ipv6', () => {
  let lab: Lab;
  let sites = new Map<string, Ipv6Site>();
  const servers = { ipv4: '', ipv6: '' };

  beforeAll(async () => {
    const boxes = [{ nat: null, firewall: null }];
    const names = [...cells.map(({ site }) => site), withNat64];
    lab = await buildLab({ sites: names.map((name) => ({ name, hosts: 1, boxes })) });
    sites = await addIpv6(lab);
    for (const { site, rules } of cells) {
      const text = ['table ip6 lab_ipv6 {', ...rules, '}', ''].join('\n');
      await must(lab, siteOf(site).box, ['nft', '-f', '-'], text);
    }
    servers.ipv4 = await startOwnServer(lab);
    servers.ipv6 = await startOwnServer(lab, { addresses: ipv6Servers, port: 7479 });
    await startNat64();
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  function siteOf(name: string): Ipv6Site {
    const site = sites.get(name);
    if (site === undefined) throw new Error(`no site ${name}`);
    return site;
  }

  /** The host loses its IPv4; its router translates, and is its name server. */
  async function startNat64(): Promise<void> {
    const { box, host, gateway } = siteOf(withNat64);
    const folder = lab.folder('tayga');
    const config = join(folder, 'tayga.conf');
    const lines = [
      'tun-device nat64',
      'ipv4-addr 192.168.255.1',
      `prefix ${nat64Net}/96`,
      'dynamic-pool 192.168.255.0/24',
      `data-dir ${folder}`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${gateway}\n`);
    await must(lab, host, ['ip', '-4', 'address', 'flush', 'dev', 'eth0']);
    await must(lab, box, ['tayga', '--mktun', '--config', config]);
    await must(lab, box, ['ip', 'link', 'set', 'nat64', 'up']);
    await must(lab, box, ['ip', 'route', 'add', '192.168.255.0/24', 'dev', 'nat64']);
    await must(lab, box, ['ip', '-6', 'route', 'add', `${nat64Net}/96`, 'dev', 'nat64']);
    const masquerade = 'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }';
    await must(lab, box, ['nft', '-f', '-'], `table ip lab_nat64 { ${masquerade}\n}\n`);
    lab.spawn(box, ['tayga', '--nodetach', '--config', config]);
    const records = JSON.stringify([`${nat64Net}c000:aa`, `${nat64Net}c000:ab`]);
    await lab.spawn(box, [process.execPath, dns64, gateway, records]).waitFor(/ready/, 10_000);
    resolvConf = join(folder, 'resolv.conf');
  }
  let resolvConf = '';

  it.concurrent.for(cells)('$label', { timeout: 60_000 }, async (cell) => {
    const args = [servers.ipv4, servers.ipv6, '--ipv6'];
    const { body, trace } = await probeFrom(lab, siteOf(cell.site).host, args, /^ipv6/);
    const said = (name: string) => body?.verdicts.find((v) => v.name === name)?.value;
    expect([said('ipv6Udp'), said('ipv6Translated'), said('ipv6Filtering')], trace).toEqual([
      cell.udp,
      cell.translated,
      cell.filtering,
    ]);
    // Over IPv4 nothing stands in the way, whatever the IPv6 firewall does.
    expect([body?.nat.udp, body?.nat.filtering], trace).toEqual(['open', 'endpoint-independent']);
  });

  it('a host without IPv4 behind tayga and a DNS64', { timeout: 60_000 }, async () => {
    const { host } = siteOf(withNat64);
    // The mount namespace of `ip netns exec` ends with the command.
    const script = `mount --bind ${resolvConf} /etc/resolv.conf && exec "$@"`;
    const args = [servers.ipv4, servers.ipv6, '--ipv6'];
    const { body, trace } = await probeFrom(lab, host, args, /^nat64/, ['sh', '-c', script, 'sh']);
    const nat64 = body?.verdicts.find((v) => v.name === 'nat64');
    expect([nat64?.value, nat64?.confidence], `${nat64?.reason} ${trace}`).toEqual([`${nat64Net}/96`, 0.999]);
    // The server saw the translator's own IPv4 address.
    expect(nat64?.reason).toMatch(/saw 11\.78\.\d+\.\d+:\d+$/);
    expect(body?.verdicts.find((v) => v.name === 'clat')?.value).toBe(false);
    expect([body?.run.family, body?.nat.behindNat]).toEqual(['ipv6', false]);
  });
});
