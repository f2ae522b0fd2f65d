/**
 * What the Check page says of nine kernel NATs, and of none: Chromium in a namespace behind each, the service on the far
 * side with its two addresses.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { dependences } from '../../scenarios/nat-behaviour.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false }) ?? labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const known = dependences.filter((kind) => kind !== 'port-dependent');
const cells = known.flatMap((mapping) => known.map((filtering) => ({ mapping, filtering })));

async function startService(lab: Lab): Promise<string> {
  const cli = 'dist/cli/main.js';
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run npm run build first`);
  const [address, alternateAddress] = lab.serverAddresses;
  const config = join(lab.folder('service'), 'polynya.json');
  const settings = {
    host: address,
    store: ':memory:',
    adminToken: 'token-of-the-nat-test-0001',
    stun: { alternateAddress },
  };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  const service = lab.spawn(lab.server, [process.execPath, cli, 'serve', '--config', config]);
  const url = (await service.waitFor(/Dashboard +(http\S+)/, 30_000))[1];
  if (url === undefined) throw new Error('the service printed no URL');
  return url;
}

describe.skipIf(obstacle !== null)(
  `NAT test of the Check page${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    let serviceUrl: string;

    beforeAll(async () => {
      const sites = cells.map((nat, index) => ({
        name: `n${index}`,
        hosts: 1,
        boxes: [{ nat: { ...nat, ports: 'random' as const }, firewall: null }],
      }));
      lab = await buildLab({ sites: [...sites, { name: 'open', hosts: 1, boxes: [] }] });
      serviceUrl = await startService(lab);
    });
    afterAll(async () => lab?.close());

    it.each([...cells.map((nat, index) => ({ ...nat, index }))])(
      '$mapping mapping, $filtering filtering',
      async ({ mapping, filtering, index }) => {
        const [host] = lab.topology.sites[index]?.hosts ?? [];
        const browser = await launchCheckBrowser({ namespace: host?.namespace ?? '', loopback: false });
        try {
          const { page, problems } = await openPage(browser);
          await page.goto(`${serviceUrl}/check?auto=1`);
          const step = page.locator('[data-step="nat"]');
          await page
            .locator(
              '[data-step="nat"][data-status="ok"], [data-step="nat"][data-status="failed"], [data-step="nat"][data-status="warned"]',
            )
            .waitFor({ timeout: 20_000 });
          console.log(await step.textContent());
          const nat = page.locator('#nat');
          console.log(await nat.textContent());
          const shown = async (fact: string) =>
            nat.locator(`[data-fact="${fact}"]`).getAttribute('data-value');
          expect({ mapping: await shown('mapping'), filtering: await shown('filtering') }).toEqual({
            mapping,
            filtering,
          });
          expect(problems).toEqual([]);
        } finally {
          await browser.close();
        }
      },
    );
  },
);
