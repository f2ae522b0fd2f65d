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
import { startLabService } from './lab-service.ts';
import { type BrowserName, browserNames, openTab, tabObstacle } from './tab.ts';
import type { Tab } from './tab-page.ts';

const obstacle = tabObstacle ?? labObstacle(['ip', 'nft', 'sysctl']);
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
const asked = browserNames.find((name) => name === process.env['TAB_NAT_BROWSER']) ?? 'chromium';
const of = (browser: BrowserName) => (nat: NatSpec) => ({ nat, browser, label: natLabel(nat) });
const cases = measures ? nats.map(of(asked)) : [...nats.map(of('chromium')), ...inFirefox.map(of('firefox'))];

const cardSchema = z.record(z.string(), z.string().nullable());
const hasEnded = `document.querySelector('#nat, [data-step="nat"][data-status="failed"]') !== null`;
/** The card’s values, and how long the step took. */
const card = `Object.fromEntries([
  ...['mapping', 'filtering', 'legacy'].map((name) =>
    [name, document.querySelector('[data-fact="' + name + '"]')?.dataset.value ?? null]),
  ['time', document.querySelector('[data-step="nat"] .step-time')?.textContent ?? null],
])`;

/** Runs the check until its NAT step has ended. */
async function shownBy(tab: Tab, serviceUrl: string) {
  await tab.goto(`${serviceUrl}/check?auto=1`);
  await tab.waitFor(hasEnded, checkMs);
  return cardSchema.parse(await tab.evaluate(card));
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
      serviceUrl = await startLabService(lab);
    });
    afterAll(async () => lab?.close());

    it.each(cases)(
      'names $label in $browser',
      async ({ nat, browser, label }) => {
        const site = lab.topology.sites[nats.indexOf(nat)];
        const [host] = site?.hosts ?? [];
        if (site === undefined || host === undefined) throw new Error(`the lab has no site for ${label}`);
        const tab = await openTab(browser, { namespace: host.namespace });
        try {
          const told: unknown[] = [];
          for (let run = 1; run <= runs; run += 1) {
            const { time, ...shown } = await shownBy(tab, serviceUrl).catch(async (error) => {
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
