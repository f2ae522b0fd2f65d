/**
 * The Check page behind a kernel NAT: Chromium in the client’s namespace, service and coturn on the far side.
 * Playwright stays outside and speaks to the browser over its pipe.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VisitReport } from '../../contract/envelope.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import {
  axeInBothSchemes,
  checkObstacle,
  launchCheckBrowser,
  overflow,
  shoot,
  visitOf,
  waitForReport,
} from './check-stage.ts';
import { openPage } from './dashboard-stage.ts';
import { askLabService, startLabService } from './lab-service.ts';

const obstacle = checkObstacle({ coturn: true }) ?? labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const turnPort = 3488;

/** CHECK_TIME_RUNS=20 measures as well: so many checks in each network, and how long the verdict took. */
const timedRuns = Number(process.env['CHECK_TIME_RUNS'] ?? 0);

async function startService(lab: Lab, coturn: Coturn): Promise<string> {
  const [address] = lab.serverAddresses;
  const urls = ['udp', 'tcp'].map((transport) => `turn:${address}:${turnPort}?transport=${transport}`);
  const { username, password: credential } = coturn;
  return startLabService(lab, {
    servers: [{ label: 'coturn', urls, auth: 'password', username, credential }],
  });
}

const checkMs = 120_000 + timedRuns * 15_000;

async function fetchStored(lab: Lab, serviceUrl: string, id: string): Promise<VisitReport> {
  return visitOf(await askLabService(lab, serviceUrl, 'GET', `/api/runs/${id}`));
}

/** From the button to the verdict, so many times. */
async function timeVerdicts(lab: Lab, serviceUrl: string, browser: Browser, code: string): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < timedRuns; run += 1) {
    const { page, close } = await openPage(browser);
    await page.goto(`${serviceUrl}/check?auto=1`);
    const { headline, run: ran } = (await fetchStored(lab, serviceUrl, await waitForReport(page))).body;
    expect(headline.code, `run ${run}`).toBe(code);
    times.push(ran.durationMs);
    await close();
  }
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) =>
    `${((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000).toFixed(2)} s`;
  console.info(`${code}, ${timedRuns} runs: median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`);
}

