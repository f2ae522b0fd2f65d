/** The real service and a real browser, for the dashboard’s tests. Closes everything, also when a test dies. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { quietSwitches } from '../../scenarios/io/participants/chromium.ts';
import type { RunningService } from '../../service/server.ts';
import { postReport } from '../quiet-service.ts';
import { readFixture } from '../report-fixtures.ts';

export { postReport, startQuietService } from '../quiet-service.ts';
export { type FixtureName, fixtureNames, readFixture } from '../report-fixtures.ts';

const chromiumPath = '/usr/bin/chromium';
const built = fileURLToPath(new URL('../../dist/dashboard/index.html', import.meta.url));

/** Why the tests cannot run on this machine; null when they can. */
export const obstacle = existsSync(chromiumPath) ? null : `${chromiumPath} is missing (apt install chromium)`;

/** A day of browser checks: mostly good ones, the relay failing at the end, with an hour without any. */
export async function seedDay(service: RunningService, nowMs: number): Promise<void> {
  const good = readFixture('visit-good');
  const rejected = readFixture('visit-relay-401');
  for (let hour = 22; hour >= 1; hour -= 1) {
    if (hour === 9 || hour === 14) continue;
    const checks = 2 + ((hour * 7) % 4);
    for (let check = 0; check < checks; check += 1) {
      const at = new Date(nowMs - hour * 3_600_000 - check * 400_000).toISOString();
      const report = hour <= 3 || (hour + check) % 9 === 0 ? rejected : good;
      await postReport(service, { ...report, at });
    }
  }
}

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(built)) throw new Error('dist/dashboard is not built: run npm run build first');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [...quietSwitches, '--no-sandbox'],
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** Uncaught errors and console errors, as they came. */
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { page, problems, close: () => context.close() };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeResultSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), summary: z.string() })) }),
);

/** axe-core’s violations as sentences. Runs past the page’s own script policy, which stays in force. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => ({
      id, nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 160), summary: failureSummary ?? '' })),
    })))`);
  return axeResultSchema
    .parse(found)
    .flatMap(({ id, nodes }) => nodes.map(({ html, summary }) => `${id}: ${html} ${summary}`));
}
