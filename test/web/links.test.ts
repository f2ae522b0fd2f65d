/** A link from its making to the report behind its code: operator and visitor in two browsers’ worth of contexts. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCode } from '../../contract/report-code.ts';
import type { RunningService } from '../../service/server.ts';
import { axeInBothSchemes, launchCheckBrowser, overflow, shoot, waitForReport } from './check-stage.ts';
import { obstacle, openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';
import { look } from './look.ts';

describe.skipIf(obstacle !== null)(`links in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let operator: WatchedPage;
  let visitor: WatchedPage;

  beforeAll(async () => {
    browser = await launchCheckBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    service = await startQuietService({
      servers: [{ label: 'Company', urls: ['stun:127.0.0.1:1'], enabled: false }],
    });
    operator = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    visitor = await openPage(browser);
  });
  afterEach(async () => {
    await visitor?.close();
    await operator?.close();
    await service?.close();
  });

  async function makeLink(page: Page): Promise<string> {
    await page.goto(new URL('/links', service.url).href);
    await page.getByRole('button', { name: 'Make a link' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('For whom or what').fill('Ticket 4711');
    await form.getByLabel('Consent text').fill('We keep your report for a week.');
    await form.getByLabel('Contact').fill('+49 30 1234');
    await form.getByRole('button', { name: 'Make link' }).click();
    const address = await page.getByRole('textbox', { name: 'Send this link' }).inputValue();
    expect(address).toMatch(/\/t\/[\w-]{22}$/);
    return address;
  }

  it('leads a visitor from consent to a code, and the operator from the code to the report', async () => {
    const { page } = operator;
    const address = await makeLink(page);
    await look(page, 'link-made');
    await page.getByRole('button', { name: 'Close' }).last().click();

    const sent: string[] = [];
    visitor.page.on('request', (request) => {
      if (request.method() === 'POST')
        sent.push(new URL(request.url()).pathname.replace(/\/t\/[^/]+/, '/t/…'));
    });
    // By a link nothing starts by itself, not even when the address says so.
    await visitor.page.goto(`${address}?auto=1`);
    const agree = visitor.page.getByRole('button', { name: 'Agree and start the check' });
    await agree.waitFor();
    await visitor.page.getByText('We keep your report for a week.').waitFor();
    await visitor.page.getByText('+49 30 1234').waitFor();
    const remember = visitor.page.getByRole('checkbox', { name: /Recognise this browser/ });
    expect(await remember.isChecked()).toBe(false);
    expect(await axeInBothSchemes(visitor.page)).toEqual([]);
    await shoot(visitor.page, 'link-consent');
    await visitor.page.setViewportSize({ width: 320, height: 700 });
    expect(await overflow(visitor.page)).toBe(0);
    expect(sent).toEqual([]);
    expect(await visitor.page.evaluate('localStorage.length')).toBe(0);

    await remember.check();
    await agree.click();
    // The operator sees it come, step by step, before there is a report.
    const under = page.getByRole('region', { name: 'Checks under way' });
    await under.getByText('By the link for Ticket 4711').waitFor();
    const id = await waitForReport(visitor.page);
    const code = (await visitor.page.locator('#report-code').textContent()) ?? '';
    expect(readCode(code)).not.toBeNull();
    await shoot(visitor.page, 'link-code');
    expect(sent.filter((path) => path === '/api/reports')).toHaveLength(1);
    expect(sent.filter((path) => path === '/api/t/…/progress').length).toBeGreaterThan(8);
    expect(await visitor.page.evaluate('localStorage.length')).toBe(1);

    await under.getByRole('link', { name: 'Open the report' }).waitFor();
    await under.getByText('Verdict: ').waitFor();
    await page.getByRole('link', { name: '1 by the link for Ticket 4711' }).waitFor();
    await look(page, 'links');
    await page.getByLabel('Code of the report').fill('K7M-4Q');
    await page.getByRole('button', { name: 'Open report' }).click();
    await page.getByText('A code has 6 signs').waitFor();
    await page.getByLabel('Code of the report').fill(code.toLowerCase().replace('-', ' '));
    await page.getByRole('button', { name: 'Open report' }).click();
    await page.waitForURL(`**/runs/${id}`);
    await page.getByRole('region', { name: 'Verdict' }).getByText(`Code ${code}`).waitFor();

    await page.goto(new URL('/links', service.url).href);
    await page.getByRole('link', { name: '1 by the link for Ticket 4711' }).click();
    await page.getByText('1–1 of 1 reports').waitFor();
    await page.getByRole('button', { name: /Link: Ticket 4711/ }).click();
    expect(new URL(page.url()).search).toBe('');

    // What was sent can be taken back.
    await visitor.page.getByRole('button', { name: 'Delete my report' }).click();
    await visitor.page.getByRole('button', { name: 'Keep it' }).click();
    await visitor.page.getByRole('button', { name: 'Delete my report' }).click();
    expect(await axeInBothSchemes(visitor.page)).toEqual([]);
    await visitor.page.getByRole('button', { name: 'Delete it' }).click();
    await visitor.page.locator('#sending').getByText('Your report was deleted.').waitFor();
    expect((await fetch(new URL(`/api/runs/${id}`, service.url))).status).toBe(404);
    expect([...operator.problems, ...visitor.problems]).toEqual([]);
  });

  it('says why a link does not work, and sends nothing', async () => {
    const { page } = operator;
    const address = await makeLink(page);
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Withdraw the link for Ticket 4711' }).click();
    await page.getByRole('button', { name: 'Withdraw link' }).click();
    await page.getByRole('cell').getByText('Withdrawn').waitFor();

    const posts: string[] = [];
    visitor.page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    for (const [url, status, code, name] of [
      [address, 410, 'link-revoked', 'link-closed'],
      [address.replace(/.{22}$/, 'A'.repeat(22)), 404, 'link-unknown', null],
      [`${service.url}/t/%3Cscript%3E?auto=1`, 404, 'link-unknown', null],
    ] as const) {
      expect((await visitor.page.goto(url))?.status()).toBe(status);
      const card = visitor.page.getByRole('alert');
      await card.getByRole('heading', { name: 'This link does not work' }).waitFor();
      expect(await card.getAttribute('data-code')).toBe(code);
      expect(await visitor.page.getByRole('button').count()).toBe(0);
      expect(await axeInBothSchemes(visitor.page)).toEqual([]);
      if (name !== null) await shoot(visitor.page, name);
    }
    expect(posts).toEqual([]);

    await visitor.page.route('**/api/t/**', (route) => route.abort());
    await visitor.page.goto(address);
    await visitor.page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await visitor.page.getByRole('alert').getAttribute('data-code')).toBe('service-unreachable');
  });

  it('speaks Korean where the browser does', async () => {
    const address = await makeLink(operator.page);
    const korean = await openPage(browser, { locale: 'ko-KR' });
    try {
      await korean.page.goto(address);
      await korean.page.getByRole('button', { name: '동의하고 검사 시작' }).waitFor();
      await korean.page.getByText('문의: +49 30 1234').waitFor();
    } finally {
      await korean.close();
    }
  });
});
