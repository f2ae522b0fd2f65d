/** The Check page in Korean, with the keyboard alone, on a narrow screen, and with its additional tests. */
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import {
  axeInBothSchemes,
  checkObstacle,
  fetchVisit,
  launchCheckBrowser,
  overflow,
  shoot,
  waitForReport,
} from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });

/** A name that does not exist: a cause with a text for the operator, and a grid with a failure. */
const deadRelay = {
  label: 'dead',
  urls: ['turn:no-such-host.invalid:3478?transport=udp', 'turns:no-such-host.invalid:5349?transport=tcp'],
  auth: 'password',
  username: 'visitor',
  credential: 'secret-of-visitor',
};

describe.skipIf(obstacle !== null)(
  `Check page, its visitors${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let browser: Browser;
    let service: RunningService;

    beforeAll(async () => {
      const args = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
      [browser, service] = await Promise.all([
        launchCheckBrowser({ args }),
        startQuietService({ servers: [deadRelay] }),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await service?.close();
    });

    it('speaks Korean to whoever reads Korean, and reports in English', async () => {
      const { page, problems, close } = await openPage(browser, { locale: 'ko-KR' });
      const bytes = new Map<string, number>();
      page.on('response', (response) => {
        if (!response.url().includes('/api/')) {
          void response.body().then((body) => bytes.set(response.url(), gzipSync(body).length));
        }
      });
      await page.goto(`${service.url}/check`);
      await page.getByRole('button', { name: '점검 시작' }).click();
      const id = await waitForReport(page);
      expect(await page.locator('html').getAttribute('lang')).toBe('ko');
      expect(await page.locator('#verdict').textContent()).toContain('서버 이름이 존재하지 않습니다');
      expect(await page.locator('#it-text').textContent()).toContain('no-such-host.invalid UDP 3478');
      expect(await page.locator('#grid').textContent()).toContain('실패');
      // English that stays: names of standards, products and addresses.
      const english = (await page.locator('main').innerText()).match(/\b(the|and|not|was|with|from)\b/g);
      expect(english).toBeNull();
      await page.getByText('기술 정보').click();
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'korean');
      const report = await fetchVisit(service.url, id);
      expect(report.body.headline.sentence).toContain('The name of a server does not exist');
      expect(report.body.causes?.[0]).toEqual({ id: 'server-name', urls: deadRelay.urls });
      expect(report.body.relays?.map(({ transport, outcome }) => [transport, outcome])).toEqual([
        ['udp', 'failed'],
        ['tls', 'failed'],
      ]);
      const total = [...bytes.values()].reduce((sum, each) => sum + each, 0);
      console.info(`Check page in Korean, with everything: ${total} bytes gzip in ${bytes.size} files`);
      expect(total).toBeLessThanOrEqual(60_000);
      expect(problems).toEqual([]);
      await close();
    });

    it('is used with the keyboard alone on 320 CSS pixels, and says one thing for each step', async () => {
      const viewport = { width: 320, height: 640 };
      const { page, close } = await openPage(browser, { reducedMotion: 'reduce', viewport });
      await page.goto(`${service.url}/check`);
      await watchStatus(page);
      const widths = [await overflow(page)];
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('start');
      await page.keyboard.press('Enter');
      await page.locator('[data-status=running]').first().waitFor();
      expect(
        await page.evaluate("getComputedStyle(document.querySelector('.icon-running')).animationName"),
      ).toBe('none');
      widths.push(await overflow(page));
      await waitForReport(page);
      widths.push(await overflow(page));
      // No relay is out of sight.
      const frame = page.locator('#grid .table-frame');
      expect(await frame.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      // Six steps and the verdict.
      const said = await page.evaluate<string[]>('window.said');
      expect(said).toHaveLength(7);
      expect(said.at(-1)).toMatch(/^Works with limits\./);
      // Every control can be reached: in the order in which it stands on the page.
      const reached: string[] = [];
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate<string>('document.activeElement.id || document.activeElement.className'),
        );
      }
      const wanted = [
        'copy',
        'download',
        'it-text',
        'copy-it',
        'table-frame',
        'start-quality',
        'start-devices',
      ];
      expect(reached.filter((name) => wanted.includes(name))).toEqual(wanted);
      await page.locator('summary').last().press('Enter');
      await page.locator('#details .attempt').first().waitFor();
      expect([...widths, await overflow(page)]).toEqual([0, 0, 0, 0]);
      await close();
    });

    it('measures the quality of the path, and tries microphone and camera', async () => {
      const { page, problems, close } = await openPage(browser);
      await page.goto(`${service.url}/check?auto=1`);
      await waitForReport(page);
      await page.getByRole('button', { name: /Measure the call quality/ }).click();
      const quality = page.locator('#more-quality p');
      await quality.waitFor({ timeout: 20_000 });
      expect(await quality.textContent()).toMatch(
        /Over the direct path\. .* there and back, jitter .*Mbit\/s each way/,
      );
      await page.getByRole('button', { name: 'Try microphone and camera' }).click();
      const devices = page.locator('#more-devices p');
      await expect.poll(() => devices.count(), { timeout: 15_000 }).toBe(2);
      // Chromium’s make-believe devices: a beep every second, and a picture of 640 × 480.
      expect(await devices.nth(0).textContent()).toMatch(/^Microphone \(Fake.*something can be heard/);
      expect(await devices.nth(1).textContent()).toMatch(/^Camera \(fake.*640 × 480/);
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'more');
      expect(problems).toEqual([]);
      await close();
    });

    it('finds the way back when the connection breaks off, and says how long that took', async () => {
      const first = await startQuietService();
      const { port } = new URL(first.url);
      const { page, close } = await openPage(browser);
      await page.goto(`${first.url}/check?auto=1`);
      await waitForReport(page);
      await page.getByRole('button', { name: 'Try what happens when the network changes' }).click();
      await page.locator('#more-reconnect', { hasText: 'Now switch the network' }).waitFor();
      // To the page this is what a change of network is: nothing comes back, then everything has to be built anew.
      await first.close();
      const second = await startQuietService({ port: Number(port) });
      const said = page.locator('#more-reconnect p');
      await said.waitFor({ timeout: 30_000 });
      expect(await said.textContent()).toMatch(/^Calls can go on [\d.]+ m?s after the change\.$/);
      await close();
      await second.close();
    });
  },
);

/** Notes what a screen reader would be told. */
async function watchStatus(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.said = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) window.said.push(node.textContent);
    }).observe(document.getElementById('status'), { childList: true });
  })()`);
}
