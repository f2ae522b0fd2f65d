/**
 * A room of two people who both sit behind a symmetric NAT with random ports: Chromium in a namespace of each site;
 * service, SFU and TURN server in the namespace of the server.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { participantFragment, usualMedia } from '../../contract/participant.ts';
import { roomTicketSchema } from '../../contract/room.ts';
import { type RoomReport, roomReportSchema } from '../../contract/room-report.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';
import { checkObstacle, launchCheckBrowser, shoot } from './check-stage.ts';
import { openPage, type WatchedPage } from './dashboard-stage.ts';
import { askLabService, startLabService } from './lab-service.ts';

const obstacle = checkObstacle({ coturn: false }) ?? labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const turnSecret = 'secret-of-the-room-test-01';
const turnPort = 3488;
const nat = {
  mapping: 'address-and-port-dependent',
  filtering: 'address-and-port-dependent',
  ports: 'random',
} as const;

async function startTurn(lab: Lab): Promise<void> {
  const [address] = lab.serverAddresses;
  // The relays of both ends are on this one host, which a TURN server refuses unless told.
  const settings = {
    listen: [`${address}:${turnPort}`],
    secret: turnSecret,
    peers: { allow: [address] },
    log: 'silent',
  };
  const config = join(lab.folder('turn'), 'polynya.json');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  const command = [process.execPath, builtCli, 'turn', 'serve', '--config', config];
  await lab.spawn(lab.server, command).waitFor(/^Stop /m, 30_000);
}

async function startService(lab: Lab): Promise<string> {
  const urls = [`turn:${lab.serverAddresses[0]}:${turnPort}?transport=udp`];
  return startLabService(lab, {
    servers: [{ label: 'TURN', urls, auth: 'secret', username: 'room', credential: turnSecret }],
  });
}

/** The reports that the page sends, in order. */
function reportsOf(page: Page): RoomReport['body'][] {
  const reports: RoomReport['body'][] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/api/reports')) return;
    reports.push(roomReportSchema.parse(request.postDataJSON()).body);
  });
  return reports;
}

describe.skipIf(obstacle !== null)(
  `Room behind two symmetric NATs${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    let browsers: Browser[] = [];
    let pages: WatchedPage[] = [];
    let reports: RoomReport['body'][][] = [];

    beforeAll(async () => {
      const site = (name: string) => ({ name, hosts: 1, boxes: [{ nat, firewall: null }] });
      requireBuilt();
      lab = await buildLab({ sites: [site('alice'), site('bob')] });
      const namespaces = lab.topology.sites.flatMap(({ hosts }) => hosts.map(({ namespace }) => namespace));
      const [service] = await Promise.all([startService(lab), startTurn(lab)]);
      browsers = await Promise.all(
        namespaces.map((namespace) =>
          launchCheckBrowser({
            namespace,
            loopback: false,
            args: ['--autoplay-policy=no-user-gesture-required'],
          }),
        ),
      );
      pages = await Promise.all(browsers.map((browser) => openPage(browser)));
      reports = pages.map(({ page }) => reportsOf(page));
      const made = roomTicketSchema.parse(await askLabService(lab, service, 'POST', '/api/rooms', {}));
      const { room, joinToken } = made;
      for (const [index, { page }] of pages.entries()) {
        const order = { name: `p${index + 1}`, others: 1, media: usualMedia };
        // Long enough for a connection that can be; one that cannot be is not waited for.
        const timing = { warmUpSec: 0, holdSec: 0.5, limitSec: 6 };
        await page.goto(
          `${service}/room/${room.id}#${participantFragment(joinToken, { ...order, ...timing })}`,
        );
      }
    });
    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await lab?.close();
    });

    /** What both told of the path that the room took as number `index`. */
    async function told(index: number): Promise<RoomReport['body'][]> {
      const both = () => reports.flatMap((each) => each[index] ?? []);
      await expect.poll(() => both().length, { timeout: 30_000 }).toBe(2);
      return both();
    }

    async function take(label: string): Promise<void> {
      await pages[0]?.page.selectOption('#path', { label });
    }

    it('no direct path exists, and both pages say why', async () => {
      for (const { attempts, everyoneSeenMs } of await told(0)) {
        expect(attempts).toHaveLength(1);
        expect(attempts[0]).toMatchObject({ path: 'mesh', rung: 'S1', succeeded: false });
        expect(attempts[0]?.failure?.code).toBe('ice-failed');
        // The public address was found: it is of no use to anybody but the STUN server.
        expect(attempts[0]?.pairs.some(({ responsesReceived }) => (responsesReceived ?? 0) > 0)).toBe(false);
        expect(everyoneSeenMs).toBeNull();
      }
      for (const { page } of pages) {
        const row = page.locator('#links');
        await row.getByText(/NATs or firewalls on both sides keep the packets out/).waitFor();
        // From the NAT tests of both, which each page tells the other.
        await row
          .getByText(/no direct path exists, a relay is needed: both ends get another public/)
          .waitFor();
      }
      if (pages[0] !== undefined) await shoot(pages[0].page, 'room-symmetric');
    });

    it('the SFU, which has a public address, reaches both', async () => {
      await take('Media server (SFU, embedded)');
      for (const { attempts } of await told(1)) {
        expect(attempts).toMatchObject([{ path: 'sfu', succeeded: true }]);
        expect(attempts[0]?.media?.framesDecoded).toBeGreaterThan(0);
      }
    });

    it('and so does the relay, which the pair in use shows', async () => {
      await take('Relay (TURN over UDP)');
      for (const { attempts } of await told(2)) {
        expect(attempts).toMatchObject([{ path: 'relay', succeeded: true, transport: 'udp' }]);
        const pair = attempts[0]?.pairs.find(({ selected }) => selected);
        expect([pair?.local.type, pair?.remote.type]).toContain('relay');
        expect(attempts[0]?.why).toMatch(
          /because the room asks for it\. The NAT tests .*no direct path exists/,
        );
        const ends = { here: { mapping: nat.mapping }, there: { mapping: nat.mapping } };
        expect(attempts[0]?.outlook).toMatchObject({ direct: 'no', code: 'classes-relay', ...ends });
      }
      expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
    });
  },
);
