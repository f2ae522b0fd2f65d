/**
 * What the Check page says of kernel NATs: a browser in a namespace behind each of the nine classes, with the session and
 * with the table engine; the service on the far side with its two addresses.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { dependences } from '../../scenarios/nat-behaviour.ts';
import { type NatSpec, natLabel } from '../../scenarios/plan/nat-spec.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage } from './dashboard-stage.ts';
import { firefoxObstacle } from './firefox.ts';
import { openFirefox } from './firefox-page.ts';
import { startLabService } from './lab-service.ts';

const obstacle = checkObstacle({ coturn: false }) ?? firefoxObstacle ?? labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

/**
 * The suite asks each class once in Chromium, behind one engine, and two of them in Firefox. TAB_NAT_RUNS=20 measures: so
 * many runs, behind both engines, with times, in the browser that TAB_NAT_BROWSER names (default: chromium).
 */
const runs = Number(process.env['TAB_NAT_RUNS'] ?? 1);
const measures = process.env['TAB_NAT_RUNS'] !== undefined;
const perRunMs = 10_000;
const checkMs = 20_000;

const kinds = dependences.filter((kind) => kind !== 'port-dependent');
const classes = kinds.flatMap((mapping) => kinds.map((filtering) => ({ mapping, filtering })));
const nats = (['session', 'table'] as const)
  .flatMap((engine) => classes.map((nat): NatSpec => ({ ...nat, engine, ports: 'random' })))
  .filter(({ engine }, index) => measures || (engine === 'session') === ((index % classes.length) % 2 === 0));

/** One from each end: every filter lets through, and none does. */
const inFirefox = nats.filter(
  ({ mapping, filtering }) =>
    (mapping === 'endpoint-independent' && filtering === 'endpoint-independent') ||
    (mapping === 'address-and-port-dependent' && filtering === 'address-and-port-dependent'),
);
const asked = process.env['TAB_NAT_BROWSER'] ?? 'chromium';
const cases = measures
  ? nats.map((nat) => ({ nat, browser: asked }))
  : [
      ...nats.map((nat) => ({ nat, browser: 'chromium' })),
      ...inFirefox.map((nat) => ({ nat, browser: 'firefox' })),
    ];

const cardSchema = z.record(z.string(), z.string().nullable());

/** A browser that goes to a page, waits until an expression holds and gives what another one says. */
interface Tab {
  visit(url: string, until: string, say: string): Promise<z.infer<typeof cardSchema>>;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

async function openTab(browser: string, namespace: string): Promise<Tab> {
  if (browser === 'firefox') {
    // Its real addresses only: it is to have what a visitor’s browser has.
    const page = await openFirefox({
      namespace,
      preferences: { 'media.peerconnection.ice.loopback': false },
    });
    return {
      visit: async (url, until, say) => {
        await page.goto(url);
        await page.waitFor(until, checkMs);
        return cardSchema.parse(await page.evaluate(say));
      },
      problems: page.problems,
      close: () => page.close(),
    };
  }
  const chromium = await launchCheckBrowser({ namespace, loopback: false });
  const { page, problems } = await openPage(chromium);
  return {
    visit: async (url, until, say) => {
      await page.goto(url);
      await page.waitForFunction(until, undefined, { timeout: checkMs });
      return page.evaluate(say);
    },
    problems,
    close: () => chromium.close(),
  };
}

const hasEnded = `document.querySelector('#nat, [data-step="nat"][data-status="failed"]') !== null`;
/** The card’s values, and how long the step took. */
const card = `Object.fromEntries([
  ...['mapping', 'filtering', 'legacy'].map((name) =>
    [name, document.querySelector('[data-fact="' + name + '"]')?.dataset.value ?? null]),
  ['time', document.querySelector('[data-step="nat"] .step-time')?.textContent ?? null],
])`;

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
      serviceUrl = await startLabService(lab);
    });
    afterAll(async () => lab?.close());

    it.each(cases.map(({ nat, browser }) => ({ nat, browser, label: natLabel(nat) })))(
      'names $label in $browser',
      async ({ nat, browser, label }) => {
        const site = lab.topology.sites[nats.indexOf(nat)];
        const [host] = site?.hosts ?? [];
        if (site === undefined || host === undefined) throw new Error(`the lab has no site for ${label}`);
        const tab = await openTab(browser, host.namespace);
        try {
          const told: unknown[] = [];
          for (let run = 1; run <= runs; run += 1) {
            const { time, ...shown } = await tab
              .visit(`${serviceUrl}/check?auto=1`, hasEnded, card)
              .catch(async (error) => {
                throw new Error(
                  `${error}\n${await lab.evidence(site.boxes.map(({ namespace }) => namespace))}`,
                );
              });
            if (measures) console.log(label, browser, JSON.stringify(shown), time);
            told.push(shown);
          }
          const { mapping, filtering } = nat;
          expect(told).toEqual(Array(runs).fill({ mapping, filtering, legacy: legacyOf(nat) }));
          expect(tab.problems).toEqual([]);
        } finally {
          await tab.close();
        }
      },
      20_000 + runs * perRunMs,
    );
  },
);
