/** The Compare page: two participants in frames of the tab, over the mesh and the SFU, and the report that is kept of it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarize } from '../../compare/summary.ts';
import { type Envelope, envelopeSchema } from '../../contract/envelope.ts';
import type { RunningService } from '../../service/server.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';
import { look } from './look.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)(`Compare page${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;

  beforeAll(async () => {
    buildSfuProcess();
    browser = await launchCheckBrowser();
    service = await startQuietService();
    watched = await openPage(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  const button = (name: string) => watched.page.getByRole('button', { name, exact: true });

  it('says what a plan will take before it is started, and what this service cannot do', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/compare?n=2&hold=2`);
    await page.getByText('2 runs, 4 directed links').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Relay over UDP' }).isDisabled()).toBe(true);
    await page.getByText('No enabled TURN server offers this transport').first().waitFor();
    await page.getByRole('combobox', { name: 'Participants' }).selectOption('4');
    await page.getByText('2 runs, 24 directed links').waitFor();
    await page.getByRole('checkbox', { name: 'SFU (embedded)' }).uncheck();
    await page.getByText('1 run, 12 directed links').waitFor();
  });

  it('ends on request, and keeps nothing of a run that was not over', async () => {
    const { page } = watched;
    await button('Start').click();
    await page.locator('iframe').nth(3).waitFor();
    await button('Cancel').click();
    await button('Start').waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
    expect((await openRooms()).length).toBe(0);
  });

  it('compares mesh and SFU with the same participants, and stores one report', async () => {
    const { page, problems } = watched;
    await page.goto(`${service.url}/compare?n=2&hold=2`);
    await button('Start').click();
    await page.getByText(/^Run [12] of 2: /).waitFor();
    await page.getByRole('link', { name: 'Open the stored report' }).click({ timeout: 30_000 });
    await page.waitForURL(/\/runs\/[\w-]+$/);
    await page.locator('canvas').nth(1).waitFor();

    const report = await storedReport(page.url().split('/').at(-1) ?? '');
    if (report.kind !== 'compare-report') throw new Error(report.kind);
    const { headline, runs, host } = report.body;
    expect(headline).toMatchObject({ status: 'good', code: 'compare-mesh' });
    expect(host).toMatchObject({ rim: 'tab', sharedCpu: true });
    expect(runs.map(({ path, outcome }) => `${path} ${outcome}`).toSorted()).toEqual([
      'mesh complete',
      'sfu complete',
    ]);
    for (const { path, links, upKbps, downKbps } of summarize(report.body)) {
      expect(links, path).toMatchObject({ succeeded: 2, attempts: 2 });
      expect(upKbps, path).toBeGreaterThan(50);
      expect(downKbps, path).toBeGreaterThan(50);
    }
    expect(await openRooms()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('shows the report with a table for every picture', async () => {
    const { page } = watched;
    await page.getByRole('table', { name: 'Paths side by side' }).waitFor();
    await page.getByRole('table', { name: 'Model beside measurement' }).waitFor();
    await page.getByRole('img', { name: /of the bytes took/ }).waitFor();
    await look(page, 'compare-report');
    for (const toTable of await page.getByRole('button', { name: 'View as table' }).all()) {
      // Each press takes one of them away.
      await page.getByRole('button', { name: 'View as table' }).first().click();
      expect(toTable).toBeDefined();
    }
    await page.getByRole('table', { name: 'Which way it went' }).waitFor();
    await page.getByRole('table', { name: 'How fast it connects' }).waitFor();
  });

  it('asks the model about rooms that nobody can measure here', async () => {
    const { page, problems } = watched;
    await page.goto(`${service.url}/compare`);
    await page.getByRole('slider', { name: 'Participants' }).fill('31');
    await page.getByRole('table', { name: 'With 1,000 participants' }).waitFor();
    await page.getByText(/^With sound only, mixing takes less/).waitFor();
    await page.getByLabel('Chart shows').selectOption('price');
    await page.getByRole('img', { name: /^Price of an hour/ }).waitFor();
    await look(page, 'compare');
    expect(problems).toEqual([]);
  });

  async function openRooms(): Promise<readonly unknown[]> {
    const reply = await fetch(new URL('/api/rooms', service.url));
    return ((await reply.json()) as { rooms: readonly unknown[] }).rooms;
  }

  async function storedReport(id: string): Promise<Envelope> {
    const reply = await fetch(new URL(`/api/runs/${id}`, service.url));
    return envelopeSchema.parse(((await reply.json()) as { report: unknown }).report);
  }
});
