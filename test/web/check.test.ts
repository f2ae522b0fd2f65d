/** The Check page in Debian’s Chromium on this host: real service, real coturn, real echo peer. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import {
  axeInBothSchemes,
  checkObstacle,
  fetchVisit,
  hasOutsideAddress,
  type LocalCoturn,
  launchCheckBrowser,
  overflow,
  shoot,
  startLocalCoturn,
  startProxyWithoutWebSocket,
  startSilentServer,
  waitForReport,
} from './check-stage.ts';
import { openPage, startQuietService } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: true });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

interface TurnEntry {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

function turnServer({ url, username, password }: TurnEntry): Record<string, unknown> {
  return { label: 'coturn', urls: [url], auth: 'password', username, credential: password };
}

describe.skipIf(obstacle !== null)(
  `Check page on this host${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let browser: Browser;
    let coturn: LocalCoturn;
    const services: RunningService[] = [];

    async function serve(servers: readonly Record<string, unknown>[]): Promise<RunningService> {
      const service = await startQuietService({ servers });
      services.push(service);
      return service;
    }

    beforeAll(async () => {
      [browser, coturn] = await Promise.all([launchCheckBrowser(), startLocalCoturn()]);
    });
    afterAll(async () => {
      await browser?.close();
      await coturn?.stop();
      await Promise.all(services.map(async (service) => service.close()));
    });

    it('connects directly and through coturn, and stores what it saw', async () => {
      const service = await serve([turnServer(coturn)]);
      const { page, problems, close } = await openPage(browser);
      await page.goto(`${service.url}/check`);
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'start');
      await page.getByRole('button', { name: 'Start the check' }).click();
      const id = await waitForReport(page);
      expect(await page.locator('#verdict').getAttribute('data-code')).toBe('direct-and-relay');
      expect(await page.getByRole('status').textContent()).toMatch(/Works.*directly and through the relay/);
      for (const step of ['browser', 'service', 'gather', 'direct', 'relay']) {
        expect(await page.locator(`[data-step=${step}]`).getAttribute('data-status'), step).toBe('ok');
      }
      await page.getByText('Technical details').click();
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'done');
      await page.setViewportSize({ width: 320, height: 700 });
      expect(await overflow(page)).toBe(0);

      const report = await fetchVisit(service.url, id);
      expect(report.body.headline.status).toBe('good');
      const [direct, relay] = ['mesh', 'relay'].map((path) =>
        report.body.attempts.find((attempt) => attempt.path === path),
      );
      expect(direct).toMatchObject({ rung: 'S4', succeeded: true, echoCount: 10 });
      expect(relay).toMatchObject({ rung: 'S4', succeeded: true, echoCount: 10, transport: 'udp' });
      const relayed = relay?.pairs.find((pair) => pair.id === relay.selectedPairId);
      expect(relayed).toMatchObject({ state: 'succeeded', nominated: true, local: { type: 'relay' } });
      const straight = direct?.pairs.find((pair) => pair.id === direct.selectedPairId);
      expect(straight?.state).toBe('succeeded');
      expect([straight?.local.type, straight?.remote.type]).not.toContain('relay');
      // Chromium counts in whole milliseconds, so 0 is a round trip too.
      expect(relayed?.rttMs).toBeGreaterThanOrEqual(0);
      expect(report.body.candidates.map((candidate) => candidate.type)).toContain('relay');
      expect(report.body.servers?.every((server) => server.status === 'ok')).toBe(true);
      expect(JSON.stringify(report)).not.toContain(coturn.password);
      expect(problems).toEqual([]);
      await close();
    });

    it('reaches the echo peer through TURN over TCP too, whatever tie-breaker the browser sends', async () => {
      const service = await serve([turnServer({ ...coturn, url: coturn.url.replace('udp', 'tcp') })]);
      const { page, problems, close } = await openPage(browser);
      await page.goto(`${service.url}/check?auto=1`);
      const report = await fetchVisit(service.url, await waitForReport(page));
      const relay = report.body.attempts.find((attempt) => attempt.path === 'relay');
      expect(relay, JSON.stringify(relay)).toMatchObject({ rung: 'S4', succeeded: true, transport: 'tcp' });
      const selected = relay?.pairs.find((pair) => pair.selected);
      expect(selected?.local).toMatchObject({ type: 'relay', relayProtocol: 'tcp' });
      expect(problems).toEqual([]);
      await close();
    });

    it('names a wrong TURN password, and hands the report over', async () => {
      const service = await serve([turnServer({ ...coturn, password: 'wrong' })]);
      const { page, problems, close } = await openPage(browser, { acceptDownloads: true });
      await page.goto(`${service.url}/check?auto=1`);
      const id = await waitForReport(page);
      const verdict = page.locator('#verdict');
      expect(await verdict.getAttribute('data-code')).toBe('direct-only');
      expect(await verdict.textContent()).toMatch(/rejected the username or password/);
      await page.getByText('Technical details').click();
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'limited');

      const report = await fetchVisit(service.url, id);
      const relay = report.body.attempts.find((attempt) => attempt.path === 'relay');
      expect(relay).toMatchObject({ rung: 'S0', succeeded: false, failure: { code: 'turn-401' } });
      expect(report.body.candidateErrors).toContainEqual(
        expect.objectContaining({
          errorCode: 401,
          harmless: false,
          cause: expect.stringMatching(/password/),
        }),
      );

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download JSON' }).click(),
      ]);
      expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(report);
      expect(download.suggestedFilename()).toContain(id);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy report' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const copied = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(copied).toContain(`Report: ${id}`);
      expect(copied).toContain('turn-401');
      expect(problems).toEqual([]);
      await close();
    });

    it('shows progress while a silent server holds it up, and names that server', async () => {
      const silent = await startSilentServer();
      const service = await serve([{ label: 'silent', urls: [silent.url] }]);
      const { page, problems, close } = await openPage(browser);
      await page.goto(`${service.url}/check`);
      await page.getByRole('button', { name: 'Start the check' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-step=gather][data-status=running]').waitFor();
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'running');
      const id = await waitForReport(page);
      expect(await page.locator('[data-step=gather]').getAttribute('data-status')).toBe('warned');
      const report = await fetchVisit(service.url, id);
      const failed = report.body.servers?.find((server) => server.url === silent.url);
      expect(failed).toMatchObject({ status: 'failed', failure: { code: 'timeout' } });
      expect(report.body.run.durationMs).toBeLessThan(10_000);
      expect(report.body.headline.code).toBe('direct');
      expect(problems).toEqual([]);
      silent.close();
      await close();
    });

    it('says so when a proxy cuts WebSockets', async () => {
      const service = await serve([turnServer(coturn)]);
      const proxy = await startProxyWithoutWebSocket(service.url);
      const { page, close } = await openPage(browser);
      await page.goto(`${proxy.url}/check?auto=1`);
      const id = await waitForReport(page);
      const verdict = page.locator('#verdict');
      expect(await verdict.getAttribute('data-code')).toBe('signal-failed');
      expect(await verdict.textContent()).toMatch(/WebSocket connection to this service is blocked/);
      await page.getByText('Technical details').click();
      expect(await axeInBothSchemes(page)).toEqual([]);
      await shoot(page, 'failed');
      const report = await fetchVisit(service.url, id);
      expect(report.body.attempts.map(({ path, rung }) => [path, rung])).toEqual([
        ['mesh', 'none'],
        ['relay', 'none'],
      ]);
      // What can be found out without signalling is still in the report.
      expect(report.body.candidates.map((candidate) => candidate.type)).toContain('relay');
      proxy.close();
      await close();
    });

    it('says so when the browser has no WebRTC', async () => {
      const service = await serve([]);
      const { page, problems, close } = await openPage(browser);
      await page.addInitScript('delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;');
      await page.goto(`${service.url}/check?auto=1`);
      const id = await waitForReport(page);
      expect(await page.locator('#verdict').getAttribute('data-code')).toBe('browser-no-webrtc');
      expect(await axeInBothSchemes(page)).toEqual([]);
      const report = await fetchVisit(service.url, id);
      expect(report.body.headline.status).toBe('bad');
      expect(problems).toEqual([]);
      await close();
    });

    it('ends with a verdict when the browser’s own functions throw', async () => {
      const service = await serve([]);
      const { page, close } = await openPage(browser);
      await page.addInitScript(
        'RTCPeerConnection.prototype.createDataChannel = () => { throw new Error("odd"); };',
      );
      await page.goto(`${service.url}/check?auto=1`);
      const report = await fetchVisit(service.url, await waitForReport(page));
      expect(report.body.headline).toMatchObject({ status: 'unknown', code: 'harness-fault' });
      expect(await page.locator('[data-status=running], [data-status=waiting]').count()).toBe(0);
      await close();
    });

    it('ends with a verdict, and offers the report by hand, when the service goes away', async () => {
      const service = await startQuietService();
      const { page, close } = await openPage(browser);
      await page.goto(`${service.url}/check`);
      await service.close();
      await page.getByRole('button', { name: 'Start the check' }).click();
      await page.locator('body[data-phase="done"]').waitFor();
      expect(await page.locator('#verdict').getAttribute('data-code')).toBe('service-unreachable');
      await page.getByText('could not be sent').waitFor();
      expect(await page.getByRole('button', { name: 'Download JSON' }).isVisible()).toBe(true);
      await close();
    });

    it.skipIf(!hasOutsideAddress())(
      'connects directly without any switch, host addresses hidden behind mDNS (needs an address beyond loopback)',
      async () => {
        const plain = await launchCheckBrowser({ loopback: false });
        try {
          const service = await serve([]);
          const { page, problems, close } = await openPage(plain);
          await page.goto(`${service.url}/check?auto=1`);
          const report = await fetchVisit(service.url, await waitForReport(page));
          expect(report.body.attempts[0]).toMatchObject({ path: 'mesh', rung: 'S4', succeeded: true });
          const hosts = report.body.candidates.filter((candidate) => candidate.type === 'host');
          expect(hosts.length).toBeGreaterThan(0);
          expect(hosts.every((candidate) => candidate.address?.endsWith('.local'))).toBe(true);
          expect(report.body.notes.some((note) => note.includes('.local'))).toBe(true);
          expect(problems).toEqual([]);
          await close();
        } finally {
          await plain.close();
        }
      },
    );

    it('loads at most 60 kB, compressed, and nothing from elsewhere', async () => {
      const service = await serve([]);
      const { page, close } = await openPage(browser);
      const bodies: { url: string; bytes: number }[] = [];
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('response', (response) => {
        void response
          .body()
          .then((body) => bodies.push({ url: response.url(), bytes: gzipSync(body).length }));
      });
      await page.goto(`${service.url}/check`, { waitUntil: 'networkidle' });
      expect(asked.every((url) => url.startsWith(service.url))).toBe(true);
      const total = bodies.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(bodies.length).toBeGreaterThanOrEqual(3);
      expect(total, JSON.stringify(bodies)).toBeLessThanOrEqual(60_000);
      console.info(`Check page: ${total} bytes gzip in ${bodies.length} files`);
      await close();
    });
  },
);
