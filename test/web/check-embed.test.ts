/** The check on another site: the examples of docs/check-embed.md, run as they stand there. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { axeInBothSchemes, checkObstacle, fetchVisit, launchCheckBrowser, shoot } from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });
const guide = readFileSync(fileURLToPath(new URL('../../docs/check-embed.md', import.meta.url)), 'utf8');

function example(language: string): string {
  const code = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(guide)?.[1];
  if (code === undefined) throw new Error(`docs/check-embed.md has no ${language} example`);
  return code;
}

describe.skipIf(obstacle !== null)(
  `the check on another site${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let browser: Browser;
    let service: RunningService;
    let sites: Server;
    /** Allowed, and not allowed. */
    let origins: readonly [string, string];

    beforeAll(async () => {
      const html = (body: string) =>
        `<!doctype html><html lang="en"><title>Help</title><main><h1>Help</h1>${body}</main>`;
      const at = (text: string) => text.replaceAll('https://check.example.org', service.url);
      sites = createServer((request, response) => {
        response.setHeader('content-type', 'text/html');
        const script = `<script type="module">${at(example('js'))}
        window.result = result;</script>`;
        response.end(html(request.url === '/element' ? at(example('html')) : script));
      });
      await new Promise<void>((resolve) => sites.listen(0, '127.0.0.1', resolve));
      const { port } = sites.address() as AddressInfo;
      origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
      [browser, service] = await Promise.all([
        launchCheckBrowser(),
        startQuietService({ check: { embedOrigins: [origins[0]] } }),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await service?.close();
      sites?.close();
      sites?.closeAllConnections();
    });

    it('<polynya-check> shows the page in the wanted language and hands the verdict out', async () => {
      const { page, problems, close } = await openPage(browser);
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.goto(`${origins[0]}/element`);
      const frame = page.locator('polynya-check').locator('iframe').contentFrame();
      await frame.getByRole('button', { name: '점검 시작' }).click();
      await expect
        .poll(() => said.find((line) => line.startsWith('good direct')), { timeout: 20_000 })
        .toBeTruthy();
      await frame.locator('#report-id').waitFor();
      const heights = await page.evaluate<[number, number]>(
        `(() => { const frame = document.querySelector('polynya-check').shadowRoot.querySelector('iframe');
        return [frame.clientHeight, document.documentElement.scrollWidth - document.documentElement.clientWidth]; })()`,
      );
      // As high as what it shows: no second scroll bar.
      expect(heights[0]).toBeGreaterThan(600);
      expect(heights[1]).toBe(0);
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'embedded');
      expect(problems).toEqual([]);
      await close();
    });

    it('runCheck() gives the verdict, the causes and the number of the stored report', async () => {
      const { page, problems, close } = await openPage(browser);
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      await page.goto(`${origins[0]}/headless`);
      await page.waitForFunction('window.result !== undefined', undefined, { timeout: 20_000 });
      const result = await page.evaluate<{
        status: string;
        code: string;
        causes: { id: string }[];
        reportId: string;
      }>('window.result');
      expect(result).toMatchObject({ status: 'good', code: 'direct' });
      expect(result.causes.map(({ id }) => id)).toContain('no-relay');
      expect(said).toContainEqual(expect.stringMatching(/^Connect directly ok connected/));
      const report = await fetchVisit(service.url, result.reportId);
      expect(report.body.headline.code).toBe('direct');
      expect(problems).toEqual([]);
      await close();
    });

    it('a site that is not on the list may not show it', async () => {
      const { page, problems, close } = await openPage(browser);
      await page.goto(`${origins[1]}/element`);
      await expect.poll(() => problems.join('\n')).toMatch(/frame-ancestors/);
      const frame = page.locator('polynya-check').locator('iframe').contentFrame();
      expect(await frame.locator('#start').count()).toBe(0);
      await close();
    });
  },
);
