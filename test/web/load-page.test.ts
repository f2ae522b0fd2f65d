/** The Load page and the reports on it: what a server carried, where the generator was the limit, and two loads compared. */
import { describe, expect, it } from 'vitest';
import { type SampleLoad, sampleLoad } from '../unit/sample-load.ts';
import { obstacle, postReport } from './dashboard-stage.ts';
import { freshDashboard } from './fresh-dashboard.ts';
import { look } from './look.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const good: SampleLoad = { limits: [8_000, 9_000, 8_500, 8_000, 10_000], failures: { 'turn-486': 12 } };

describe.skipIf(obstacle !== null)(`Load page${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  const dashboard = freshDashboard();

  const region = (name: string) => dashboard.watched.page.getByRole('region', { name, exact: true });
  const store = (sample: SampleLoad, minutes: number) =>
    postReport(dashboard.service, sampleLoad({ ...sample, at: minutesAgo(minutes) }));

  it('lists loads, and leads to what the server carried, with a table for every picture', async () => {
    const { page, problems } = dashboard.watched;
    await dashboard.open('/load');
    await page.getByText('No loads yet').waitFor();
    await page.getByText(/^polynya turn load .* --send http:/).waitFor();
    await store(good, 9);
    await page.getByRole('link', { name: /carries 7,451 packets\/s each way \(5 runs/ }).click();

    const picture = (name: string, finding: RegExp) =>
      region(name).getByRole('img', { name: finding }).waitFor();
    await picture('Offered and carried', /The limit lies between 7,451 and 11,642, 93 % sure/);
    await picture('Delay', /^At 7,451 packets\/s each way half are back/);
    await picture('Delays over time', /^Worst is the slice of/);
    await picture('Loss by leg', /on the way out, .* on the way back/);
    await picture('The generator itself', /^In the worst step/);
    await region('What the server refused or broke').getByText('turn-486').waitFor();
    const delays = page.getByRole('table', { name: 'Where the delays lie' });
    expect(await delays.getByRole('row', { name: /^1,000 packets\/s each way/ }).textContent()).toMatch(
      /low/,
    );
    const pictures = ['Offered and carried', 'Delay', 'Delays over time', 'Loss by leg'];
    for (const name of [...pictures, 'The generator itself']) {
      await region(name).getByRole('button', { name: 'View as table' }).click();
      await page.getByRole('table', { name, exact: true }).waitFor();
    }
    expect(problems).toEqual([]);
  });

  it('compares with another load of the same server by the test of --baseline', async () => {
    const { page, problems } = dashboard.watched;
    const held = { axis: 'held', ladder: { from: 4_000, to: 8_000 } };
    const other = await store({ limits: [8_000], profile: held }, 9);
    await store(good, 4);
    const id = await store({ limits: [5_000, 5_500, 5_000, 6_000, 5_200] }, 2);
    await dashboard.open(`/runs/${id}`);
    const against = region('Against another load');
    await against.getByText('Carries less', { exact: true }).waitFor();
    await against
      .getByText(/^7,451 → 4,768 packets\/s each way; it carries less \(p = 0\.0079\)\.$/)
      .waitFor();
    await region('The generator itself').getByRole('img').waitFor();
    await look(page, 'run-load');
    await against.getByRole('combobox', { name: 'Compare with' }).selectOption(other);
    await against.getByText(/^Not compared: they were not made in the same way: axis differs/).waitFor();
    expect(new URL(page.url()).searchParams.get('with')).toBe(other);
    await dashboard.open(`/runs/${id}?redact=yes`);
    await region('About this load')
      .getByText(/turn:host-1\.invalid over UDP, 203\.0\.113\.x/)
      .waitFor();
    expect(await page.getByText('turn.example.org').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('says nothing about a server when the generator was the limit, and why', async () => {
    const { page, problems } = dashboard.watched;
    const id = await store({ limits: [20_000], lateFrom: 3_000 }, 1);
    await dashboard.open(`/runs/${id}`);
    await page.getByRole('heading', { name: /generator-limited: this machine could not make/ }).waitFor();
    const generator = region('The generator itself');
    await generator.getByText(/^1 % of what was due left more than 4\.2 ms after its time/).waitFor();
    await generator.getByRole('img').waitFor();
    const delays = page.getByRole('table', { name: 'Where the delays lie' });
    expect(await delays.getByRole('row').last().textContent()).toMatch(/^3,052 .*generator/);
    await look(page, 'run-load-limited');
    expect(problems).toEqual([]);
  });
});
