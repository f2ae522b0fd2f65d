/** The Room page over media servers: two tabs through the embedded SFU, then through Janus. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../rooms/io/room-api.ts';
import { type Janus, startJanus } from '../../scenarios/io/janus.ts';
import type { RunningService } from '../../service/server.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle, hasOutsideAddress, launchCheckBrowser } from './check-stage.ts';
import { openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);
const janusObstacle =
  existsSync('/usr/bin/janus') && hasOutsideAddress() ? null : 'no janus, or only loopback';

describe.skipIf(obstacle !== null)(
  `Room page over media servers${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let browser: Browser;
    let janus: Janus | null = null;
    let service: RunningService;
    let tabs: WatchedPage[] = [];

    beforeAll(async () => {
      buildSfuProcess();
      browser = await launchCheckBrowser({ args: ['--autoplay-policy=no-user-gesture-required'] });
      if (janusObstacle === null) janus = await startJanus();
      const sfu = janus === null ? {} : { janus: { url: janus.url, secret: janus.apiSecret } };
      service = await startQuietService({ sfu });
      tabs = await Promise.all([openPage(browser), openPage(browser)]);
      const path = { kind: 'sfu', server: 'embedded' } as const;
      const { room, joinToken } = await createRoom(service.url, { name: 'Two tabs', path });
      for (const [index, { page }] of tabs.entries()) {
        await page.goto(`${service.url}/room/${room.id}#${joinToken}`);
        await page.fill('#name', `Tab ${index}`);
        await page.click('#join button');
      }
    });
    afterAll(async () => {
      await browser?.close();
      await service?.close();
      await janus?.stop();
    });

    async function seeEachOther(): Promise<void> {
      for (const { page } of tabs) {
        await page.locator('[data-rung="S6"], [data-rung="S7"]').first().waitFor();
      }
      expect(tabs.flatMap(({ problems }) => problems)).toEqual([]);
    }

    /** Returns once what was seen over the old path has left both pages; the new path may be there within a moment. */
    async function change(label: string): Promise<void> {
      const [first] = tabs;
      if (first === undefined) throw new Error('no tab');
      for (const { page } of tabs) {
        await page.evaluate(`new MutationObserver((_changes, observer) => {
          if (document.querySelector('[data-rung="S6"], [data-rung="S7"]') !== null) return;
          observer.disconnect();
          document.body.dataset.oldPath = 'gone';
        }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
      }
      await first.page.selectOption('#path', { label });
      for (const { page } of tabs) await page.locator('body[data-old-path="gone"]').waitFor();
    }

    it('both tabs decode each other through the embedded SFU', () => seeEachOther());

    it.skipIf(janusObstacle !== null)(`and through Janus (${janusObstacle ?? 'VideoRoom'})`, async () => {
      await change('Media server (SFU, janus)');
      await seeEachOther();
      expect(janus?.log()).toContain('Creating ICE agent');
    });
  },
);
