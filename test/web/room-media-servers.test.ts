/** The Room page over media servers: two tabs through the embedded SFU, then through Janus. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from '../../rooms/io/room-api.ts';
import { type Janus, startJanus } from '../../scenarios/io/janus.ts';
import type { RunningService } from '../../service/server.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle, hasOutsideAddress, launchCheckBrowser } from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

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

    beforeAll(async () => {
      buildSfuProcess();
      browser = await launchCheckBrowser({ args: ['--autoplay-policy=no-user-gesture-required'] });
      if (janusObstacle === null) janus = await startJanus();
      const sfu = janus === null ? {} : { janus: { url: janus.url, secret: janus.apiSecret } };
      service = await startQuietService({ sfu });
    });
    afterAll(async () => {
      await browser?.close();
      await service?.close();
      await janus?.stop();
    });

    /** Two tabs join a room of their own, and each decodes the other. */
    async function seeEachOther(server: string): Promise<void> {
      const path = { kind: 'sfu', server } as const;
      const { room, joinToken } = await createRoom(service.url, { name: 'Two tabs', path });
      const tabs = await Promise.all([openPage(browser), openPage(browser)]);
      for (const [index, { page }] of tabs.entries()) {
        await page.goto(`${service.url}/room/${room.id}#${joinToken}`);
        await page.fill('#name', `Tab ${index}`);
        await page.click('#join button');
      }
      for (const { page } of tabs) {
        await page.locator('[data-rung="S6"], [data-rung="S7"]').first().waitFor();
      }
      expect(tabs.flatMap(({ problems }) => problems)).toEqual([]);
      for (const { close } of tabs) await close();
    }

    it('both tabs decode each other through the embedded SFU', () => seeEachOther('embedded'));

    it.skipIf(janusObstacle !== null)(`and through Janus (${janusObstacle ?? 'VideoRoom'})`, async () => {
      await seeEachOther('janus');
      expect(janus?.log()).toContain('Creating ICE agent');
    });
  },
);
