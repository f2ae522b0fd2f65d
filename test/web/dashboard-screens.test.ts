/**
 * Every screen, light and wide, dark and narrow: no axe violation, no sideways scrolling, no error on the console.
 * The pictures go to test/artifacts/; with POLYNYA_SCREENSHOTS=1 there are all four of each, and the README's picture is
 * made anew.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import {
  axeViolations,
  type FixtureName,
  fixtureNames,
  launchBrowser,
  obstacle,
  openPage,
  postReport,
  readFixture,
  seedDay,
  startQuietService,
  type WatchedPage,
} from './dashboard-stage.ts';

const artifacts = fileURLToPath(new URL('../artifacts/dashboard', import.meta.url));
const readmePicture = fileURLToPath(new URL('../../docs/screenshots/run-page.png', import.meta.url));

interface Screen {
  readonly name: string;
  readonly path: (ids: ReadonlyMap<FixtureName, string>) => string;
  /** Waits until the screen is complete. */
  readonly settle: (page: Page) => Promise<unknown>;
  readonly service?: 'empty' | 'locked';
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name }).first().waitFor();
const charts = (count: number) => (page: Page) =>
  page
    .locator('canvas[role=img]')
    .nth(count - 1)
    .waitFor();

const screens: readonly Screen[] = [
  { name: 'welcome', service: 'empty', path: () => '/', settle: heading(/why a connection works/) },
  { name: 'login', service: 'locked', path: () => '/', settle: heading('Sign in') },
  {
    name: 'runs-empty',
    service: 'empty',
    path: () => '/runs',
    settle: (page) => page.getByText('No reports yet').waitFor(),
  },
  { name: 'overview', path: () => '/', settle: charts(1) },
  {
    name: 'overview-table',
    path: () => '/?bucket=day&range=7d',
    settle: async (page) => {
      await charts(1)(page);
      await page.getByRole('button', { name: 'View as table' }).click();
    },
  },
  { name: 'runs', path: () => '/runs', settle: (page) => page.getByText(/of \d+ reports/).waitFor() },
  {
    name: 'runs-filtered',
    path: () => '/runs?kind=nat-report&status=bad',
    settle: (page) => page.getByText(/of \d+ reports/).waitFor(),
  },
  {
    name: 'runs-no-match',
    path: () => '/runs?q=zzz',
    settle: (page) => page.getByText('No report matches').waitFor(),
  },
  { name: 'run-nat', path: (ids) => `/runs/${ids.get('nat-port-restricted')}`, settle: charts(1) },
  {
    name: 'run-nat-json',
    path: (ids) => `/runs/${ids.get('nat-udp-blocked')}`,
    settle: async (page) => {
      await charts(1)(page);
      await page.getByRole('button', { name: 'Show' }).click();
    },
  },
  { name: 'run-visit', path: (ids) => `/runs/${ids.get('visit-good')}`, settle: charts(2) },
  { name: 'run-visit-401', path: (ids) => `/runs/${ids.get('visit-relay-401')}`, settle: charts(2) },
  {
    name: 'run-delete',
    path: (ids) => `/runs/${ids.get('visit-good')}`,
    settle: async (page) => {
      await charts(2)(page);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'run-turn',
    path: (ids) => `/runs/${ids.get('turn-coturn-default')}`,
    settle: async (page) => {
      await charts(1)(page);
      await page.getByRole('button', { name: /^Authentication:/ }).click();
      await page.getByRole('table', { name: 'Authentication' }).waitFor();
    },
  },
  { name: 'run-lint', path: (ids) => `/runs/${ids.get('lint-debian')}`, settle: heading('What to mend') },
  { name: 'servers', path: () => '/servers', settle: heading('Company relay') },
  { name: 'server', path: () => `/servers/${checkedServer}`, settle: charts(1) },
  {
    name: 'server-table',
    path: () => `/servers/${checkedServer}`,
    settle: async (page) => {
      await charts(1)(page);
      await page.getByRole('button', { name: 'View as table' }).click();
    },
  },
  {
    name: 'server-stun',
    path: () => '/servers/embedded',
    settle: (page) => page.getByText('nothing to check').waitFor(),
  },
  {
    name: 'server-form',
    path: () => '/servers',
    settle: async (page) => {
      await page.getByRole('button', { name: 'Add server' }).click();
      const form = page.getByRole('dialog');
      await form.getByLabel('URLs').fill('http://example.org');
      await form.getByRole('radio', { name: 'Username and password' }).check();
    },
  },
  { name: 'not-found', path: () => '/nowhere', settle: heading('Not found') },
];

/** Set when the services are up. */
let checkedServer = '';

/** Both colours and both widths: what one colour breaks it breaks at every width, and the other way round. */
const usualLooks = [
  { scheme: 'light', width: 1280, height: 900 },
  { scheme: 'dark', width: 390, height: 844 },
] as const;
const otherLooks = [
  { scheme: 'dark', width: 1280, height: 900 },
  { scheme: 'light', width: 390, height: 844 },
] as const;
const isForPictures = process.env['POLYNYA_SCREENSHOTS'] === '1';
const looks = isForPictures ? [...usualLooks, ...otherLooks] : usualLooks;

describe.skipIf(obstacle !== null)(`screens${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  let browser: Browser;
  const services = new Map<'full' | 'empty' | 'locked', RunningService>();
  const ids = new Map<FixtureName, string>();

  beforeAll(async () => {
    mkdirSync(artifacts, { recursive: true });
    browser = await launchBrowser();
    services.set('empty', await startQuietService());
    services.set('locked', await startQuietService({ adminToken: 'a-token-of-sixteen-and-more' }));
    const full = await startQuietService({
      servers: [
        { label: 'Public STUN', urls: ['stun:127.0.0.1:1'] },
        {
          label: 'Company relay',
          urls: ['turn:127.0.0.1:1?transport=tcp'],
          auth: 'secret',
          credential: 'x'.repeat(20),
        },
        {
          label: 'Audited relay',
          urls: ['turn:turn.example.org', 'turns:turn.example.org:443'],
          auth: 'secret',
          credential: 'x'.repeat(20),
          enabled: false,
        },
      ],
    });
    services.set('full', full);
    await seedDay(full, Date.now());
    for (const name of fixtureNames) {
      ids.set(name, await postReport(full, { ...readFixture(name), at: new Date().toISOString() }));
    }
    await seedChecks(full, Date.now());
    await testServers(full);
  });
  afterAll(async () => {
    await browser?.close();
    for (const service of services.values()) await service.close();
  });

  for (const { scheme, width, height } of looks) {
    describe(`${scheme}, ${width} px`, () => {
      let watched: WatchedPage;
      beforeAll(async () => {
        const viewport = { width, height };
        watched = await openPage(browser, { viewport, colorScheme: scheme, deviceScaleFactor: 1 });
      });
      afterAll(() => watched?.close());

      it.each(screens)('$name', async ({ name, path, settle, service }) => {
        const running = services.get(service ?? 'full');
        if (running === undefined) throw new Error('the service did not start');
        const { page, problems } = watched;
        problems.length = 0;
        await page.goto(new URL(path(ids), running.url).href);
        await settle(page);
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
        await page.screenshot({ path: join(artifacts, `${name}-${scheme}-${width}.png`), fullPage: true });
        if (name === 'run-nat' && scheme === 'light' && width === 1280) await pictureForReadme(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await axeViolations(page)).toEqual([]);
        // The login is the answer to a 401, which Chromium reports as an error by itself.
        expect(problems.filter((text) => service !== 'locked' || !text.includes('401'))).toEqual([]);
      });
    });
  }

  it('the menu of a narrow screen opens, leads to a page and closes', async () => {
    const running = services.get('full');
    if (running === undefined) throw new Error('the service did not start');
    const { page, close } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    try {
      await page.goto(running.url);
      await page.getByRole('button', { name: 'Open menu' }).click();
      await page.screenshot({ path: join(artifacts, 'menu-390.png') });
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      await page.getByText(/of \d+ reports/).waitFor();
      await page.getByRole('button', { name: 'Open menu' }).waitFor();
    } finally {
      await close();
    }
  });
});

interface Listed {
  readonly servers: readonly { readonly id: string; readonly label: string; readonly enabled: boolean }[];
}

async function listServers(service: RunningService): Promise<Listed['servers']> {
  return ((await (await fetch(new URL('/api/servers', service.url))).json()) as Listed).servers;
}

/** Checks of some days, each a little better than the one before. */
async function seedChecks(service: RunningService, nowMs: number): Promise<void> {
  checkedServer = (await listServers(service)).find(({ label }) => label === 'Audited relay')?.id ?? '';
  for (const name of ['turn-coturn-default', 'turn-coturn-tls'] as const) {
    const report = readFixture(name);
    if (report.kind !== 'turn-report') throw new Error(`${name} is no turn-report`);
    for (let day = 6; day >= 1; day -= 1) {
      const { failed, passed } = report.body.counts;
      const counts = { ...report.body.counts, failed: failed + day, passed: passed - day };
      const at = new Date(nowMs - day * 86_400_000).toISOString();
      await postReport(service, { ...report, at, body: { ...report.body, counts } });
    }
  }
}

async function testServers(service: RunningService): Promise<void> {
  // What is off is not tested: its name is looked up nowhere.
  for (const { id } of (await listServers(service)).filter(({ enabled }) => enabled)) {
    const reply = await fetch(new URL(`/api/servers/${id}/test`, service.url), { method: 'POST' });
    if (!reply.ok) throw new Error(`test of ${id}: ${reply.status}`);
  }
}

/** The first screenful of the Run page, as the README shows it. */
async function pictureForReadme(page: Page): Promise<void> {
  const file = join(artifacts, 'run-page.png');
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 1180 });
  await page.screenshot({ path: file });
  if (size !== null) await page.setViewportSize(size);
  if (isForPictures) copyFileSync(file, readmePicture);
}
