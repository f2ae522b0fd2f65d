/** Chromium pages through real Debian Janus: VideoRoom as SFU, AudioBridge as mixer. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Janus, startJanus } from '../../scenarios/io/janus.ts';
import type { MediaServer, MediaServerOptions, MediaServerSay } from '../../service/rooms/media-server.ts';
import { JanusMcu } from '../../service/sfu/janus/janus-mcu.ts';
import type { JanusMediaOptions } from '../../service/sfu/janus/janus-media.ts';
import { JanusSfu } from '../../service/sfu/janus/janus-sfu.ts';
import { checkObstacle, hasOutsideAddress } from './check-stage.ts';
import { launchMediaBrowser, MediaPage } from './sfu-page.ts';

function findObstacle(): string | null {
  if (!existsSync('/usr/bin/janus')) return 'janus is missing (apt install janus)';
  if (!hasOutsideAddress()) return 'this machine has no address beyond loopback, which Janus does not use';
  return checkObstacle({ coturn: false });
}
const obstacle = findObstacle();
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

type Kinds = readonly ('audio' | 'video')[];

describe.skipIf(obstacle !== null)(`Janus with Chromium${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let janus: Janus;
  const notes: string[] = [];

  beforeAll(async () => {
    [browser, janus] = await Promise.all([launchMediaBrowser(), startJanus()]);
  });
  afterAll(async () => {
    await browser?.close();
    await janus?.stop();
  });

  /** Pages in a room: an offer without media is the wish that the page offers its own. */
  async function openRoom(
    ids: readonly string[],
    kind: 'sfu' | 'mcu',
    kinds: Kinds,
    create: (options: JanusMediaOptions) => MediaServer,
  ) {
    const pages = new Map<string, MediaPage>();
    const lost: string[] = [];
    const path: MediaServerOptions['path'] = { kind, server: 'janus' };
    const server = create({
      address: { url: janus.url, secret: janus.apiSecret },
      room: 'r',
      path,
      size: 4,
      send: (say) => void obey(say),
      onLost: (reason) => lost.push(reason),
      onNote: (note) => notes.push(note),
    });
    const direction = kind === 'mcu' ? 'sendrecv' : 'sendonly';
    async function obey(say: MediaServerSay): Promise<void> {
      const page = pages.get(say.to);
      if (page === undefined) throw new Error(`nobody is ${say.to}`);
      if (say.type === 'offer') await page.answer(say.link, say.sdp);
      if (say.type === 'offer' && !say.sdp.includes('m=')) {
        const sdp = await page.offer(say.link, direction, kinds);
        server.receive({ type: 'offer', seq: 1, from: say.to, link: say.link, epoch: 0, sdp });
      }
      if (say.type === 'answer') await page.accept(say.link, say.sdp);
    }
    for (const [order, id] of ids.entries()) {
      const page = await MediaPage.open(browser, (say) => {
        const common = { seq: 1, from: id, link: say.link, epoch: 0 };
        if (say.type === 'answer') server.receive({ type: 'answer', ...common, sdp: say.sdp });
        else if (say.type === 'candidate') {
          const { candidate, sdpMid } = say;
          server.receive({ type: 'candidate', ...common, candidate: { candidate, sdpMid } });
        }
      });
      pages.set(id, page);
      server.receive({
        type: 'joined',
        seq: 1,
        peer: { id, name: id, kind: 'browser', order, present: true, epoch: 0 },
      });
    }
    const close = async () => {
      server.close();
      await Promise.all([...pages.values()].map(({ page }) => page.context().close()));
    };
    return { pages, lost, close };
  }

  it('VideoRoom: both pages decode picture and sound of the other', async () => {
    const { pages, lost, close } = await openRoom(
      ['a', 'b'],
      'sfu',
      ['audio', 'video'],
      (options) => new JanusSfu(options),
    );
    try {
      for (const [viewer, publisher] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        const figures = await pages
          .get(viewer)
          ?.until(
            `down.${publisher}`,
            ({ framesDecoded, audioEnergy }) => framesDecoded >= 15 && audioEnergy > 0,
          );
        expect(figures?.framesDecoded, viewer).toBeGreaterThanOrEqual(15);
      }
      expect({ lost, notes }).toEqual({ lost: [], notes: [] });
    } finally {
      await close();
    }
  });

  it('AudioBridge: a listener hears the mix of the others, and not itself', async () => {
    const { pages, lost, close } = await openRoom(
      ['a', 'b'],
      'mcu',
      ['audio'],
      (options) => new JanusMcu(options),
    );
    try {
      const [a, b] = [pages.get('a'), pages.get('b')];
      await a?.until('up', ({ audioEnergy }) => audioEnergy > 0.001);
      await b?.until('up', ({ audioEnergy }) => audioEnergy > 0.001);
      // Once b is silent there is nothing to hear for a, however loud a itself is.
      await b?.closeLink('up');
      await a?.untilSilent('up');
      expect(lost).toEqual([]);
    } finally {
      await close();
    }
  });
});
