/** Routers that open ports, VPNs and sites without IPv4, as users run them: in the kernel as in the simulator. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabReport, labReportSchema } from '../../contract/lab-report.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl', 'miniupnpd', 'tayga']);
if (obstacle !== null) console.warn(`lab world skipped: ${obstacle}`);

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The catalogue has these by themselves; here they share one lab. */
const scenario = `
name: world
about: What a router may do besides translating, and ways out that are not those of the site.
sites:
  gamer: { behind: [{ nat: { like: symmetric }, portMapping: [pcp] }] }
  player: { behind: [{ nat: { like: symmetric }, portMapping: [upnp] }] }
  flat: { behind: [{ nat: { like: home-router }, portMapping: [pcp] }, { nat: { like: carrier-symmetric } }] }
  office: { behind: [{ nat: { like: symmetric } }] }
  split: { behind: [{ nat: { like: home-router } }], vpn: { gateway: office, split: true } }
  full: { behind: [{ nat: { like: home-router } }], vpn: { gateway: office } }
  friend: { behind: [{ nat: { like: home-router } }] }
  attic: { ipv4: false, ipv6: open }
  cabin: { ipv4: false, ipv6: firewall, behind: [{ firewall: { kind: stateful, filtering: address-dependent } }] }
pairs:
  - [flat, office]
  - [full, friend]
  - [gamer, office]
  - [player, office]
  - [split, office]
  - [split, friend]
  - [full, split]
  - [cabin, attic]
`;

let folder: string;

function run(text: string, ...args: readonly string[]): Promise<LabReport['body']> {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  const options = { timeout: 120_000, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 64 * 2 ** 20 };
  return new Promise((done, fail) => {
    const argv = [program, 'lab', 'run', file, '--json', ...args];
    execFile(process.execPath, argv, options, (error, stdout, stderr) => {
      if (error === null) done(labReportSchema.parse(JSON.parse(stdout)).body);
      else fail(new Error(stderr));
    });
  });
}

describe.skipIf(obstacle !== null)('the world around a host', { timeout: 120_000 }, () => {
  beforeAll(() => {
    if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build:node" first`);
    folder = mkdtempSync(join(tmpdir(), 'polynya-lab-world-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('opened ports and tunnels decide who meets, in the kernel as in the simulator', async () => {
    const [kernel, simulated] = [await run(scenario), await run(scenario, '--simulate')];
    const met = ({ cells }: LabReport['body']) =>
      cells.map(({ from, to, succeeded }) => `${from} ${to} ${succeeded > 0 ? 'meet' : 'do not meet'}`);
    expect(met(kernel)).toEqual([
      'flat office do not meet',
      'full friend do not meet',
      'gamer office meet',
      'player office meet',
      'split office meet',
      'split friend meet',
      'full split meet',
      'cabin attic meet',
    ]);
    expect(met(simulated)).toEqual(met(kernel));

    const [, , gamer, , split] = kernel.cells;
    const told = gamer?.tries.at(-1)?.candidates?.[0] ?? [];
    // What the STUN server saw, and what the router has opened.
    expect(told.filter(({ type }) => type === 'srflx').map(({ address }) => address)).toEqual([
      '11.78.16.2',
      '11.78.16.2',
    ]);
    // A check may come before the candidate that it is from: then the pair is known by its addresses alone.
    expect(split?.selectedPair).toMatchObject({
      local: { address: '10.8.4.2' },
      remote: { address: '192.168.4.2' },
    });

    const measured = Object.fromEntries(kernel.sites.map((site) => [site.name, site.measured]));
    expect(measured['full']).toEqual(measured['office']);
    expect(measured['split']).toEqual(measured['friend']);
    expect(measured['attic']).toMatchObject({ filtering: 'endpoint-independent' });
    expect(measured['cabin']).toEqual({
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
      udp: 'open',
    });
  });

  it('behind a NAT64 the mapping is classified, with a server that has IPv4 only', async () => {
    const { sites, notices, counts } = await run(`
name: nat64
about: A phone behind a NAT64 and a server of IPv4.
server: { ipv6: false }
sites:
  phone: { ipv4: false, ipv6: firewall, behind: [{ nat: { like: symmetric }, nat64: true }] }
  office: { behind: [{ nat: { like: home-router } }] }
paths: [relay-udp]
`);
    expect(sites[0]?.measured).toMatchObject({ mapping: 'address-and-port-dependent', udp: 'open' });
    expect(notices).toContain(
      'Behind a NAT64 the mapping was classified before the run, and the filtering cannot be.',
    );
    expect(counts).toMatchObject({ cells: 1, asExpected: 1 });
  });
});
