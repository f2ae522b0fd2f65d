/** The Simulate page: a question by sliders and by address, its answer out of a worker, pictures with their tables. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulationReportSchema } from '../../contract/simulation-report.ts';
import type { RunningService } from '../../service/server.ts';
import { simulatePopulation } from '../../simulate/simulate-population.ts';
import { launchBrowser, obstacle, openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';
import { look } from './look.ts';

describe.skipIf(obstacle !== null)(`Simulate page${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;
  beforeAll(async () => {
    browser = await launchBrowser();
    service = await startQuietService({ stun: { enabled: false } });
    watched = await openPage(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  const answer = (sentence: RegExp) =>
    watched.page.getByRole('status').filter({ hasText: sentence }).waitFor();

  it('answers the question of its address, and another one when a slider is moved', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/simulate?preset=nats-2005`);
    await answer(/nats-2005: 67\.2 % of pairs connect directly/);
    await page.getByRole('slider', { name: 'not-punchable' }).fill('0');
    await answer(/nats-2005: 100 % of pairs connect directly .*, all connect/);
    expect(new URL(page.url()).searchParams.get('mix')).toBe('82,0');
    await page.getByRole('button', { name: 'As in the preset' }).click();
    await answer(/67\.2 % of pairs/);
    expect(new URL(page.url()).search).toBe('?preset=nats-2005');
  });

  it('hands the answer out as a report that the command gives too', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/simulate?preset=corporate&size=4&paths=direct,relay-udp`);
    await answer(/corporate: .* do not connect\./);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Answer as JSON' }).click(),
    ]);
    const report = simulationReportSchema.parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
    const { population, rooms, seed } = report.body;
    expect(population.rooms.sizes).toEqual({ 4: 1 });
    const again = simulatePopulation(population, { rooms, seed }, new Date(report.at));
    expect(again.body.roomOutcomes).toEqual(report.body.roomOutcomes);
  });

  it('shows rooms up to a thousand, and the numbers of every picture as a table', async () => {
    const { page, problems } = watched;
    await page.goto(`${service.url}/simulate?upTo=1000`);
    await page.getByRole('img', { name: /^With 1,000 participants nobody is missing in 100 %/ }).waitFor();
    await page.getByRole('img', { name: /^An hour with 1,000 participants: SFU/ }).waitFor();
    await look(page, 'simulate');
    for (let left = 3; left > 0; left -= 1)
      await page.getByRole('button', { name: 'View as table' }).first().click();
    for (const name of ['How they connect', 'Rooms of every size', 'What an hour of a room costs'])
      await page.getByRole('table', { name }).waitFor();
    expect(problems).toEqual([]);
  });
});
