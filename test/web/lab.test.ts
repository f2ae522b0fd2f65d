/** The Lab page: from a matrix to the evidence of one cell, with keys as well as with the mouse, and against another run. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../../cli/load-scenario.ts';
import { type LabCell, type LabReport, labReportSchema } from '../../contract/lab-report.ts';
import { runSimulated } from '../../scenarios/scenario/run-simulated.ts';
import type { RunningService } from '../../service/server.ts';
import {
  launchBrowser,
  obstacle,
  openPage,
  postReport,
  startQuietService,
  type WatchedPage,
} from './dashboard-stage.ts';
import { look } from './look.ts';

/** A run in the kernel: two calls, and a cell that was expected to connect and did not. */
const office = labReportSchema.parse(
  JSON.parse(readFileSync(new URL('./fixtures/lab-call.json', import.meta.url), 'utf8')),
);

/** As --pcap adds them. */
const packets = [
  { atMs: 0, where: 'office0-host0', direction: 'out' as const, what: 'binding request' },
  { atMs: 0.21, where: 'office0-box0', direction: 'in' as const, what: 'binding request' },
].map((seen) => ({ ...seen, from: '192.168.1.2:39706', to: '11.78.17.65:45741' }));
const withPackets = withCells(office, office.at, (cell) =>
  cell.asExpected === false ? { ...cell, packets } : cell,
);

/** 12 × 12 networks over six paths. */
function matrix(): LabReport {
  const at = new Date(Date.now() - 60_000);
  return runSimulated(loadScenario('nat-matrix'), { at, why: null, elapsedMs: () => 900 });
}

function withCells(report: LabReport, at: string, change: (cell: LabCell) => LabCell): LabReport {
  return { ...report, at, body: { ...report.body, cells: report.body.cells.map(change) } };
}

describe.skipIf(obstacle !== null)(`the lab in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  let browser: Browser;
  let service: RunningService;
  let watched: WatchedPage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    service = await startQuietService();
    watched = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  });
  afterEach(async () => {
    await watched?.close();
    await service?.close();
  });

  const open = (path: string) => watched.page.goto(new URL(path, service.url).href);

  it('lists runs, and leads from what was not expected to candidates, checks and the step that failed', async () => {
    const { page, problems } = watched;
    await open('/lab');
    await page.getByText('No lab runs yet').waitFor();
    await postReport(service, withPackets);
    const run = page.getByRole('link', { name: /^office-call: 3 of 4 cells as expected, 1 not/ });
    await run.waitFor();
    await look(page, 'lab');
    await run.click();

    const calls = page.getByRole('region', { name: 'Calls' });
    await calls.getByText('broke off, recovered').first().waitFor();
    expect(await calls.getByRole('img').first().getAttribute('aria-label')).toMatch(/block-udp at/);
    await page.getByRole('region', { name: 'Success by path' }).getByRole('img').waitFor();
    await look(page, 'run-lab');

    const wrong = page.getByRole('region', { name: 'Not as expected (1)' });
    await wrong.getByRole('button', { name: 'office → phone, direct' }).click();
    const evidence = page.getByRole('dialog', { name: 'office → phone, direct' });
    await evidence.getByText('No connectivity check came back from where it was sent.').waitFor();
    expect(await evidence.getByRole('table').first().innerText()).toMatch(/11\.78\.\S+\s+S\s*srflx\s+4/);
    await evidence.getByText('tells of a srflx candidate').first().waitFor();
    await look(page, 'run-lab-cell');
    // The address of the page leads back to the same evidence.
    await page.reload();
    await evidence.getByText('somebody hoped so').waitFor();
    await page.keyboard.press('Escape');
    await evidence.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');

    await page.getByRole('button', { name: /office to phone:.*connects/s }).click();
    const relay = page.getByRole('dialog').getByRole('table', { name: 'Relay' });
    expect(await relay.innerText()).toMatch(/\d+ packets, \d+\.\d\s?kB/);
    expect(problems).toEqual([]);
  });

  it('a large matrix: one path of it, cells by arrow keys, and what changed since the last run', async () => {
    const { page, problems } = watched;
    const before = matrix();
    const broken = before.body.cells[0];
    const later = withCells(before, new Date().toISOString(), (cell) =>
      cell === broken ? { ...cell, succeeded: 0, rung: 'S1', setupMs: null, asExpected: false } : cell,
    );
    await postReport(service, before);
    const id = await postReport(service, later);
    await open(`/runs/${id}`);
    await page.getByText('1 of 864 cells changed.').waitFor();
    const diff = page.getByRole('region', { name: 'Against another run' });
    expect(await diff.getByRole('table').innerText()).toMatch(/Worse\s+ei-ei → ei-ei′, direct/);
    expect(await page.locator('[data-place]').count()).toBe(864);

    await page.getByLabel('Path', { exact: true }).selectOption('Relay over TCP (144)');
    await page.waitForURL(/path=relay-tcp/);
    expect(await page.locator('[data-place]').count()).toBe(144);
    await look(page, 'run-lab-matrix');

    // One stop of the Tab key for all cells.
    expect(await page.locator('[data-place][tabindex="0"]').count()).toBe(1);
    await page.locator('[data-place][tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'End', 'ArrowDown']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'ei-apd → only-443′, relay over TCP' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator(':focus').getAttribute('data-place')).toBe('2 11');

    const bars = page.getByRole('region', { name: 'Success by path' });
    await bars.getByRole('button', { name: 'View as table' }).click();
    await bars.getByRole('link', { name: 'Direct', exact: true }).click();
    await page.waitForURL(/path=mesh-udp/);
    await page.getByText('worse than before').waitFor();
    expect(problems).toEqual([]);
  });
});
