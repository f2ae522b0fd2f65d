/** The Load page and the reports on it: what a server carried, where the generator was the limit, and two loads compared. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { type SampleLoad, sampleLoad } from '../unit/sample-load.ts';
import {
  launchBrowser,
  obstacle,
  openPage,
  postReport,
  startQuietService,
  type WatchedPage,
} from './dashboard-stage.ts';
import { look } from './look.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe.skipIf(obstacle !== null)(`Load page${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;
  /** Of the first load. */
  let earlier: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    service = await startQuietService({ stun: { enabled: false } });
    watched = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  const region = (name: string) => watched.page.getByRole('region', { name, exact: true });
  const store = (sample: SampleLoad, minutes: number) =>
    postReport(service, sampleLoad({ ...sample, at: minutesAgo(minutes) }));

  it('lists loads, and leads to what the server carried, with a table for every picture', async () => {
    const { page } = watched;
    await page.goto(`${service.url}/load`);
    await page.getByText('No loads yet').waitFor();
    await page.getByText(/^polynya turn load .* --send http:/).waitFor();
    earlier = await store({ limits: [8_000, 9_000, 8_500, 8_000, 10_000], failures: { 'turn-486': 12 } }, 9);
    await page.getByRole('link', { name: /carries 7,451 packets\/s each way \(5 runs/ }).click();

    const throughput = region('Offered and carried');
    await throughput
      .getByRole('img', { name: /The limit lies between 7,451 and 11,642, 93 % sure/ })
      .waitFor();
    await region('Delay')
      .getByRole('img', { name: /^At 7,451 packets\/s each way half are back/ })
      .waitFor();
    await region('Loss by leg')
      .getByRole('img', { name: /on the way out, .* on the way back/ })
      .waitFor();
    await region('The generator itself').getByRole('img').waitFor();
    await region('What the server refused or broke').getByText('turn-486').waitFor();
    const delays = page.getByRole('table', { name: 'Where the delays lie' });
    expect(await delays.getByRole('row', { name: /^1,000 packets\/s each way/ }).textContent()).toMatch(
      /low/,
    );
    for (let left = 4; left > 0; left -= 1)
      await page.getByRole('button', { name: 'View as table' }).first().click();
    for (const name of ['Offered and carried', 'Delay', 'Loss by leg', 'The generator itself'])
      await page.getByRole('table', { name, exact: true }).waitFor();
  });

  it('compares with another load of the same server by the test of --baseline', async () => {
    const { page, problems } = watched;
    const other = await store(
      { limits: [8_000], profile: { axis: 'held', ladder: { from: 4_000, to: 8_000 } } },
      4,
    );
    const id = await store({ limits: [5_000, 5_500, 5_000, 6_000, 5_200] }, 2);
    await page.goto(`${service.url}/runs/${id}?with=${earlier}`);
    const against = region('Against another load');
    await against.getByText('Carries less').waitFor();
    await against
      .getByText(/^7,451 → 4,768 packets\/s each way; it carries less \(p = 0\.0079\)\.$/)
      .waitFor();
    await look(page, 'run-load');
    await against.getByRole('combobox', { name: 'Compare with' }).selectOption(other);
    await against.getByText(/^Not compared: they were not made in the same way: axis differs/).waitFor();
    expect(new URL(page.url()).searchParams.get('with')).toBe(other);
    expect(problems).toEqual([]);
  });

  it('says nothing about a server when the generator was the limit, and why', async () => {
    const { page, problems } = watched;
    const id = await store({ limits: [20_000], lateFrom: 3_000 }, 1);
    await page.goto(`${service.url}/runs/${id}`);
    await page
      .getByRole('heading', { name: /generator-limited: this machine could not make the load/ })
      .waitFor();
    const generator = region('The generator itself');
    await generator.getByText(/^1 % of what was due left more than 4\.2 ms after its time/).waitFor();
    await generator.getByRole('img').waitFor();
    const delays = page.getByRole('table', { name: 'Where the delays lie' });
    expect(await delays.getByRole('row').last().textContent()).toMatch(/^3,052 .*generator/);
    await look(page, 'run-load-limited');
    expect(problems).toEqual([]);
  });
});
