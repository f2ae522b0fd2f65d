/** The Room page over media servers: two tabs through the embedded SFU, then in the same room through Janus. */
import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
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

    /** Connections that brought a picture, or sound where only that is sent; each is named for good. */
    function decoded(page: Page): Promise<string[]> {
      return page.evaluate(
        `[...document.querySelectorAll('[data-rung="S6"], [data-rung="S7"]')].map((row) => row.dataset.attempt)`,
      );
    }

    /** Every tab decodes what comes to it, over connections that are not among the former ones. */
    async function seeEachOther(former: readonly string[] = []): Promise<void> {
      for (const { page } of tabs) {
        const now = async (): Promise<boolean> => {
          const ids = await decoded(page);
          return ids.length > 0 && ids.every((id) => !former.includes(id));
        };
        await expect.poll(now, { timeout: 15_000 }).toBe(true);
      }
      expect(tabs.flatMap(({ problems }) => problems)).toEqual([]);
    }

    /** “Who sees whom” in both tabs: every directed link with its rung and its way, one row for each sender. */
    async function matrixShowsAll(rows: (other: string) => readonly (readonly unknown[])[]): Promise<void> {
      for (const [index, { page }] of tabs.entries()) {
        const matrix = () =>
          page.evaluate(
            `[...document.querySelectorAll('#matrix tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))`,
          );
        // The other tab tells of its own every two seconds.
        const wanted = rows(`Tab ${1 - index}`);
        await expect.poll(matrix, { timeout: 15_000 }).toEqual(wanted);
      }
    }

    const seen = expect.stringMatching(/^S[67] (host|srflx|prflx) ↔ (host|srflx|prflx)$/);
    const bothWays = (other: string) => [
      ['you', '–', seen],
      [other, seen, '–'],
    ];

    /** One tab moves the room, both follow. */
    async function move(label: string): Promise<void> {
      const former = (await Promise.all(tabs.map(({ page }) => decoded(page)))).flat();
      await tabs[0]?.page.selectOption('#path', { label });
      await seeEachOther(former);
      for (const { page } of tabs) {
        expect(await page.locator('#path option:checked').textContent()).toBe(label);
      }
    }

    it('both tabs decode each other through the embedded SFU, as each link in the matrix says', async () => {
      await seeEachOther();
      await matrixShowsAll(bothWays);
    });

    it.skipIf(janusObstacle !== null)(
      `and, moved during the call, through Janus (${janusObstacle ?? 'VideoRoom'})`,
      async () => {
        await move('Media server (SFU, janus)');
        expect(janus?.log()).toContain('Creating ICE agent');
        await matrixShowsAll(bothWays);
      },
    );

    it.skipIf(janusObstacle !== null)(
      'hear each other through its audio mixer, without a picture',
      async () => {
        await move('Audio MCU (mixer, janus)');
        // One mix for each, from the mixer.
        await matrixShowsAll(() => [[expect.any(String), seen, seen]]);
        for (const { page } of tabs) {
          const row = page.locator('[data-from="mcu"]');
          expect(await row.textContent()).toMatch(/^(sound decoded \(S6\)|stable for 5 s \(S7\))$/);
          expect(await page.evaluate(`document.querySelector('video[data-member="mcu"]').videoWidth`)).toBe(
            0,
          );
        }
      },
    );

    it('and go back to the embedded SFU, with a picture again', async () => {
      await move('Media server (SFU, embedded)');
      for (const { page } of tabs) expect(await page.locator('[data-from="mcu"]').count()).toBe(0);
    });
  },
);
