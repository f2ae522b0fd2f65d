/** Monitors, agents, the mesh of regions and the public status page, on the real service. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentStage } from '../net/agent-stage.ts';
import { axeViolations, obstacle, postReport, readFixture } from './dashboard-stage.ts';
import { stored, storeFleet } from './fleet-rows.ts';
import { freshDashboard } from './fresh-dashboard.ts';
import { look } from './look.ts';

describe.skipIf(obstacle !== null)(`monitors${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  const at = freshDashboard();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-monitors-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A service that everybody may ask how it stands, with agents and a quarter of history. Gives the evidence’s id. */
  async function serveFleet(): Promise<string> {
    const store = join(folder, 'store.sqlite');
    await at.service.close();
    await at.serve({ store, status: { public: true } });
    const run = await postReport(at.service, readFixture('nat-udp-blocked'));
    await storeFleet(store, 'embedded', run, Date.now());
    return run;
  }

  it('leads from nothing to a first monitor, and shows what a real agent finds as it comes', async () => {
    const { page, problems } = at.watched;
    const stage = new AgentStage();
    try {
      await stage.open({ stun: { port: 0, alternatePort: 0 } });
      await page.goto(new URL('/monitors', stage.url).href);
      await page.getByText(/^polynya agent-token .* && polynya agent --hub http:/).waitFor();
      await page.getByText(/^curl -s http:.*\/api\/monitors/).waitFor();

      await page.getByRole('button', { name: 'Make a monitor' }).click();
      const form = page.getByRole('dialog', { name: 'Make a monitor' });
      await form.getByRole('button', { name: 'Make monitor' }).click();
      for (const problem of ['Give it a name', 'Choose the server', 'Give 1–50 regions']) {
        await form.getByText(problem).waitFor();
      }
      await form.getByRole('textbox', { name: 'Name' }).fill('First');
      await form.getByRole('combobox', { name: 'Server' }).selectOption('embedded');
      await form.getByRole('textbox', { name: 'Regions' }).fill('home');
      await form.getByRole('checkbox', { name: 'TLS' }).check();
      expect(await axeViolations(page)).toEqual([]);
      await form.getByRole('button', { name: 'Make monitor' }).click();
      // The service knows that there is no such URL, and which field that is about.
      await form
        .getByText(/no URL over tls/)
        .first()
        .waitFor();
      await form.getByRole('checkbox', { name: 'TLS' }).uncheck();
      await form.getByRole('button', { name: 'Make monitor' }).click();

      const cells = page.getByRole('table', { name: 'State of First' });
      await cells.getByText('No agent of the region home is connected.').waitFor();
      await stage.startAgent('home-1', 'home');
      await cells.getByText('Up', { exact: true }).waitFor();
      expect(await cells.getByRole('row', { name: /home over UDP/ }).textContent()).toMatch(
        /100.%n = 1, .*p50.\d/,
      );
      await page.getByRole('button', { name: 'Pause First' }).click();
      await page.getByRole('button', { name: 'Resume First' }).waitFor();
      await cells.getByText('The monitor is paused.').waitFor();

      await stage.call('createMonitor', { name: 'Second', server: 'embedded', regions: ['home'] });
      await page.getByRole('heading', { name: 'Second' }).waitFor();
      await page.getByRole('button', { name: 'Delete Second' }).click();
      await page.getByRole('button', { name: 'Delete monitor' }).click();
      await page.getByRole('heading', { name: 'Second' }).waitFor({ state: 'detached' });
      expect(problems.filter((text) => !text.includes('400'))).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  it('shows each cell with n, interval, latency, certificate and failure, narrowed by the URL', async () => {
    const { page, problems } = at.watched;
    const run = await serveFleet();
    await at.open('/monitors');
    const cells = page.getByRole('table', { name: 'State of Relay of the company' });
    const down = cells.getByRole('row', { name: /seoul over UDP/ });
    await down.getByText('Down', { exact: true }).waitFor();
    expect(await down.textContent()).toMatch(/n = 2\d, 95 %: \d+–\d+/);
    expect(await down.textContent()).toMatch(/p50.\d+.*p95.\d+/);
    expect(await down.getByRole('img').getAttribute('aria-label')).toMatch(/failures in 3 hours/);
    await down.getByText('No answer came back').waitFor();
    const evidence = down.getByRole('link', { name: 'Open the report of seoul over UDP' });
    expect(await evidence.getAttribute('href')).toBe(`/runs/${run}`);
    const ending = cells.getByRole('row', { name: /seoul over TLS/ });
    await ending.getByText('5 days left', { exact: true }).waitFor();
    await look(page, 'monitors');

    await page.getByLabel('State', { exact: true }).selectOption('Degraded');
    await page.getByLabel('Transport').selectOption('TLS');
    await page.waitForURL(/state=degraded&transport=tls/);
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByLabel('Region').selectOption('frankfurt');
    await page.getByText('No monitor matches').waitFor();
    await page.reload();
    expect(await page.getByLabel('Region').inputValue()).toBe('frankfurt');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await down.waitFor();
    expect(problems).toEqual([]);
  });

  it('draws the history of each region, with its table, and leads from an event to its evidence', async () => {
    const { page, problems } = at.watched;
    const run = await serveFleet();
    await at.open(`/monitors/${stored.relay}`);
    const history = page.getByRole('region', { name: 'History' });
    await history.getByRole('img', { name: /^frankfurt: .*95 % interval.* seoul: / }).waitFor();
    await history.getByRole('img', { name: /seoul: medians from 2\d\d/ }).waitFor();
    await page.getByRole('table', { name: 'What happened' }).getByText('Degraded').waitFor();
    await look(page, 'monitor');

    await history.getByLabel('Over').selectOption('TLS');
    await page.waitForURL(/transport=tls/);
    await history.getByText('90 d', { exact: true }).click();
    await page.waitForURL(/range=90d/);
    await history.getByRole('button', { name: 'View as table' }).first().click();
    const table = history.getByRole('table', { name: 'Success' });
    await table
      .getByRole('row', { name: /seoul 100/ })
      .first()
      .waitFor();
    await page.getByRole('link', { name: /^Open the report of seoul over UDP, / }).click();
    await page.waitForURL(`**/runs/${run}`);
    expect(problems).toEqual([]);
  });

  it('invites an agent by a token that is shown once, sees it come, and revokes it', async () => {
    const { page, problems } = at.watched;
    await serveFleet();
    await at.open('/agents');
    const table = page.getByRole('table', { name: 'Agents' });
    await table.getByRole('row', { name: /frankfurt-1.*1\.24.s behind/ }).waitFor();
    await table.getByRole('row', { name: /virginia-1.*Offline/ }).waitFor();
    await table.getByRole('row', { name: /seoul-1.*1 of 4.*not 10\.0\.0\.0\/8/ }).waitFor();
    await look(page, 'agents');

    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Invite an agent' }).click();
    const form = page.getByRole('dialog', { name: 'Invite an agent' });
    await form.getByLabel('Region').fill('São Paulo');
    await form.getByRole('button', { name: 'Make the token' }).click();
    await form.getByText('Say for which host it is.').waitFor();
    await form.getByLabel('Region').fill('sao-paulo');
    await form.getByLabel('For which host').fill('Branch');
    await page.keyboard.press('Enter');
    const made = page.getByRole('dialog', { name: 'Start the agent' });
    const token = await made.getByRole('textbox', { name: 'Token' }).inputValue();
    await made.getByText(/^polynya agent --hub http:.* --enrol-token-file /).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('table', { name: 'Open invitations' }).getByText('sao-paulo').waitFor();
    expect(await page.content()).not.toContain(token);

    const enrolled = await fetch(new URL('/api/agents/enrol', at.service.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, name: 'branch-1' }),
    });
    expect(enrolled.status).toBe(200);
    await table.getByRole('row', { name: /branch-1.*sao-paulo/ }).waitFor();
    await page.getByRole('table', { name: 'Open invitations' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Revoke branch-1' }).click();
    await page.getByRole('button', { name: 'Revoke agent' }).click();
    await table.getByText('branch-1').waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: /Show revoked ones/ }).click();
    await table.getByRole('row', { name: /branch-1.*Revoked/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it('shows which regions reach which, and opens the evidence by keyboard', async () => {
    const { page, problems } = at.watched;
    await serveFleet();
    await at.open('/agents');
    await page.getByRole('link', { name: 'Mesh of regions' }).click();
    const matrix = page.getByRole('table', { name: 'Region by region' });
    await matrix.getByRole('button', { name: /^frankfurt to seoul: ?direct ?100.% · n = 2\d/ }).waitFor();
    await matrix.getByRole('button', { name: /^frankfurt to virginia: ?fails/ }).waitFor();
    await page.getByText('1 pair direct, 1 only by relay, 1 not at all, 3 unknown.').waitFor();
    await look(page, 'regions');

    await matrix.getByRole('button', { name: /^frankfurt to seoul/ }).focus();
    // Over the place where there is nothing: a region and itself.
    for (const key of ['ArrowDown', 'Home', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    const evidence = page.getByRole('dialog', { name: 'seoul → frankfurt' });
    await evidence.getByRole('row', { name: /^direct ?Down/ }).waitFor();
    await evidence.getByRole('row', { name: /^by relay ?Up/ }).waitFor();
    expect(new URL(page.url()).search).toBe('?from=seoul&to=frankfurt');
    await page.keyboard.press('Escape');
    await evidence.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.dataset.place')).toBe('1 0');
    expect(problems).toEqual([]);
  });

  it('tells everybody how the public monitors stand, and nothing else', async () => {
    const { page, problems } = at.watched;
    await at.open('/status');
    await page.getByRole('heading', { name: 'There is no status page here' }).waitFor();
    problems.length = 0;
    await serveFleet();
    const reply = await (await fetch(new URL('/api/status', at.service.url))).text();
    expect(reply).toContain('Relay of the company');
    expect(reply).not.toContain('Between the regions');
    expect(reply).not.toMatch(/stun:|hooks|203\.0\.113|-1"|no answer/);

    await at.open('/status');
    await page.getByRole('heading', { name: 'Some of it does not work' }).waitFor();
    await page.getByText('seoul: Does not work').waitFor();
    await page.getByRole('img', { name: 'Relay of the company, the last 90 days' }).waitFor();
    await page.getByText(/^\d+.% of \d+ measurements on \d+ days succeeded\.$/).waitFor();
    await page.locator('summary').click();
    await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
    await look(page, 'status');
    // When it cannot be asked any more, what stands there is said to be old.
    await page.route('**/api/status', (route) => route.fulfill({ status: 503, body: '{}' }));
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole('heading', { name: 'The status cannot be loaded now' }).waitFor();
    await page.getByText(/^What you see below is as of .* tries again every minute\.$/).waitFor();
    await page.getByRole('heading', { name: 'Some of it does not work' }).waitFor();
    await page.unrouteAll();
    problems.length = 0;
    await at.open('/status?lang=ko');
    await page.getByRole('heading', { name: '일부가 동작하지 않습니다' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ko');
    expect(problems).toEqual([]);
  });
});
