import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RunTurnCheck } from '../../service/deps.ts';
import { obstacle, postReport, readFixture } from './dashboard-stage.ts';
import { freshDashboard } from './fresh-dashboard.ts';

describe.skipIf(obstacle !== null)(
  `dashboard in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`,
  () => {
    const at = freshDashboard();

    it('an empty store explains the product and runs a check in one click', async () => {
      const { page, problems } = at.watched;
      await at.open('/');
      await page.getByRole('heading', { level: 1, name: /why a connection works/ }).waitFor();
      for (const job of ['Diagnose', 'Validate', 'Compare']) {
        await page.getByRole('heading', { name: job }).waitFor();
      }
      expect(await page.getByText(at.service.stunUri ?? 'no embedded server').count()).toBe(1);
      expect(await page.getByRole('link', { name: 'Check this browser' }).getAttribute('href')).toBe(
        '/check',
      );

      await page.getByRole('button', { name: 'Run the first check' }).click();
      await page.waitForURL(/\/runs\/[\w-]+$/);
      const verdict = page.getByRole('region', { name: 'Verdict' });
      expect((await verdict.getByRole('heading', { level: 2 }).textContent())?.length).toBeGreaterThan(20);
      const nat = page.getByRole('region', { name: 'NAT behaviour' });
      expect(await nat.getByText('Endpoint-independent', { exact: true }).count()).toBeGreaterThan(0);

      await page.getByRole('link', { name: 'Overview', exact: true }).click();
      await page.getByRole('button', { name: 'Probe this host' }).click();
      await page.getByRole('link', { name: 'Open the report' }).waitFor();
      expect(await page.getByRole('status').locator('ol > li').count()).toBeGreaterThanOrEqual(2);
      expect(await page.getByRole('table', { name: 'Latest runs' }).getByRole('link').count()).toBe(2);
      expect(problems).toEqual([]);
    });

    it('runs the further tests that were ticked, and none that were not', async () => {
      const { page, problems } = at.watched;
      await at.open('/servers');
      await page.getByRole('checkbox', { name: 'TCP' }).check();
      await page.getByRole('checkbox', { name: 'Packet sizes' }).check();
      await page.getByRole('checkbox', { name: 'Packet sizes' }).uncheck();
      await page.getByRole('button', { name: 'Probe this host' }).click();
      await page.getByRole('link', { name: 'Open the report' }).click();
      const nat = page.getByRole('region', { name: 'NAT behaviour' });
      await nat.getByText(/^TCP filtering/).waitFor();
      expect(await nat.getByText(/^Path MTU/).count()).toBe(0);
      expect(problems).toEqual([]);
    });

    it('shows a new report on the open Runs page and in the statistics without a reload', async () => {
      const { page } = at.watched;
      await at.open('/runs');
      await page.getByText('No reports yet').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await page.evaluate('window.untouched = true');

      await postReport(at.service, readFixture('visit-relay-401'));
      await page.getByRole('link', { name: /relay rejects its credentials/ }).waitFor();
      await page.getByText('1–1 of 1 reports').waitFor();
      await postReport(at.service, readFixture('nat-udp-blocked'));
      await page.getByText('1–2 of 2 reports').waitFor();
      expect(await page.evaluate('window.untouched')).toBe(true);
    });

    it('keeps every filter in the URL, and takes them away again', async () => {
      const { page } = at.watched;
      const now = new Date().toISOString();
      for (const name of ['nat-port-restricted', 'nat-udp-blocked', 'visit-good'] as const) {
        await postReport(at.service, { ...readFixture(name), at: now });
      }
      await at.open('/runs');
      await page.getByText('1–3 of 3 reports').waitFor();

      await page.getByLabel('Kind', { exact: true }).selectOption('Host probe');
      await page.getByText('1–2 of 2 reports').waitFor();
      await page.getByLabel('Status', { exact: true }).selectOption('Bad');
      await page.getByText('1–1 of 1 reports').waitFor();
      await page.getByLabel('Time').selectOption('Last hour');
      await page.getByRole('button', { name: 'Duration' }).click();
      await page.waitForURL(/sort=duration/);
      const query = new URL(page.url()).searchParams;
      expect(Object.fromEntries(query)).toMatchObject({ kind: 'nat-report', status: 'bad', range: '1h' });

      await page.reload();
      await page.getByText('1–1 of 1 reports').waitFor();
      expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('bad');
      await page.getByLabel('Search').fill('nothing says this');
      await page.getByText('No report matches').waitFor();
      expect(new URL(page.url()).searchParams.get('q')).toBe('nothing says this');
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByText('1–3 of 3 reports').waitFor();
      expect(new URL(page.url()).searchParams.get('status')).toBeNull();
    });

    it('opens a report with the keyboard, follows its evidence, and deletes it after asking', async () => {
      const { page } = at.watched;
      const report = readFixture('nat-port-restricted');
      const test =
        report.kind === 'nat-report' &&
        report.body.evidence.find((e) => e.purpose === 'filter-1/change-both')?.id;
      await postReport(at.service, report);
      await at.open('/runs');
      const row = page.getByRole('link', { name: /direct connections work with most peers/ });
      await row.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/runs\/[\w-]+$/);
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
      expect(await page.evaluate('window.scrollY')).toBe(0);

      await page
        .getByRole('link', { name: `Evidence ${test}`, exact: true })
        .first()
        .click();
      await page.waitForURL(new RegExp(`#evidence-${test}$`));
      expect(await page.locator(`#evidence-${test}`).textContent()).toContain('filter-1/change-both');
      expect(await page.getByText('nothing listens on this port').count()).toBeGreaterThan(0);

      await page.getByRole('button', { name: 'Copy JSON' }).click();
      await page.getByText('Copied').waitFor();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      expect((await saved).suggestedFilename()).toMatch(/^polynya-nat-report-.+\.json$/);

      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete report' }).click();
      await page.waitForURL(/\/runs$/);
      await page.getByText('No reports yet').waitFor();
    });

    it('shows how far a visit came, its pairs, and its numbers as a table', async () => {
      const { page, problems } = at.watched;
      const id = await postReport(at.service, readFixture('visit-relay-401'));
      await at.open(`/runs/${id}`);
      const direct = page.getByRole('region', { name: 'Direct path' });
      await direct.getByText('Data echo').first().waitFor();
      await direct.getByText('selected', { exact: true }).waitFor();
      const relay = page.getByRole('region', { name: 'Relay (TURN) path' });
      expect(await relay.getByText(/rejected the username or password/).count()).toBe(1);
      expect(await relay.getByText('No candidate pair was formed.').count()).toBe(1);

      const chart = direct.getByRole('img', { name: /last finished step ended after/ });
      await chart.waitFor();
      await direct.getByRole('button', { name: 'View as table' }).click();
      expect(await direct.getByRole('row', { name: /DTLS handshake/ }).textContent()).toContain('69.2');
      expect(await chart.count()).toBe(0);
      expect(problems).toEqual([]);
    });

    it('adds, tests and edits a server; its secret never comes back', async () => {
      const { page } = at.watched;
      const secret = 'correct-horse-battery-staple';
      const replies: string[] = [];
      page.on('response', async (response) => {
        if (response.url().includes('/api/')) replies.push(await response.text().catch(() => ''));
      });
      await at.open('/servers');
      await page.getByRole('button', { name: 'Add server' }).click();
      const form = page.getByRole('dialog', { name: 'Add a server' });
      await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Branch office');
      await form.getByLabel('URLs').fill('http://127.0.0.1');
      await form.getByText('URL 1 does not start with stun:').waitFor();
      await form.getByLabel('URLs').fill('turn:127.0.0.1:1?transport=tcp');
      await form.getByRole('radio', { name: 'Shared secret' }).check();
      await form.locator('input[type=password]').fill(secret);
      await form.getByRole('button', { name: 'Add server' }).click();

      await page.getByRole('button', { name: 'Test Branch office' }).click();
      await page.getByText('nothing listens on this port').waitFor();

      await page.getByRole('button', { name: 'Edit Branch office' }).click();
      const edit = page.getByRole('dialog', { name: 'Edit server' });
      const credential = edit.getByPlaceholder('unchanged');
      expect(await credential.inputValue()).toBe('');
      await edit.getByRole('textbox', { name: 'Name', exact: true }).fill('Head office');
      await edit.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Head office' }).waitFor();
      expect(replies.length).toBeGreaterThan(3);
      expect(replies.join('\n')).not.toContain(secret);
      expect(await page.content()).not.toContain(secret);
      const listed = await fetch(new URL('/api/servers', at.service.url)).then((reply) => reply.json());
      const { servers } = z
        .object({ servers: z.array(z.object({ label: z.string(), hasCredential: z.boolean() })) })
        .parse(listed);
      expect(servers).toContainEqual({ label: 'Head office', hasCredential: true });

      await page.getByRole('button', { name: 'Delete Head office' }).click();
      await page.getByRole('button', { name: 'Delete server' }).click();
      await page.getByRole('heading', { name: 'Head office' }).waitFor({ state: 'detached' });
    });

    it('checks a TURN server: progress, result in the grid, findings with the fix to copy, history', async () => {
      const { page, problems } = at.watched;
      await at.service.close();
      const report = readFixture('turn-coturn-default');
      if (report.kind !== 'turn-report') throw new Error(report.kind);
      let finish = () => {};
      let tell = (_done: number, _checks: number) => {};
      const runTurnCheck: RunTurnCheck = ({ onProgress }) =>
        new Promise((resolve) => {
          tell = onProgress;
          finish = () => resolve({ report: { ...report, at: new Date().toISOString() } });
        });
      const secret = 'hush-4242-hush-4242';
      const relay = { label: 'Relay', urls: ['turn:turn.example.org'], auth: 'secret', credential: secret };
      await at.serve({ servers: [relay] }, { runTurnCheck });

      await at.open('/servers');
      const grid = page.getByRole('table', { name: 'TURN checks' });
      await grid.getByText('Not checked').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await grid.getByRole('button', { name: 'Check Relay' }).click();
      await grid.getByText('Checking turn:turn.example.org, URL 1 of 1').waitFor();
      tell(40, 150);
      await grid.getByText('40 of 150 checks').waitFor();
      expect(await grid.getByRole('progressbar').getAttribute('aria-valuenow')).toMatch(/^26/);
      finish();
      await grid.getByText('9 failed, 20 warned').waitFor();
      await grid.getByText('1 report stored.').waitFor();

      await grid.getByRole('link', { name: 'History and findings of Relay' }).click();
      await page.getByRole('heading', { level: 1, name: 'Relay' }).waitFor();
      const findings = page.getByRole('region', { name: 'Findings: turn:turn.example.org' });
      const worst = findings.getByRole('listitem').first();
      await worst.getByText('Loopback is out of reach').waitFor();
      await worst.getByRole('button', { name: 'Copy fix of X01' }).click();
      const history = page.getByRole('region', { name: 'History' });
      await history
        .getByRole('figure')
        .locator('figcaption')
        .getByText('turn:turn.example.org: 9 failed and 20 warned (the first check).')
        .waitFor();
      await history.getByRole('button', { name: 'View as table' }).click();
      expect(await history.getByRole('table').getByRole('row').count()).toBe(2);

      await findings.getByRole('link', { name: '24 more findings' }).click();
      await page.getByRole('heading', { name: /^turn:turn\.example\.org: 9 checks failed/ }).waitFor();
      await page.getByRole('link', { name: 'Evidence e34' }).first().click();
      expect(await page.evaluate('document.querySelector(":target")?.id')).toBe('evidence-e34');
      expect(await page.content()).not.toContain(secret);
      expect(problems).toEqual([]);
    });

    it('says that the service is gone, and recovers when it answers again', async () => {
      const { page } = at.watched;
      await postReport(at.service, readFixture('visit-good'));
      await at.open('/');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('link', { name: /connects directly and through the relay/ }).waitFor();
      const { port } = new URL(at.service.url);
      await at.service.close();
      await page.getByText('Reconnecting').waitFor();
      await page.getByRole('link', { name: 'Servers' }).click();
      await page.getByText('The service does not answer.').waitFor();

      // What is wrong stays on the page while it is asked again.
      await page.getByRole('button', { name: 'Try again' }).click();
      expect(await page.getByText('The service does not answer.').isVisible()).toBe(true);
      await at.serve({ port: Number(port) });
      await page.getByText('Embedded', { exact: true }).waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
    });

    it('asks for the admin token where the service has one', async () => {
      const { page } = at.watched;
      await at.service.close();
      await at.serve({ adminToken: 'a-token-of-sixteen-and-more' });
      await at.open('/runs');
      await page.getByLabel('Admin token').fill('not-the-right-token-at-all');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This is not the admin token').waitFor();
      await page.getByLabel('Admin token').fill('a-token-of-sixteen-and-more');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('No reports yet').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      expect(page.url()).not.toContain('a-token');
      expect(
        await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
      ).not.toContain('a-token');

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Admin token').waitFor();
      await page.reload();
      await page.getByLabel('Admin token').waitFor();
    });
  },
);
