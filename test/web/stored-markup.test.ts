/** Stored cross-site scripting: every text of every kind of report is markup that runs if anything runs. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Envelope, envelopeKinds, parseEnvelope } from '../../contract/envelope.ts';
import type { RunningService } from '../../service/server.ts';
import { sampleRoomReport } from '../unit/compare/sample-comparison.ts';
import { sampleLoad } from '../unit/sample-load.ts';
import {
  launchBrowser,
  obstacle,
  openPage,
  postReport,
  startQuietService,
  type WatchedPage,
} from './dashboard-stage.ts';
import { poisoned } from './poisoned-report.ts';

const folder = new URL('./fixtures/', import.meta.url);
const samples: Envelope[] = [
  ...readdirSync(folder).map((name) => {
    const parsed = parseEnvelope(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    if (!parsed.ok) throw new Error(`${name}: ${parsed.failure.message}`);
    return parsed.envelope;
  }),
  sampleRoomReport('a', []),
  sampleLoad({ limits: [8_000], failures: { 'turn-486': 12 } }),
];
/** The first of each kind. */
const reports = envelopeKinds.map((kind) => samples.find((report) => report.kind === kind));

describe.skipIf(obstacle !== null)(`stored markup${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;
  let page: Page;
  beforeAll(async () => {
    [browser, service] = await Promise.all([launchBrowser(), startQuietService()]);
    watched = await openPage(browser);
    page = watched.page;
  });
  afterAll(async () => {
    await watched?.close();
    await browser?.close();
    await service?.close();
  });

  const planted = (): Promise<unknown> =>
    page.evaluate(`[
      window.ran ?? 'did not run',
      document.querySelectorAll('[data-planted], main script').length,
      document.querySelectorAll('[href^="javascript:" i], [src^="javascript:" i], [action^="javascript:" i]').length,
    ]`);

  it.each(envelopeKinds)('in a %s is shown as text', async (kind) => {
    const sample = reports[envelopeKinds.indexOf(kind)];
    if (sample === undefined) throw new Error(`there is no sample of a ${kind}`);
    const { report, places } = poisoned(sample);
    expect(places.length, kind).toBeGreaterThan(3);
    const id = await postReport(service, report);
    await page.goto(new URL(`/runs/${id}`, service.url).href);
    await page.getByRole('main').getByText('data-planted').first().waitFor();
    await page.getByRole('main').getByRole('heading').first().waitFor();
    expect(await planted()).toEqual(['did not run', 0, 0]);
    expect(watched.problems.splice(0)).toEqual([]);
  });

  it('in the lists is shown as text', async () => {
    for (const path of ['/runs', '/', '/statistics', '/lab', '/compare', '/load']) {
      await page.goto(new URL(path, service.url).href);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect([path, await planted()]).toEqual([path, ['did not run', 0, 0]]);
      expect(watched.problems.splice(0)).toEqual([]);
    }
  });

  it('would not run even if it became markup', async () => {
    await page.goto(new URL('/runs', service.url).href);
    await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = 1';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="/no-such-picture" onerror="window.ran = 1">');
      return document.body.lastElementChild.decode().catch(() => null);
    })()`);
    expect(await page.evaluate("window.ran ?? 'did not run'")).toBe('did not run');
    expect(watched.problems.join('\n')).toMatch(/Content Security Policy/);
  });
});
