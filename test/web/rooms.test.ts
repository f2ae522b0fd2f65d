/** The Room page on a laptop and a phone, both Debian’s Chromium: direct, then through our own TURN server, and after a reload. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeSchema } from '../../contract/envelope.ts';
import type { RoomReport } from '../../contract/room-report.ts';
import { createRoom } from '../../rooms/io/room-api.ts';
import type { RunningService } from '../../service/server.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { loopbackSettings, realm, secret, startLoopback } from '../net/turn-stage.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { axeViolations, openPage, startQuietService, type WatchedPage } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

/** On one host a browser may choose its public address as well as its own. */
const direct = /^(host|srflx|prflx) ↔ (host|srflx|prflx), udp$/;

/** A small screen that is touched. */
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** Lets a test look at the page’s connections. */
const keepConnections = `
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };`;

/** As a browser does when its window is covered, or the phone pocketed. */
const becomes = (state: 'hidden' | 'visible'): string => `
  Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

describe.skipIf(obstacle !== null)(`Room page${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let browser: Browser;
  let turn: TurnServerHandle;
  let service: RunningService;
  let alice: WatchedPage;
  let bob: WatchedPage;

  beforeAll(async () => {
    const accounts = { realm, users: {}, secrets: [secret] };
    [browser, turn] = await Promise.all([
      launchCheckBrowser(),
      startLoopback({ settings: { ...loopbackSettings, accounts } }),
    ]);
    const urls = turn.uris.filter((uri) => uri.startsWith('turn:'));
    const server = { label: 'ours', urls, auth: 'secret', username: 'room', credential: secret };
    service = await startQuietService({ servers: [server] });
    [alice, bob] = await Promise.all([openPage(browser), openPage(browser, phone)]);
    const { room, joinToken } = await createRoom(service.url, { name: 'Two tabs' });
    await Promise.all([
      join(alice.page, `${service.url}/room/${room.id}#${joinToken}`, 'Alice', (button) =>
        alice.page.click(button),
      ),
      join(bob.page, `${service.url}/room/${room.id}#${joinToken}`, 'Bob', (button) => bob.page.tap(button)),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await turn?.close();
  });

  /** Of each page’s connection; an ICE restart changes it (RFC 8445 §9). */
  async function fragments(): Promise<unknown[]> {
    const fragment = 'connections.at(-1).localDescription.sdp.match(/ice-ufrag:(.*)/)[1]';
    return Promise.all([alice, bob].map(({ page }) => page.evaluate(fragment)));
  }

  async function join(
    page: Page,
    url: string,
    name: string,
    press: (button: string) => Promise<void>,
  ): Promise<void> {
    await page.addInitScript(keepConnections);
    await page.goto(url);
    await page.fill('#name', name);
    await press('#join button');
  }

  /** The pairs in use, once both see each other over such a pair. */
  async function see(pattern: RegExp): Promise<void> {
    for (const { page } of [alice, bob]) {
      await page.locator('[data-rung="S6"], [data-rung="S7"]').first().waitFor();
      await page.locator('[data-pair]', { hasText: pattern }).first().waitFor();
    }
  }

  async function reportOf(page: Page): Promise<RoomReport['body']> {
    await page.click('#send');
    const id = (await page.locator('#report-id').textContent())?.split(' ').at(-1);
    const reply = await fetch(new URL(`/api/runs/${id}`, service.url));
    const { report } = (await reply.json()) as { report: unknown };
    const envelope = envelopeSchema.parse(report);
    if (envelope.kind !== 'room-report') throw new Error(envelope.kind);
    return envelope.body;
  }

  it('connects two tabs directly, with data, sound and picture', async () => {
    await see(direct);
    const { headline, attempts } = await reportOf(alice.page);
    expect(headline).toMatchObject({ status: 'good', code: 'room-all-seen' });
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({ path: 'mesh', succeeded: true, wanted: 'S6' });
    expect(attempts[0]?.echoCount).toBeGreaterThan(0);
    expect(attempts[0]?.media).toMatchObject({
      width: 320,
      height: 180,
      packetsReceived: expect.any(Number),
    });
    expect(await alice.page.locator('.tile video').count()).toBe(2);
    // Both directions, one of them told by the other tab.
    for (const { page } of [alice, bob]) {
      const cells = page.locator('[data-cell^="S6 "], [data-cell^="S7 "]');
      await expect.poll(() => cells.count(), { timeout: 10_000 }).toBe(2);
    }
    for (const { page } of [alice, bob]) expect(await axeViolations(page)).toEqual([]);
    // Tables scroll in frames of their own, the page never sideways.
    expect(await bob.page.evaluate('document.documentElement.scrollWidth')).toBe(phone.viewport.width);
  });

  it('looks for a new way when both change their network at once, although their offers meet', async () => {
    const said = [alice, bob].map(({ page }) => {
      const types: string[] = [];
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => types.push(JSON.parse(String(payload)).type)),
      );
      return types;
    });
    const pages = [alice, bob].map(({ page }) => page);
    const before = await fragments();
    await Promise.all(pages.map((page) => page.evaluate('dispatchEvent(new Event("online"))')));
    const kept = async (): Promise<number> =>
      (await fragments()).filter((fragment) => before.includes(fragment)).length;
    await expect.poll(kept, { timeout: 10_000 }).toBe(0);
    expect(said.map((types) => types[0])).toEqual(['hello', 'hello']);
    // Not made anew: the same connections, as they were before.
    expect(await Promise.all(pages.map((page) => page.evaluate('connections.length')))).toEqual([1, 1]);
    await see(direct);
  });

  it('moves the room to the relay, where nothing is direct and our server’s counters grow', async () => {
    const before = turn.traffic.toPeers;
    await bob.page.evaluate(becomes('hidden'));
    await alice.page.selectOption('#path', { label: 'Relay (TURN over UDP)' });
    await see(/^relay ↔ relay, udp$/);
    await bob.page.evaluate(becomes('visible'));
    const { attempts, run } = await reportOf(bob.page);
    // Browsers slow hidden pages down, so the report says for how long it was one.
    expect(run.hiddenMs).toBeGreaterThan(0);
    expect(run.hiddenMs).toBeLessThan(run.durationMs);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({ path: 'relay', transport: 'udp', succeeded: true });
    expect(attempts[0]?.why).toContain('because the room asks for it');
    // The phone’s log: who came, which way the room took, and what became of it.
    const log = await bob.page.locator('#log').textContent();
    expect(log).toMatch(/Alice: .*host|Alice: .*prflx|Alice: .*srflx/);
    expect(log).toMatch(
      /The room now takes: Relay \(TURN over UDP\)\..*Alice: picture decoded, relay ↔ relay/s,
    );
    expect(turn.traffic.toPeers).toBeGreaterThan(before + 10_000);
  });

  it('goes on after one of the two is reloaded', async () => {
    await bob.page.reload();
    await bob.page.locator('#call').waitFor();
    // The third of the page: direct, relayed, and this one.
    const third = 'connections.length === 3 && connections[2].connectionState';
    await expect.poll(() => alice.page.evaluate(third), { timeout: 10_000 }).toBe('connected');
    await see(/^relay ↔ relay, udp$/);
    expect([...alice.problems, ...bob.problems]).toEqual([]);
  });
});
