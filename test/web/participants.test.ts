/** Room pages that join by themselves: in frames of another page, and in browsers that nobody drives. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ParticipantNews, participantFragment, usualMedia } from '../../contract/participant.ts';
import { roomReportSchema } from '../../contract/room-report.ts';
import { changePath, createRoom, joinRoom } from '../../rooms/io/room-api.ts';
import type { RunningService } from '../../service/server.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const timing = { warmUpSec: 0.1, holdSec: 0.5, limitSec: 30 };

describe.skipIf(obstacle !== null)(`Participants${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let service: RunningService;

  beforeAll(async () => {
    buildSfuProcess();
    browser = await launchCheckBrowser({ args: ['--autoplay-policy=no-user-gesture-required'] });
    service = await startQuietService();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  it('join in frames of one page, report over every path, and tell the page', async () => {
    const { room, joinToken } = await createRoom(service.url, { size: 3 });
    const { page, problems, close } = await openPage(browser);
    await page.goto(`${service.url}/room`);
    await page.evaluate('news = []; addEventListener("message", ({ data }) => news.push(data))');
    for (const name of ['p1', 'p2']) {
      const fragment = participantFragment(joinToken, { name, others: 1, media: usualMedia, ...timing });
      const src = `/room/${room.id}#${fragment}`;
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(src)} }))`,
      );
    }
    const told = async (count: number): Promise<ParticipantNews[]> => {
      await expect.poll(() => page.evaluate('news.length'), { timeout: 20_000 }).toBe(count);
      return page.evaluate('news');
    };
    const reportsOf = (news: readonly ParticipantNews[]) =>
      news.map(({ event }) => {
        if (event.type !== 'report') throw new Error(event.reason);
        // The page around the frames makes one report of theirs.
        expect(event.stored).toBeNull();
        return roomReportSchema.parse(event.report).body;
      });

    const direct = await told(2);
    expect(direct.map(({ name }) => name).sort()).toEqual(['p1', 'p2']);
    for (const { room: seenIn, attempts, traffic, everyoneSeenMs } of reportsOf(direct)) {
      expect(seenIn.path).toEqual({ kind: 'mesh' });
      expect(attempts).toMatchObject([{ path: 'mesh', rung: 'S6', succeeded: true }]);
      expect(everyoneSeenMs).toBeGreaterThan(0);
      expect(traffic).toMatchObject({ connections: 1, windowMs: expect.any(Number) });
      expect(traffic?.up.kbps).toBeGreaterThan(30);
      expect(traffic?.down.kbps).toBeGreaterThan(30);
      expect(traffic?.decodedFps).toBeGreaterThan(5);
    }

    // Somebody who only moves the room; nothing of its own comes.
    const mover = await joinRoom({ service: service.url, room: room.id, token: joinToken, kind: 'bot' });
    await changePath(mover, { kind: 'sfu', server: 'embedded' });
    const forwarded = reportsOf((await told(4)).slice(2));
    for (const { attempts, traffic } of forwarded) {
      expect(attempts).toMatchObject([{ path: 'sfu', succeeded: true }]);
      expect(traffic).toMatchObject({ connections: 2 });
    }
    // The same path once more is a new beginning too.
    await changePath(mover, { kind: 'sfu', server: 'embedded' });
    expect(reportsOf((await told(6)).slice(4))).toMatchObject([
      { attempts: [{ succeeded: true }] },
      { attempts: [{ succeeded: true }] },
    ]);
    expect(problems).toEqual([]);
    await close();
  });
});
