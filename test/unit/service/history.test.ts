import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { History } from '../../../contract/history.ts';
import { sampleNat, sampleVisit, type VisitOver } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
beforeEach(async () => {
  t = await startTestApp();
});
afterEach(() => t.close());

/** Straight into the store: there, links have ids. */
const add = async (hour: number, over: VisitOver) => {
  const at = `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;
  return (await t.store.addReport(sampleVisit({ at, ...over }), new Date(at))).summary.id;
};
const history = async (id: string, query = '') => {
  const reply = await t.app.inject(`/api/runs/${id}/history${query}`);
  return { status: reply.statusCode, body: reply.json<History>() };
};

describe('GET /api/runs/:id/history', () => {
  it('lists earlier checks of the same browser, newest first, and compares with the latest', async () => {
    const first = await add(1, { visitor: 'v1' });
    const second = await add(2, { visitor: 'v1', attempts: [] });
    const third = await add(3, { visitor: 'v1', link: 'l1' });
    await add(2, { visitor: 'v2', link: 'l1' });
    await add(4, { visitor: 'v1' });
    const { body } = await history(third);
    expect(body.earlier.map(({ id }) => id)).toEqual([second, first]);
    expect(body).toMatchObject({
      by: 'visitor',
      before: second,
      differences: [{ area: 'attempt', subject: 'mesh', before: null, after: 'connected over udp' }],
    });
    expect((await history(third, `?with=${first}`)).body).toMatchObject({ before: first, differences: [] });
  });

  it('takes the link where the visitor did not want to be recognised', async () => {
    const first = await add(1, { link: 'l1' });
    await add(1, { link: 'l2' });
    const second = await add(2, { link: 'l1' });
    const { body } = await history(second);
    expect([body.by, body.earlier.map(({ id }) => id)]).toEqual(['link', [first]]);
    expect((await history(first)).body).toEqual({ by: 'link', earlier: [], before: null, differences: [] });
  });

  it('knows nobody behind a check without link and name', async () => {
    await add(1, {});
    const { body } = await history(await add(2, { sentence: 'Another one.' }));
    expect(body).toEqual({ by: null, earlier: [], before: null, differences: [] });
  });

  it('compares browser checks only, and only those that are there', async () => {
    const visit = await add(1, {});
    const { summary } = await t.store.addReport(sampleNat(), new Date());
    expect((await history(visit, `?with=${summary.id}`)).status).toBe(400);
    expect((await history(visit, '?with=gone')).status).toBe(404);
    expect((await history('gone')).status).toBe(404);
  });
});
