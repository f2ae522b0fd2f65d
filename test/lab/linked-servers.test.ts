/** Two `polynya serve` on hosts with one address each, linked: every NAT of the kernel is named right. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import type { SiteSpec } from '../../scenarios/plan/topology.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnutils_natdiscovery']);
if (obstacle !== null) console.warn(`linked servers skipped: ${obstacle}`);

const secret = 'a secret that both nodes hold, long enough';

const standard = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
const nine = standard.flatMap((mapping) => standard.map((filtering) => ({ mapping, filtering })));
const cells = nine.map((nat, index) => ({ nat, site: `s${index}`, node: index % 2 === 0 ? 'one' : 'two' }));
/** Sites without a box are hosts on the public network. */
const publicHosts = ['one', 'two', 'open'].map((name): SiteSpec => ({ name, hosts: 1, boxes: [] }));
const sites: SiteSpec[] = [
  ...publicHosts,
  ...cells.map(({ nat, site }) => ({ name: site, hosts: 1, boxes: [{ nat, firewall: null }] })),
];

/** Starts both nodes and waits until each serves all of RFC 5780. */
async function startNodes(lab: Lab): Promise<void> {
  const [one, two] = [hostOf(lab, 'one'), hostOf(lab, 'two')];
  const secretFile = join(lab.folder('link'), 'secret');
  writeFileSync(secretFile, secret, { mode: 0o600 });
  await Promise.all(
    [[one, two] as const, [two, one] as const].map(async ([own, other]) => {
      const stun = { peer: { address: other.address, secretFile } };
      const config = join(lab.folder('serve'), 'serve.yaml');
      // JSON is YAML.
      writeFileSync(config, JSON.stringify({ host: own.address, store: ':memory:', stun }));
      const serving = lab.spawn(own.namespace, [process.execPath, builtCli, 'serve', '--config', config]);
      await serving.waitFor(/"state":"up"/, 30_000);
    }),
  );
}

function hostOf(lab: Lab, site: string) {
  const [host] = lab.topology.sites.find(({ name }) => name === site)?.hosts ?? [];
  if (host === undefined) throw new Error(`no site ${site}`);
  return host;
}

async function probe(lab: Lab, site: string, node: string, scheme = 'stun:'): Promise<NatReportBody> {
  const port = scheme === 'stun:' ? '' : ':7478';
  const server = `${scheme}${hostOf(lab, node).address}${port}`;
  const argv = [process.execPath, builtCli, 'probe', '--json', server];
  const { stdout, stderr } = await lab.run(hostOf(lab, site).namespace, argv, { timeoutMs: 25_000 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).body;
}

describe.skipIf(obstacle !== null)('two linked hosts with one address each', () => {
  let lab: Lab;
  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({ sites });
    await startNodes(lab);
  }, 60_000);
  afterAll(async () => {
    await lab?.close();
  });

  it.concurrent.for(cells)(
    'name $nat.mapping mapping, $nat.filtering filtering, asked at node $node',
    { timeout: 30_000 },
    async ({ nat, site, node }) => {
      const body = await probe(lab, site, node);
      expect(body.nat).toMatchObject({ ...nat, behindNat: true, udp: 'open' });
      expect(body.servers).toMatchObject([{ rfc5780: true }]);
    },
  );

  it('watch together: the silence of a closed filter is one of answers that left', async () => {
    const body = await probe(lab, 's8', 'one', 'http://');
    expect(body.verdicts.find(({ name }) => name === 'witness')?.value).toBe('clean');
    const changed = body.evidence.filter(({ purpose }) => /^filter-\d\/change-(both|ip)$/.test(purpose));
    expect(changed).toHaveLength(4);
    for (const { witnessed = [] } of changed) {
      const left = witnessed.filter(({ fate }) => fate === 'answered');
      expect(left.length).toBeGreaterThanOrEqual(3);
      for (const { answeredFrom } of left) expect(answeredFrom?.address).toBe(hostOf(lab, 'two').address);
    }
    expect(body.nat.filtering).toBe('address-and-port-dependent');
  });

  it('name the open internet', async () => {
    expect((await probe(lab, 'open', 'one')).nat).toMatchObject({ legacy: 'open-internet' });
  });

  it('are a whole server for a client that knows nothing of links', async () => {
    const { namespace } = hostOf(lab, 's0');
    const argv = ['turnutils_natdiscovery', '-m', '-f', hostOf(lab, 'one').address];
    const { stdout } = await lab.run(namespace, argv, { timeoutMs: 30_000 });
    expect(stdout).toContain('NAT with Endpoint Independent Mapping!');
    expect(stdout).toContain('NAT with Endpoint Independent Filtering!');
  });

  it('are never wrong on a network that loses 5 % of all packets, each way', {
    timeout: 90_000,
  }, async () => {
    const lossy = await buildLab({ sites, lossRate: 0.05 });
    try {
      await startNodes(lossy);
      let exact = 0;
      for (const { nat, site, node } of cells) {
        const { mapping, filtering } = (await probe(lossy, site, node)).nat;
        expect([nat.mapping, 'inconclusive']).toContain(mapping);
        expect([nat.filtering, 'inconclusive']).toContain(filtering);
        if (mapping === nat.mapping && filtering === nat.filtering) exact += 1;
      }
      expect(exact).toBeGreaterThanOrEqual(8);
    } finally {
      await lossy.close();
    }
  });
});
