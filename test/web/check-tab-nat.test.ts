/**
 * What the Check page says of kernel NATs: Chromium in a namespace behind each of the nine classes, with the session and
 * with the table engine; the service on the far side with its two addresses.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { dependences } from '../../scenarios/nat-behaviour.ts';
import { type NatSpec, natLabel } from '../../scenarios/plan/nat-spec.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false }) ?? labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

/** The suite asks each class once, behind one engine. TAB_NAT_RUNS=20 measures: so many runs, behind both, with times. */
const runs = Number(process.env['TAB_NAT_RUNS'] ?? 1);
const perRunMs = 10_000;

const kinds = dependences.filter((kind) => kind !== 'port-dependent');
const classes = kinds.flatMap((mapping) => kinds.map((filtering) => ({ mapping, filtering })));
const nats = (['session', 'table'] as const)
  .flatMap((engine) => classes.map((nat): NatSpec => ({ ...nat, engine, ports: 'random' })))
  .filter(({ engine }, index) => runs > 1 || (engine === 'session') === ((index % classes.length) % 2 === 0));

/** The service as a process of its own in the server’s namespace. */
async function startService(lab: Lab): Promise<string> {
  const cli = 'dist/cli/main.js';
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run npm run build first`);
  const [host, alternateAddress] = lab.serverAddresses;
  const settings = {
    host,
    store: ':memory:',
    adminToken: 'token-of-the-tab-test-0001',
    stun: { alternateAddress },
  };
  const config = join(lab.folder('service'), 'polynya.json');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  const service = lab.spawn(lab.server, [process.execPath, cli, 'serve', '--config', config]);
  const url = (await service.waitFor(/Dashboard +(http\S+)/, 30_000))[1];
  if (url === undefined) throw new Error('the service printed no URL');
  return url;
}

/** Runs the check until its NAT step has ended; the card’s values. */
async function shownBy(page: Page, serviceUrl: string) {
  await page.goto(`${serviceUrl}/check?auto=1`);
  await page.locator('#nat, [data-step="nat"][data-status="failed"]').first().waitFor({ timeout: 20_000 });
  const fact = async (name: string) => page.locator(`[data-fact="${name}"]`).getAttribute('data-value');
  return { mapping: await fact('mapping'), filtering: await fact('filtering'), legacy: await fact('legacy') };
}

function legacyOf({ mapping, filtering }: NatSpec): string {
  if (mapping !== 'endpoint-independent') return 'symmetric';
  if (filtering === 'endpoint-independent') return 'full-cone';
  return filtering === 'address-dependent' ? 'restricted-cone' : 'port-restricted-cone';
}

describe.skipIf(obstacle !== null)(
  `NAT test of the Check page${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    let serviceUrl: string;

    beforeAll(async () => {
      lab = await buildLab({
        sites: nats.map((nat, index) => ({ name: `n${index}`, hosts: 1, boxes: [{ nat, firewall: null }] })),
      });
      serviceUrl = await startService(lab);
    });
    afterAll(async () => lab?.close());

    it.each(nats.map((nat, index) => ({ nat, index, label: natLabel(nat) })))(
      'names $label',
      async ({ nat, index }) => {
        const site = lab.topology.sites[index];
        const [host] = site?.hosts ?? [];
        if (site === undefined || host === undefined) throw new Error(`the lab has no site ${index}`);
        const browser = await launchCheckBrowser({ namespace: host.namespace, loopback: false });
        try {
          const { page, problems } = await openPage(browser);
          for (let run = 1; run <= runs; run += 1) {
            const shown = await shownBy(page, serviceUrl).catch(async (error) => {
              throw new Error(
                `${error}\n${await lab.evidence(site.boxes.map(({ namespace }) => namespace))}`,
              );
            });
            const { mapping, filtering } = nat;
            expect(shown, `run ${run}`).toEqual({ mapping, filtering, legacy: legacyOf(nat) });
            if (runs > 1)
              console.log(natLabel(nat), await page.locator('[data-step="nat"] .step-time').textContent());
          }
          expect(problems).toEqual([]);
        } finally {
          await browser.close();
        }
      },
      20_000 + runs * perRunMs,
    );
  },
);
