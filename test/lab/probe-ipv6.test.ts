/**
 * `polynya probe --ipv6` behind kernel IPv6 firewalls, NAT66, and a NAT64 made of tayga and a DNS64: each says beside it
 * what the truth is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { startNat64 } from '../../scenarios/io/nat64.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { hostIpv6, nat64Net, nat64Prefix, serversIpv6 } from '../../scenarios/plan/ipv6.ts';
import { must } from './must.ts';
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
  const servers = { ipv4: '', ipv6: '' };

  beforeAll(async () => {
    const boxes = [{ nat: null, firewall: null }];
    const names = [...cells.map(({ site }) => site), withNat64];
    lab = await buildLab({
      sites: names.map((name) => ({ name, hosts: 1, boxes, ipv6: 'open', ipv4: name !== withNat64 })),
      serverIpv6: true,
    });
    for (const { site, rules } of cells) {
      const text = ['table ip6 lab_ipv6 {', ...rules, '}', ''].join('\n');
      await must(lab, siteOf(site).box, ['nft', '-f', '-'], text);
    }
    servers.ipv4 = await startOwnServer(lab);
    servers.ipv6 = await startOwnServer(lab, { addresses: serversIpv6, port: 7479 });
    await startNat64AndDns64();
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  function siteOf(name: string): { box: string; host: string; gateway: string } {
    const index = lab.topology.sites.findIndex((site) => site.name === name);
    const [box, host] = [lab.topology.sites[index]?.boxes[0], lab.topology.sites[index]?.hosts[0]];
    if (box === undefined || host === undefined) throw new Error(`no site ${name}`);
    const gateway = hostIpv6(index, 0, false).replace(/::2$/, '::1');
    return { box: box.namespace, host: host.namespace, gateway };
  }

  /** The host has no IPv4; its router translates, and is its name server. */
  async function startNat64AndDns64(): Promise<void> {
    const { box, gateway } = siteOf(withNat64);
    await startNat64(lab, { namespace: box, prefix: nat64Prefix, device: 'nat64' });
    resolvConf = join(lab.folder('dns64'), 'resolv.conf');
    writeFileSync(resolvConf, `nameserver ${gateway}\n`);
    const masquerade = 'chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }';
    await must(lab, box, ['nft', '-f', '-'], `table ip lab_nat64 { ${masquerade}\n}\n`);
    const records = JSON.stringify([`${nat64Net}c000:aa`, `${nat64Net}c000:ab`]);
    await lab.spawn(box, [process.execPath, dns64, gateway, records]).waitFor(/ready/, 10_000);
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