const nats = [
  // What most home routers do.
  {
    name: 'port-restricted',
    nat: { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' },
  },
  {
    name: 'symmetric',
    nat: { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent', ports: 'random' },
  },
] as const;

describe.skipIf(obstacle !== null).each(nats)(
  `Check page behind a kernel NAT, $name${obstacle === null ? '' : ` (${obstacle})`}`,
  ({ name, nat }) => {
    let lab: Lab;
    let coturn: Coturn;
    let serviceUrl: string;
    let browser: Browser;

    beforeAll(async () => {
      lab = await buildLab({ nat });
      coturn = await startCoturn(lab, { port: turnPort, config: ['verbose'] });
      serviceUrl = await startService(lab, coturn);
      browser = await launchCheckBrowser({ namespace: lab.client, loopback: false });
    });
    afterAll(async () => {
      await browser?.close();
      await lab?.close();
    });

    it(
      'finds the NAT’s address, connects directly and through the relay, and the service stores it',
      async () => {
        const { page, problems, close } = await openPage(browser);
        await page.goto(`${serviceUrl}/check`);
        await page.getByRole('button', { name: 'Start the check' }).click();
        const id = await waitForReport(page);
        const shown = (await page.locator('#verdict').textContent()) ?? '';
        const report = await fetchStored(lab, serviceUrl, id).catch(async (error) => {
          throw new Error(`${error}\n${shown}\n${await lab.evidence()}`);
        });
        const { attempts, candidates, headline, servers = [] } = report.body;
        expect(headline.code, JSON.stringify(report.body, null, 1)).toBe('direct-and-relay');

        const seen = candidates.filter((candidate) => candidate.type === 'srflx');
        expect(seen.length).toBeGreaterThan(0);
        expect(new Set(seen.map((candidate) => candidate.address))).toEqual(new Set([lab.natAddress]));
        // The page never learns the address inside; it is hidden behind an mDNS name.
        expect(JSON.stringify(report)).not.toContain(lab.clientAddress);

        const direct = attempts.find((attempt) => attempt.path === 'mesh');
        expect(direct).toMatchObject({ rung: 'S4', succeeded: true, echoCount: 10 });
        const straight = direct?.pairs.find((pair) => pair.selected);
        expect(straight?.remote.address ?? lab.serverAddresses[0]).toBe(lab.serverAddresses[0]);
        expect([straight?.local.type, straight?.remote.type]).not.toContain('relay');

        const relay = attempts.find((attempt) => attempt.path === 'relay');
        expect(relay).toMatchObject({ rung: 'S4', succeeded: true, echoCount: 10 });
        const relayed = relay?.pairs.find((pair) => pair.selected);
        expect(relayed?.local).toMatchObject({ type: 'relay', address: lab.serverAddresses[0] });
        // coturn’s own word for it: packets went to the peer and came back (rp and sp count its peer side).
        const counted = /peer usage:.* rp=([1-9]\d*), rb=\d+, sp=([1-9]\d*)/;
        await expect.poll(() => coturn.log(), { timeout: 10_000 }).toMatch(counted);
        expect(servers.map(({ url, status }) => [url.replace(/^.*\?/, ''), status])).toContainEqual([
          'transport=tcp',
          'ok',
        ]);
        const { mapping, filtering } = nat;
        expect(report.body.nat?.nat).toMatchObject({ mapping, filtering, udp: 'open' });
        // With its ports kept and its own address hidden, a page cannot tell a NAT from none.
        expect(report.body.nat?.nat.behindNat).toBe(name === 'symmetric' ? true : null);
        await page.getByText('How do we know?').click();
        await shoot(page, `nat-${name}`);
        await page.setViewportSize({ width: 320, height: 800 });
        expect(await overflow(page)).toBe(0);
        expect(await axeInBothSchemes(page)).toEqual([]);
        expect(problems).toEqual([]);
        await close();
        await timeVerdicts(lab, serviceUrl, browser, 'direct-and-relay');
      },
      checkMs,
    );
  },
);

describe.skipIf(obstacle !== null)(
  `Check page where UDP is blocked${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    let browser: Browser;
    let serviceUrl: string;

    beforeAll(async () => {
      lab = await buildLab({ nat: nats[0].nat, firewall: { kind: 'udp-blocked' } });
      serviceUrl = await startService(lab, await startCoturn(lab, { port: turnPort }));
      browser = await launchCheckBrowser({ namespace: lab.client, loopback: false });
    });
    afterAll(async () => {
      await browser?.close();
      await lab?.close();
    });

    it(
      'connects only through the relay over TCP, and says that the direct path is blocked',
      async () => {
        const { page, close } = await openPage(browser);
        await page.goto(`${serviceUrl}/check?auto=1`);
        const report = await fetchStored(lab, serviceUrl, await waitForReport(page));
        const { attempts, headline, servers = [], run } = report.body;
        expect(headline.code, JSON.stringify(report.body, null, 1)).toBe('relay-only');
        const [direct, relay] = ['mesh', 'relay'].map((path) =>
          attempts.find((entry) => entry.path === path),
        );
        expect(direct).toMatchObject({ rung: 'S1', succeeded: false, failure: { code: 'ice-failed' } });
        expect(relay).toMatchObject({ rung: 'S4', succeeded: true, transport: 'tcp' });
        const byQuery = new Map(servers.map(({ url, status, failure }) => [url, failure?.code ?? status]));
        expect([...byQuery].find(([url]) => url.endsWith('transport=udp'))?.[1]).toBe('timeout');
        expect([...byQuery].find(([url]) => url.endsWith('transport=tcp'))?.[1]).toBe('ok');
        expect(report.body.nat?.nat).toMatchObject({ udp: 'blocked', legacy: 'udp-blocked' });
        expect(run.durationMs).toBeLessThan(11_000);
        await page.getByText('Technical details').click();
        await shoot(page, 'relay-only');
        await close();
        await timeVerdicts(lab, serviceUrl, browser, 'relay-only');
      },
      checkMs,
    );
  },
);
