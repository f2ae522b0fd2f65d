/**
 * Two browsers behind symmetric NATs of the kernel in one room: not directly, and the page says why; through the
 * embedded SFU and through coturn they see each other.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RoomTicket, roomTicketSchema } from '../../contract/room.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage, type WatchedPage } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: true }) ?? labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const adminToken = 'token-of-the-room-nat-test';
const turnPort = 3488;
const symmetric = {
  mapping: 'address-and-port-dependent',
  filtering: 'address-and-port-dependent',
  ports: 'random',
} as const;

/** The service as a process of its own in the server’s namespace. */
async function startService(lab: Lab, coturn: Coturn): Promise<string> {
  const cli = 'dist/cli/main.js';
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run npm run build first`);
  const [host, alternateAddress] = lab.serverAddresses;
  const server = {
    label: 'coturn',
    urls: [`turn:${host}:${turnPort}?transport=udp`],
    auth: 'password',
    username: coturn.username,
    credential: coturn.password,
  };
  const settings = { host, store: ':memory:', adminToken, stun: { alternateAddress }, servers: [server] };
  const config = join(lab.folder('service'), 'polynya.json');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  const service = lab.spawn(lab.server, [process.execPath, cli, 'serve', '--config', config]);
  const url = (await service.waitFor(/Dashboard +(http\S+)/, 30_000))[1];
  if (url === undefined) throw new Error('the service printed no URL');
  return url;
}

/** Asks the API from inside the server’s namespace, which this process is not in. */
async function createRoom(lab: Lab, serviceUrl: string): Promise<RoomTicket> {
  const ask = `fetch(process.argv[1], {
      method: 'POST',
      headers: { authorization: 'Bearer ${adminToken}', 'content-type': 'application/json' },
      body: JSON.stringify({ path: { kind: 'mesh' } }),
    }).then((reply) => reply.text()).then((text) => process.stdout.write(text))`;
  const { stdout } = await lab.run(lab.server, [process.execPath, '-e', ask, `${serviceUrl}/api/rooms`]);
  return roomTicketSchema.parse(JSON.parse(stdout));
}

describe.skipIf(obstacle !== null)(
  `Room page behind symmetric NATs${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    const browsers: Browser[] = [];
    let tabs: WatchedPage[] = [];

    beforeAll(async () => {
      const names = ['left', 'right'];
      const boxes = [{ nat: symmetric, firewall: null }];
      lab = await buildLab({ sites: names.map((name) => ({ name, hosts: 1, boxes })) });
      const coturn = await startCoturn(lab, { port: turnPort });
      const serviceUrl = await startService(lab, coturn);
      const hosts = lab.topology.sites.map((site) => site.hosts[0]?.namespace ?? '');
      const args = ['--autoplay-policy=no-user-gesture-required'];
      browsers.push(
        ...(await Promise.all(
          hosts.map((namespace) => launchCheckBrowser({ namespace, loopback: false, args })),
        )),
      );
      tabs = await Promise.all(browsers.map((browser) => openPage(browser)));
      const { room, joinToken } = await createRoom(lab, serviceUrl);
      for (const [index, { page }] of tabs.entries()) {
        await page.goto(`${serviceUrl}/room/${room.id}#${joinToken}`);
        await page.fill('#name', names[index] ?? '');
        await page.click('#join-button');
      }
    });
    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await lab?.close();
    });

    async function see(label: string): Promise<void> {
      await tabs[0]?.page.selectOption('#path', { label });
      for (const { page } of tabs) await page.locator('[data-rung="S6"], [data-rung="S7"]').first().waitFor();
    }

    it('is told by both NAT tests that there is no direct path', async () => {
      for (const { page } of tabs) {
        const why = page.locator('#links', {
          hasText: 'no direct path exists, a relay is needed: both ends get',
        });
        await why.waitFor();
        expect(await why.textContent()).toContain('No connection: none of');
        expect(await page.locator('[data-rung="S6"], [data-rung="S7"]').count()).toBe(0);
      }
    });

    it('sees the other one through the embedded SFU', async () => {
      await see('Media server (SFU, embedded)');
    });

    it('sees the other one through the relay, and is told that no other way would do', async () => {
      await see('Relay (TURN over UDP)');
      for (const { page } of tabs) {
        const shown = (await page.locator('#links').textContent()) ?? '';
        expect(shown).toMatch(
          /because the room asks for it\. The NAT tests of both ends .*no direct path exists/,
        );
      }
      expect(tabs.flatMap(({ problems }) => problems)).toEqual([]);
    });
  },
);
