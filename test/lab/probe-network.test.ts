/**
 * `polynya probe --network` with the real things in the way: tinyproxy as an HTTP proxy, a router that answers web pages
 * itself, an OpenVPN tunnel.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { startTinyproxy } from '../../scenarios/io/tinyproxy.ts';
import { must } from './must.ts';
import { probeFrom, startOwnServer } from './own-server.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'tinyproxy', 'openvpn']);
if (obstacle !== null) console.warn(`probe of VPN, proxy and portal skipped: ${obstacle}`);

const password = 'correct-horse';
const names = ['plain', 'portal', 'proxy', 'vpn'] as const;
type Name = (typeof names)[number];

describe.skipIf(obstacle !== null)('polynya probe --network', () => {
  let lab: Lab;
  let server = '';

  beforeAll(async () => {
    const boxes = [{ nat: null, firewall: null }];
    lab = await buildLab({ sites: names.map((name) => ({ name, hosts: 1, boxes })) });
    server = await startOwnServer(lab);
    await Promise.all([startPortal(), startProxies(), startVpn()]);
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  /** The site's router, its host, and the router's address as the host sees it. */
  function placeOf(name: Name) {
    const site = lab.topology.sites.find((plan) => plan.name === name);
    const [box, host] = [site?.boxes[0]?.namespace, site?.hosts[0]];
    const inside = lab.topology.namespaces
      .find((namespace) => namespace.name === box)
      ?.addresses.find(({ device }) => device === 'lan0');
    if (box === undefined || host === undefined || inside === undefined) throw new Error(`no site ${name}`);
    return { box, host: host.namespace, router: inside.cidr.replace(/\/\d+$/, '') };
  }

  /** Whatever page is asked for, the router leads to its login. */
  async function startPortal(): Promise<void> {
    const { box } = placeOf('portal');
    const answer =
      'HTTP/1.1 302 Found\\r\\nLocation: http://login.example/\\r\\nContent-Length: 0\\r\\n\\r\\n';
    const script = `require('net').createServer((s) => s.on('error', () => {}).once('data', () => s.end('${answer}')))
      .listen(8080, () => console.log('ready'))`;
    await lab.spawn(box, [process.execPath, '-e', script]).waitFor(/ready/, 10_000);
    const rule = 'iifname lan0 tcp dport 7478 redirect to :8080';
    const chain = `chain pre { type nat hook prerouting priority dstnat; ${rule}; }`;
    await must(lab, box, ['nft', '-f', '-'], `table ip lab_portal { ${chain}\n}\n`);
  }

  /** The only way out is through one of three proxies on the router. */
  async function startProxies(): Promise<void> {
    const { box } = placeOf('proxy');
    const config = [`BasicAuth alice ${password}`];
    await startTinyproxy(lab, { namespace: box, port: 3128, connectPort: 4478 });
    await startTinyproxy(lab, { namespace: box, port: 3129, connectPort: 443 });
    await startTinyproxy(lab, { namespace: box, port: 3130, connectPort: 4478, config });
    const drop = 'chain forward { type filter hook forward priority filter; policy drop; }';
    await must(lab, box, ['nft', '-f', '-'], `table ip lab_proxy { ${drop}\n}\n`);
  }

  /** Plain OpenVPN between the host and the core, through which all the host's packets then go. */
  async function startVpn(): Promise<void> {
    const { host, router } = placeOf('vpn');
    const { core, namespaces } = lab.topology;
    const address = namespaces
      .find(({ name }) => name === core)
      ?.addresses.find(({ device }) => device === 'server')
      ?.cidr.replace(/\/\d+$/, '');
    if (address === undefined) throw new Error('the core has no address');
    const common = [
      '--proto',
      'udp',
      '--dev-type',
      'tun',
      '--cipher',
      'none',
      '--auth',
      'none',
      '--ping',
      '1',
    ];
    const far = ['--dev', 'exit', '--ifconfig', '10.8.0.1', '10.8.0.2', '--local', address, '--float'];
    const near = ['--dev', 'work', '--ifconfig', '10.8.0.2', '10.8.0.1', '--remote', address, '--nobind'];
    lab.spawn(core, ['openvpn', ...common, ...far]);
    const tunnel = lab.spawn(host, ['openvpn', ...common, ...near]);
    await tunnel.waitFor(/Initialization Sequence Completed/, 20_000);
    await must(lab, host, ['ip', 'route', 'add', `${address}/32`, 'via', router]);
    await must(lab, host, ['ip', 'route', 'replace', 'default', 'dev', 'work']);
    const masquerade = 'ip saddr 10.8.0.0/24 oifname server masquerade';
    const chain = `chain post { type nat hook postrouting priority srcnat; ${masquerade}; }`;
    await must(lab, core, ['nft', '-f', '-'], `table ip lab_vpn { ${chain}\n}\n`);
  }

  async function probe(name: Name, args: readonly string[], environment: readonly string[] = []) {
    const { host } = placeOf(name);
    const page = `http://${lab.serverAddresses[0]}:7478/generate_204`;
    const wanted = [...args, '--network', '--portal', page];
    const { body, trace } = await probeFrom(lab, host, wanted, /^(proxy|portal)/, ['env', ...environment]);
    const said = (verdict: string) => {
      const found = body?.verdicts.find((v) => v.name === verdict);
      return [found?.value, found?.reason];
    };
    return { body, trace, said };
  }

  it.concurrent('nothing in the way', { timeout: 60_000 }, async () => {
    const { said, trace } = await probe('plain', [server]);
    expect(said('vpn'), trace).toEqual([false, expect.stringContaining('leave through eth0')]);
    expect(said('httpProxy')[0]).toBe('none');
    expect(said('captivePortal'), trace).toEqual([false, 'the page answered itself, with 204']);
  });

  it.concurrent('a captive portal', { timeout: 60_000 }, async () => {
    const { said, trace } = await probe('portal', [server]);
    const reason = expect.stringContaining('leads elsewhere (302, http://login.example/)');
    expect(said('captivePortal'), trace).toEqual([true, reason]);
  });

  it.concurrent('a VPN', { timeout: 60_000 }, async () => {
    const { said, trace, body } = await probe('vpn', [server]);
    const reason = expect.stringContaining('leave through work (10.8.0.2), a tunnel');
    expect(said('vpn'), trace).toEqual([true, reason]);
    expect(body?.nat.behindNat, trace).toBe(true);
  });

  const proxies = [
    { port: 3128, user: '', value: 'works', reason: /saw 11\.78\.\d+\.\d+:\d+/ },
    { port: 3129, user: '', value: 'refuses', reason: /:4478: 403/ },
    { port: 3130, user: '', value: 'auth-required', reason: /407/ },
    { port: 3130, user: 'alice', value: 'works', reason: /saw 11\.78/ },
    { port: 3999, user: '', value: 'unreachable', reason: /ECONNREFUSED/ },
  ];
  it.concurrent.for(proxies)(
    'a proxy on port $port for "$user": $value',
    { timeout: 60_000 },
    async (cell) => {
      const turn = `turn:${lab.serverAddresses[0]}:4478?transport=tcp`;
      const login = cell.user === '' ? '' : `${cell.user}:${password}@`;
      const proxy = `HTTPS_PROXY=http://${login}${placeOf('proxy').router}:${cell.port}`;
      const { said, trace, body } = await probe('proxy', [turn], [proxy]);
      expect(said('httpProxy'), trace).toEqual([cell.value, expect.stringMatching(cell.reason)]);
      expect(JSON.stringify(body)).not.toContain(password);
      expect(said('captivePortal')[0]).toBeNull();
    },
  );
});
