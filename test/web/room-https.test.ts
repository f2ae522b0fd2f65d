/** A device on the LAN: over HTTPS with the service’s own certificate it may use its camera, over HTTP it may not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roomTicketSchema } from '../../contract/room.ts';
import type { RunningService } from '../../service/server.ts';
import { checkObstacle, hasOutsideAddress, launchCheckBrowser } from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

const obstacle =
  checkObstacle({ coturn: false }) ?? (hasOutsideAddress() ? null : 'this machine has no LAN address');
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const adminToken = 'token-of-the-administrator';

describe.skipIf(obstacle !== null)(`Room page on the LAN${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let folder: string;
  const services: RunningService[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-lan-'));
    browser = await launchCheckBrowser({
      args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(services.map((service) => service.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** Joins over the first LAN address with the camera box ticked; tells what came of it. */
  async function joinWithCamera(tls: 'self' | null): Promise<{ isSecure: boolean; note: string | null }> {
    const service = await startQuietService({
      host: '0.0.0.0',
      store: join(folder, 'runs.sqlite'),
      stun: { enabled: false },
      adminToken,
      tls,
    });
    services.push(service);
    const [url = ''] = service.lanUrls;
    const { page, close } = await openPage(browser, { ignoreHTTPSErrors: true });
    const made = await page.request.post(`${url}/api/rooms`, {
      headers: { authorization: `Bearer ${adminToken}` },
      data: {},
    });
    const { room, joinToken } = roomTicketSchema.parse(await made.json());
    // As people type it: without the scheme.
    await page.goto(`${url.replace('https:', 'http:')}/room/${room.id}#${joinToken}`);
    await page.check('#camera');
    await page.click('#join-button');
    await page.locator('.tile video').waitFor();
    const note = page.locator('#note');
    const seen = {
      isSecure: await page.evaluate<boolean>('isSecureContext'),
      note: (await note.isVisible()) ? await note.textContent() : null,
    };
    await close();
    return seen;
  }

  it('has its camera over HTTPS, where it is led to', async () => {
    expect(await joinWithCamera('self')).toEqual({ isSecure: true, note: null });
  });

  it('is told why it has none over HTTP', async () => {
    const { isSecure, note } = await joinWithCamera(null);
    expect(isSecure).toBe(false);
    expect(note).toContain('need HTTPS');
  });
});
