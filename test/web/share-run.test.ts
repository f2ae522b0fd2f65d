/** What leaves a Run page: redacted views and files, paper, and the comparison with earlier checks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvelope, type VisitReport } from '../../contract/envelope.ts';
import { failure } from '../../contract/failures.ts';
import type { RelayTry } from '../../contract/visit-report.ts';
import type { RunningService } from '../../service/server.ts';
import {
  launchBrowser,
  obstacle,
  openPage,
  postReport,
  readFixture,
  startQuietService,
  type WatchedPage,
} from './dashboard-stage.ts';
import { look } from './look.ts';

const artifacts = fileURLToPath(new URL('../artifacts/dashboard', import.meta.url));

describe.skipIf(obstacle !== null)(
  `sharing a run in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`,
  () => {
    let browser: Browser;
    let service: RunningService;
    let watched: WatchedPage;
    let run: string;

    beforeAll(async () => {
      browser = await launchBrowser();
      service = await startQuietService();
      const visitor = 'ab'.repeat(16);
      await postReport(service, of(visitor, 'visit-relay-401', '2026-11-19T08:00:00Z'));
      run = await postReport(service, of(visitor, 'visit-good', '2026-11-20T08:00:00Z'));
      watched = await openPage(browser, { viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    });
    afterAll(async () => {
      await watched?.close();
      await browser?.close();
      await service?.close();
    });

    function of(visitor: string, name: 'visit-good' | 'visit-relay-401', at: string): VisitReport {
      const report = readFixture(name);
      if (report.kind !== 'visit-report') throw new Error(`${name} is no visit`);
      const more = name === 'visit-good' ? { relays, causes, ownView } : {};
      return { ...report, at, body: { ...report.body, ...more, run: { ...report.body.run, visitor } } };
    }

    const url = (transport: string) => `turn:turn.example.net:3478?transport=${transport}`;
    const relay: RelayTry = {
      url: url('udp'),
      host: 'turn.example.net',
      port: 3478,
      transport: 'udp',
      family: 'ipv4',
      outcome: 'ok',
      rung: 'S4',
      allocatedMs: 41,
      setupMs: 120,
      echoRttMs: 47,
    };
    const dead = { rung: 'S0', allocatedMs: null, setupMs: null, echoRttMs: null } as const;
    const relays: RelayTry[] = [
      relay,
      { ...relay, ...dead, family: 'ipv6', outcome: 'note', failure: failure('timeout') },
      {
        ...relay,
        ...dead,
        url: url('tcp'),
        transport: 'tcp',
        outcome: 'failed',
        failure: failure('refused'),
      },
    ];
    const causes = [{ id: 'ipv6-dead' as const, urls: [url('udp')] }];
    const ownView = [
      {
        url: url('tcp'),
        transport: 'tcp' as const,
        address: '203.0.113.20',
        status: 'failed' as const,
        rttMs: null,
        setupMs: null,
        software: null,
        rfc5780: null,
        failure: failure('refused'),
        evidence: [],
      },
    ];

    it('shows every way to every relay, what the visitor was told, and what the service saw', async () => {
      const page = await open();
      const grid = page.getByRole('table', { name: 'TURN servers, way by way' });
      expect(await grid.getByRole('columnheader').allTextContents()).toEqual([
        'server ↓ · way →',
        'UDP, IPv4',
        'UDP, IPv6',
        'TCP, IPv4',
      ]);
      const row = grid.getByRole('row').nth(1);
      expect(await row.getByRole('cell').allTextContents()).toEqual([
        expect.stringMatching(/^relays47\.0.ms, set up in 41\.0.ms$/),
        'fails, other family workstimeout',
        'failsrefused',
      ]);
      await page.getByRole('region', { name: 'What the visitor was told' }).getByText('ipv6-dead').waitFor();
      await page
        .getByRole('region', { name: /seen from the service/ })
        .getByText('refused')
        .waitFor();
    });

    async function open(query = ''): Promise<Page> {
      const { page } = watched;
      await page.goto(new URL(`/runs/${run}${query}`, service.url).href);
      await page.getByRole('region', { name: 'Verdict' }).waitFor();
      return page;
    }

    async function saved(page: Page, button: string): Promise<string> {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      return readFileSync(await download.path(), 'utf8');
    }

    it('hides addresses and names in the view, in the URL and in every file', async () => {
      const page = await open();
      const candidates = page.getByRole('region', { name: /^Candidates/ });
      await candidates.getByText('198.51.100.7', { exact: false }).first().waitFor();
      await page.getByRole('switch', { name: 'Hide addresses and names' }).check({ force: true });
      await candidates.getByText('198.51.100.x', { exact: false }).first().waitFor();
      expect(new URL(page.url()).searchParams.get('redact')).toBe('yes');
      await page.reload();
      await candidates.getByText('198.51.100.x', { exact: false }).first().waitFor();
      const text = (await page.locator('main').innerText()).replaceAll(/Chrome\/[\d.]+/g, '');
      expect(text).not.toMatch(/198\.51\.100\.7|example\.net|[0-9a-f-]{36}\.local/);

      const json = await saved(page, 'Download');
      expect(parseEnvelope(JSON.parse(json))).toMatchObject({ ok: true });
      const dump = await saved(page, 'rtcstats dump');
      expect(dump.startsWith('RTCStatsDump\n')).toBe(true);
      for (const file of [json, dump]) {
        expect(file).not.toMatch(/198\.51\.100\.7|example\.net|[0-9a-f-]{36}\.local/);
      }
      expect(await saved(await open(), 'rtcstats dump')).toContain('198.51.100.7');
    });

    it('says what changed since the last check of the same visitor', async () => {
      const page = await open();
      const panel = page.getByRole('region', { name: 'Since the last time' });
      const changes = panel.getByRole('table', { name: 'Since the last time' });
      await changes.getByText('up to S0: turn-401').waitFor();
      await changes.getByText('connected over udp').waitFor();
      await look(page, 'run-shared');
      await panel.getByRole('link', { name: 'Open the earlier report' }).click();
      await page.getByText('relay rejects its credentials').first().waitFor();
      // It is the first one: there is nothing to compare it with.
      await page.getByRole('region', { name: /^Candidates/ }).waitFor();
      expect(await panel.count()).toBe(0);
    });

    it('prints the report without the frame, light on a dark screen too, and whole', async () => {
      const page = await open();
      await page.locator('canvas[role=img]').nth(1).waitFor();
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      // Charts are drawn anew, with ink for paper.
      await page.locator('canvas[role=img]').nth(1).waitFor();
      for (const gone of [
        page.getByRole('navigation'),
        page.getByRole('banner'),
        page.getByRole('button', { name: 'Print or PDF' }),
        page.getByRole('button', { name: 'Delete' }),
      ]) {
        expect(await gone.isVisible()).toBe(false);
      }
      const verdict = page.getByRole('region', { name: 'Verdict' });
      expect(await verdict.isVisible()).toBe(true);
      expect(await page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')")).toBe(
        'dark',
      );
      expect(await page.evaluate("getComputedStyle(document.querySelector('main h2')).color")).toBe(
        'rgb(27, 38, 45)',
      );
      await page.screenshot({ path: join(artifacts, 'run-print.png'), fullPage: true });
      const pdf = await page.pdf({ path: join(artifacts, 'run.pdf'), format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      // Everything is on paper: more than one page of it.
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
      await page.emulateMedia({ media: null, colorScheme: null });
      expect(watched.problems).toEqual([]);
    });
  },
);
