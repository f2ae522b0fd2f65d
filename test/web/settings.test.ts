/** Settings and the audit log, as an administrator has them and as a viewer does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { postReport } from '../quiet-service.ts';
import { readFixture } from '../report-fixtures.ts';
import { axeViolations, obstacle } from './dashboard-stage.ts';
import { freshDashboard } from './fresh-dashboard.ts';

const adminToken = 'a-token-of-sixteen-and-more';
const artifacts = fileURLToPath(new URL('../artifacts/dashboard', import.meta.url));
const narrow = { width: 390, height: 844 };
const wide = { width: 1280, height: 900 };

/** Light and wide, dark and narrow. */
async function look(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  for (const [colorScheme, size] of [['dark', narrow] as const, ['light', wide] as const]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.screenshot({ path: join(artifacts, `${name}-${colorScheme}.png`), fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(size.width);
    expect(await axeViolations(page)).toEqual([]);
  }
}

describe.skipIf(obstacle !== null)(`settings${obstacle === null ? '' : ` – ${obstacle}`}`, () => {
  const at = freshDashboard();

  it('let an administrator make a key, withdraw it, and see who did so; a viewer is not offered it', async () => {
    const { page } = at.watched;
    await at.service.close();
    await at.serve({ adminToken });
    await at.open('/settings');
    await page.getByLabel('Admin token').fill(adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No keys yet').waitFor();
    await page.getByText('admin token (this browser)').waitFor();

    const make = async (name: string): Promise<string> => {
      await page.getByRole('button', { name: 'Make a key' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('button', { name: 'Make key' }).click();
      await form.getByText('Say what it is for.').waitFor();
      await form.getByLabel('For which program').fill(name);
      await look(page, 'key-form');
      await form.getByRole('button', { name: 'Make key' }).click();
      const secret = await page.getByRole('textbox', { name: 'API key' }).inputValue();
      await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
      return secret;
    };
    const secret = await make('wallboard');
    expect(secret).toMatch(/^pk_[\w-]{43}$/);
    const viewer = { authorization: `Bearer ${secret}` };
    await page.getByRole('table', { name: 'API keys' }).getByText('wallboard').waitFor();
    await look(page, 'settings');
    expect(await page.content()).not.toContain(secret);

    // What a role may not do is not offered, and where that would puzzle it is said.
    await page.setExtraHTTPHeaders(viewer);
    await at.open('/settings');
    await page.getByText('Administrators of this service make keys').waitFor();
    expect(await page.getByRole('button', { name: 'Make a key' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByText('which operators and administrators may do').waitFor();
    await page.getByRole('link', { name: 'Links' }).click();
    await page.getByText('No links yet').waitFor();
    expect(await page.getByRole('button', { name: 'Make a link' }).count()).toBe(0);
    await fetch(new URL('/api/keys', at.service.url), { headers: viewer });

    await page.setExtraHTTPHeaders({});
    await at.open('/settings');
    await page.getByRole('button', { name: 'Withdraw the key for wallboard' }).click();
    await page.getByRole('button', { name: 'Withdraw key' }).click();
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    const entries = page.getByRole('table', { name: 'Audit log' });
    for (const name of ['withdrawKey', 'createKey', 'login']) {
      await entries.getByText(name, { exact: true }).waitFor();
    }
    await look(page, 'audit');
    await page.getByLabel('Who', { exact: true }).fill('wallb');
    await entries.getByText('forbidden').waitFor();
    await expect.poll(() => entries.getByText('login', { exact: true }).count()).toBe(0);
    expect(page.url()).toContain('who=wallb');
  });

  it('make a project with a quota; its reports are another list than those of the others', async () => {
    const { page } = at.watched;
    await postReport(at.service, readFixture('visit-good'));
    await at.open('/runs');
    await page.getByText('1–1 of 1 reports').waitFor();
    // Where there is one project, there is nothing to choose.
    expect(await page.getByLabel('Project', { exact: true }).count()).toBe(0);
    await at.open('/settings');
    await page.getByRole('button', { name: 'Make a project' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Make project' }).click();
    await form.getByText('Give it a name.').waitFor();
    await form.getByLabel('Name').fill('Customer');
    await form.getByLabel('Reports a day').fill('5');
    await look(page, 'project-form');
    await form.getByRole('button', { name: 'Make project' }).click();
    await page.getByRole('table', { name: 'Projects' }).getByText('0 of 5').waitFor();
    await look(page, 'projects');
    await page.getByLabel('Project', { exact: true }).selectOption({ label: 'Customer' });
    await page.waitForURL(new URL('/', at.service.url).href);
    await at.open('/runs');
    await page.getByText('No reports yet').waitFor();
    // A new room belongs to the project that the dashboard shows, unless another one is chosen.
    await page.goto(new URL('/room', at.service.url).href);
    const project = page.getByRole('combobox', { name: 'Project' });
    await expect.poll(() => project.locator('option:checked').textContent()).toBe('Customer');
    expect(await project.locator('option').allTextContents()).toEqual(['Default', 'Customer']);
    await look(page, 'room-project');
    await page.getByRole('button', { name: 'Create the room' }).click();
    await page.waitForURL(/\/room\/.+#/);
    const roomsOf = (id: string) =>
      page.evaluate(
        `fetch('/api/rooms', { headers: { 'polynya-project': '${id}' } }).then((reply) => reply.json()).then(({ rooms }) => rooms.length)`,
      );
    const customer: unknown = await page.evaluate("localStorage.getItem('polynya-project')");
    expect([await roomsOf(String(customer)), await roomsOf('default')]).toEqual([1, 0]);

    await at.open('/runs');
    await page.getByText('No reports yet').waitFor();
    await page.getByLabel('Project', { exact: true }).selectOption({ label: 'All projects' });
    await page.waitForURL(new URL('/', at.service.url).href);
    await at.open('/runs');
    await page.getByText('1–1 of 1 reports').waitFor();
    expect(at.watched.problems).toEqual([]);
  });
});
