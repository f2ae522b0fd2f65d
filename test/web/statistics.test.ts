/** The operator’s view: from a rate to the reports behind it. */
import { describe, expect, it } from 'vitest';
import { obstacle, postReport, readFixture } from './dashboard-stage.ts';
import { freshDashboard } from './fresh-dashboard.ts';
import { look } from './look.ts';

describe.skipIf(obstacle !== null)(
  `statistics in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`,
  () => {
    const at = freshDashboard();

    /** Five visits in the last hours: three that work, two whose relay rejects the password. */
    async function seed(): Promise<void> {
      const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
      for (const hours of [1, 2, 3])
        await postReport(at.service, { ...readFixture('visit-good'), at: ago(hours) });
      for (const hours of [1, 2])
        await postReport(at.service, { ...readFixture('visit-relay-401'), at: ago(hours) });
    }

    it('shows every split with n and interval, and ranks the causes', async () => {
      const { page, problems } = at.watched;
      await at.open('/statistics');
      await page.getByText('No visits in this range').waitFor();
      await seed();
      // The live socket tells the page; it asks again by itself.
      for (const title of [
        'Success by path',
        'Success over time',
        'Success by NAT class and path',
        'Success by server',
      ]) {
        const panel = page.getByRole('region', { name: title, exact: true });
        await panel.getByRole('img').waitFor();
        expect(await panel.getByRole('img').getAttribute('aria-label'), title).toMatch(
          /\d+ of \d+ attempts succeeded, .*95 % interval \d+–\d+/,
        );
      }
      const causes = page.getByRole('table', { name: 'Causes of faults' });
      await causes.getByText('turn-401').waitFor();
      await look(page, 'statistics');
      expect(problems).toEqual([]);
    });

    it('leads from a bar, a row, a point and a cause to the reports, filters and all', async () => {
      const { page, problems } = at.watched;
      await seed();
      await at.open('/statistics?range=24h&bucket=hour');

      const nats = page.getByRole('region', { name: 'Success by NAT class and path' });
      await nats.getByRole('button', { name: 'View as table' }).click();
      await nats.getByRole('link', { name: /Not tested · Relay/ }).click();
      await page.getByText('1–2 of 2 reports').waitFor();
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
        kind: 'visit-report',
        range: '24h',
        path: 'relay',
        nat: 'untested',
      });
      await page.getByRole('button', { name: /NAT: Not tested/ }).click();
      await page.getByText('1–5 of 5 reports').waitFor();

      // Changes of a filter are no steps of their own.
      await page.goBack();
      await page.getByRole('table', { name: 'Causes of faults' }).getByRole('link').first().click();
      await page.getByText('1–2 of 2 reports').waitFor();
      expect(new URL(page.url()).searchParams.get('cause')).toBe('turn-401');

      await page.goBack();
      const servers = page.getByRole('region', { name: 'Success by server' });
      await servers.getByRole('button', { name: 'View as table' }).click();
      await servers
        .getByRole('link', { name: /^turn:/ })
        .first()
        .click();
      await page.waitForURL(/server=turn/);
      await page.getByText(/1–\d of \d reports/).waitFor();

      await page.goBack();
      const paths = page.getByRole('region', { name: 'Success by path', exact: true });
      const canvas = paths.locator('canvas');
      await canvas.waitFor();
      const box = await canvas.boundingBox();
      // The first bar, near its foot: beyond the labels, in the upper of two rows.
      if (box !== null) await canvas.click({ position: { x: box.width * 0.3, y: box.height * 0.2 } });
      await page.waitForURL(/path=mesh/);
      await page.getByText('1–5 of 5 reports').waitFor();
      expect(problems).toEqual([]);
    });

    it('keeps its filters in the URL', async () => {
      const { page } = at.watched;
      await seed();
      await at.open('/statistics');
      await page.getByLabel('Path', { exact: true }).selectOption('Relay (TURN)');
      await page.getByLabel('Time range').selectOption('30 days');
      await page.waitForURL(/range=30d/);
      await page.reload();
      expect(await page.getByLabel('Path', { exact: true }).inputValue()).toBe('relay');
      const paths = page.getByRole('region', { name: 'Success by path', exact: true });
      await paths.getByRole('button', { name: 'View as table' }).click();
      expect(await paths.getByRole('row').count()).toBe(2);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await paths.getByText('Direct').first().waitFor();
      expect(new URL(page.url()).searchParams.get('path')).toBeNull();
    });
  },
);
