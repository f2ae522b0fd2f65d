import { describe, expect, it } from 'vitest';
import { defaultProject } from '../../contract/projects.ts';
import { freePort } from '../free-port.ts';
import { IdentityProvider, oidcBase } from '../identity/identity-provider.ts';
import { axeViolations, obstacle } from './dashboard-stage.ts';
import { freshDashboard } from './fresh-dashboard.ts';

describe.skipIf(obstacle !== null)(
  `sign-in with an identity provider in Chromium${obstacle === null ? '' : ` – ${obstacle}`}`,
  () => {
    const at = freshDashboard();

    it('goes to the provider by keyboard, comes back with a role to the page that was asked for, and ends there too', async () => {
      const { page, problems } = at.watched;
      await at.service.close();
      const port = await freePort();
      const publicUrl = `http://127.0.0.1:${port}`;
      const provider = await IdentityProvider.open({ publicUrl });
      try {
        const roles = [
          { claim: 'groups', values: ['net-ops'], role: 'operator', projects: [defaultProject] },
        ];
        await at.serve({ port, publicUrl, oidc: { ...oidcBase, roles, issuer: provider.issuer } });
        await at.open('/runs?kind=nat-report');
        await page.getByRole('link', { name: 'Sign in with Example Corp' }).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.getByRole('link', { name: 'Sign in with Example Corp' }).focus();
        await page.keyboard.press('Enter');
        await page.waitForURL((url) => url.origin === provider.issuer);
        await page.getByRole('link', { name: 'otto' }).click();

        await page.waitForURL(`${publicUrl}/runs?kind=nat-report`);
        await page.getByText('No report matches').waitFor();
        await page.getByText('Live', { exact: true }).waitFor();
        expect(await page.evaluate("fetch('/api/me').then((reply) => reply.json())")).toMatchObject({
          principal: { kind: 'user', name: 'otto@example.org', role: 'operator', projects: [defaultProject] },
        });
        // Who sees some projects is told where a page is about the whole service.
        await page.getByRole('link', { name: 'Agents' }).click();
        await page.getByText('You see some of its projects').waitFor();
        await page.getByRole('link', { name: 'Settings' }).click();
        await page.getByText('in these projects: Default').waitFor();

        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('button', { name: 'Yes, everywhere' }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        await page.getByRole('link', { name: 'Sign in with Example Corp' }).click();
        // Not signed in there any more: it asks again.
        await page.getByRole('link', { name: 'nils' }).click();
        await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
        await page.getByText('Ask the operator of this service for a role').waitFor();
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await axeViolations(page)).toEqual([]);
        await page.getByRole('link', { name: 'To the sign-in page' }).click();
        await page.getByLabel('Admin token').waitFor();
        expect(problems.filter((problem) => !problem.includes('403'))).toEqual([]);
      } finally {
        await provider.close();
      }
    });
  },
);
