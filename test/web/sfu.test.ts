/** Three Chromium pages through the embedded SFU: everybody decodes everybody. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaServerSay } from '../../service/rooms/media-server.ts';
import { openEmbeddedSfu } from '../../service/sfu/embedded.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle } from './check-stage.ts';
import { startQuietService } from './dashboard-stage.ts';
import { launchMediaBrowser, MediaPage } from './sfu-page.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)(
  `embedded SFU with Chromium${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      buildSfuProcess();
      browser = await launchMediaBrowser();
    });
    afterAll(() => browser?.close());

    it('every one of three pages decodes picture and sound of the two others', async () => {
      const ids = ['a', 'b', 'c'];
      const pages = new Map<string, MediaPage>();
      const lost: string[] = [];
      const sfu = openEmbeddedSfu(
        { place: { bindAddress: '127.0.0.1', clientIsLocal: true, announce: [] }, refuses: () => false },
        {
          room: 'three',
          path: { kind: 'sfu', server: 'embedded' },
          size: 3,
          send: (say) => void obey(say),
          onLost: (reason) => lost.push(reason),
        },
      );
      async function obey(say: MediaServerSay): Promise<void> {
        const page = pages.get(say.to);
        if (say.type === 'offer') await page?.answer(say.link, say.sdp);
        else if (say.type === 'candidate' && say.candidate !== null) {
          await page?.addCandidate(say.link, say.candidate.candidate, say.candidate.sdpMid ?? '');
        }
      }
      try {
        for (const [order, id] of ids.entries()) {
          const page = await MediaPage.open(browser, (say) => {
            const { link } = say;
            const common = { seq: 1, from: id, link, epoch: 0 };
            if (say.type === 'answer') sfu.receive({ type: 'answer', ...common, sdp: say.sdp });
            else if (say.type === 'candidate') {
              const { candidate, sdpMid } = say;
              sfu.receive({ type: 'candidate', ...common, candidate: { candidate, sdpMid } });
            }
          });
          pages.set(id, page);
          sfu.receive({
            type: 'joined',
            seq: 1,
            peer: { id, name: id, kind: 'browser', order, present: true, epoch: 0 },
          });
        }
        const links = ids.flatMap((viewer) =>
          ids.filter((id) => id !== viewer).map((id) => [viewer, id] as const),
        );
        expect(links).toHaveLength(6);
        for (const [viewer, publisher] of links) {
          const figures = await pages
            .get(viewer)
            ?.until(
              `down.${publisher}`,
              ({ framesDecoded, audioEnergy }) => framesDecoded >= 30 && audioEnergy > 0,
            );
          expect(figures?.packetsLost, `${viewer} of ${publisher}`).toBe(0);
        }
        const report = await sfu.process.report();
        for (const publication of report?.publications ?? []) {
          expect(publication).toMatchObject({ viewers: 2, media: { video: { lost: 0, dropped: 0 } } });
          expect(publication.media.audio.packetsOut).toBeGreaterThan(publication.media.audio.packetsIn);
        }
        expect(report?.publications).toHaveLength(3);
        expect([...pages.values()].flatMap(({ problems }) => problems)).toEqual([]);
        expect(lost).toEqual([]);
      } finally {
        await Promise.all([...pages.values()].map(({ page }) => page.context().close()));
        await sfu.process.close();
      }
    });

    it('WHIP and WHEP: one page publishes with one request, another views with one', async () => {
      const service = await startQuietService({ stun: { enabled: false } });
      const open = () => MediaPage.open(browser, () => undefined);
      const [publisher, viewer] = [await open(), await open()];
      const post = async (path: string, sdp: string): Promise<string> => {
        const headers = { 'content-type': 'application/sdp' };
        const reply = await fetch(new URL(path, service.url), { method: 'POST', headers, body: sdp });
        expect(reply.status).toBe(201);
        return reply.text();
      };
      try {
        const sent = await publisher.offer('whip', 'sendonly', ['audio', 'video'], true);
        await publisher.accept('whip', await post('/whip/camera', sent));
        const wanted = await viewer.offer('whep', 'recvonly', ['audio', 'video'], true);
        await viewer.accept('whep', await post('/whep/camera', wanted));
        await viewer.until(
          'whep',
          ({ framesDecoded, audioEnergy }) => framesDecoded >= 15 && audioEnergy > 0,
        );
        expect([...publisher.problems, ...viewer.problems]).toEqual([]);
      } finally {
        await Promise.all([publisher, viewer].map(({ page }) => page.context().close()));
        await service.close();
      }
    });
  },
);
