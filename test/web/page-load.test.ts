/** Pages whose modules do not arrive: they come up all the same, or say that they did not. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { axeInBothSchemes, launchCheckBrowser, shoot } from './check-stage.ts';
import { obstacle, openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';

describe.skipIf(obstacle !== null)(`page load${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [browser, service] = await Promise.all([launchCheckBrowser(), startQuietService()]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });
  beforeEach(async () => {
    watched = await openPage(browser);
    page = watched.page;
  });
  afterEach(() => watched?.close());

  /** Breaks off the first `times` requests for such a file, as a change of network does. */
  async function breakOff(file: RegExp, times: number): Promise<() => number> {
    let broken = 0;
    await page.route(file, (route) => {
      if (broken >= times) return route.continue();
      broken += 1;
      return route.abort('internetdisconnected');
    });
    return () => broken;
  }

  const open = (path: string) => page.goto(new URL(path, service.url).href);
  const unloaded = () => page.getByRole('alert').filter({ hasText: 'did not load completely' });

  it('loads once more by itself when its entry did not arrive', async () => {
    const broken = await breakOff(/\/assets\/check-/, 1);
    await open('/check');
    await page.getByRole('button', { name: 'Start the check' }).waitFor();
    expect(broken()).toBe(1);
    expect(await unloaded().count()).toBe(0);
  });

  it.each([
    ['/check', /\/assets\/check-/],
    ['/room', /\/assets\/room-/],
    ['/status', /\/assets\/status-/],
    ['/', /\/assets\/index-/],
  ])('says at %s which part did not arrive, and loads it again when asked', async (path, entry) => {
    await breakOff(entry, Number.POSITIVE_INFINITY);
    await open(path);
    await unloaded().waitFor();
    expect(await unloaded().locator('code').textContent()).toMatch(entry);
    if (path === '/check') {
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'unloaded');
    }
    await page.unroute(entry);
    await page.getByRole('link', { name: 'Load again' }).click();
    await page.locator('#unloaded').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  it('says so even when the script that looks after it did not arrive', async () => {
    await breakOff(/\/(assets\/check-.*|page-load)\.js/, Number.POSITIVE_INFINITY);
    await open('/check');
    expect(await unloaded().count()).toBe(0);
    // Twelve seconds later.
    await page.evaluate("document.getElementById('unloaded').getAnimations()[0].finish()");
    await unloaded().waitFor();
  });

  it('asks twice for the Korean words, then offers English and another try', async () => {
    await watched.close();
    watched = await openPage(browser, { locale: 'ko-KR' });
    page = watched.page;
    await breakOff(/\/assets\/ko-/, 1);
    await open('/check');
    await page.getByRole('button', { name: '점검 시작' }).waitFor();

    await page.unrouteAll();
    await breakOff(/\/assets\/ko-/, Number.POSITIVE_INFINITY);
    await open('/check');
    await page.getByRole('button', { name: 'Start the check' }).waitFor();
    expect(await axeInBothSchemes(page)).toEqual([]);
    await page.unrouteAll();
    await page.getByRole('link', { name: '다시 불러오기' }).click();
    await page.getByRole('button', { name: '점검 시작' }).waitFor();
  });

  it('keeps the verdict where the further tests do not load', async () => {
    await breakOff(/\/assets\/more-card-/, Number.POSITIVE_INFINITY);
    await open('/check?auto=1');
    await page.getByText('The further tests could not be loaded').waitFor({ timeout: 40_000 });
    expect(await page.locator('#verdict').getAttribute('data-status')).toBe('good');
  });
});
