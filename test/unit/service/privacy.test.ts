/** Visitors’ data: what is kept of addresses, and how a visitor takes a report back. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Breakdown } from '../../../contract/breakdown.ts';
import type { RunDetail } from '../../../contract/runs.ts';
import { sampleVisit } from './sample-reports.ts';
import { bearer, startTestApp, type TestApp, type TestAppOptions, testToken } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

async function start(options: TestAppOptions = {}): Promise<void> {
  t = await startTestApp({ token: testToken, ...options });
}

interface Stored {
  readonly id: string;
  readonly code: string;
}

const visitorAddress = '203.0.113.77';
async function post(sentence: string): Promise<Stored> {
  const reply = await t.app.inject({
    method: 'POST',
    url: '/api/reports',
    payload: sampleVisit({ sentence }),
    remoteAddress: visitorAddress,
  });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<Stored>();
}
const take = (code: string, remoteAddress = visitorAddress) =>
  t.app.inject({ method: 'DELETE', url: `/api/reports/by-code/${encodeURIComponent(code)}`, remoteAddress });
const get = async <T>(url: string) => (await t.app.inject({ url, headers: bearer })).json<T>();

describe('the address of a visitor', () => {
  it('is cut before the report is stored, and stands in no log line and no metric', async () => {
    const lines: string[] = [];
    await start({
      config: { privacy: { addresses: 'network' } },
      log: { level: 'debug', stream: { write: (line) => lines.push(line) } },
    });
    const first = await post(`Seen as ${visitorAddress}.`);
    expect((await post(`Seen as ${visitorAddress}.`)).id).toBe(first.id);
    const run = await get<RunDetail>(`/api/runs/${first.id}`);
    expect(run.summary.headline.sentence).toBe('Seen as 203.0.113.x.');
    await take('K7M4QX');
    await take(first.code);
    const metrics = await t.app.inject({ url: '/metrics', headers: bearer });
    expect(metrics.statusCode).toBe(200);
    const told = [JSON.stringify(run), ...lines, metrics.body].join('\n');
    expect(told).toContain(first.id);
    expect(told).not.toContain(visitorAddress);
  });
});

describe('DELETE /api/reports/by-code/:code', () => {
  it('deletes the report of whoever has its code, without a token, and no statistic counts it', async () => {
    await start();
    const [kept, gone] = [await post('One.'), await post('Two.')];
    const visits = async () =>
      (await get<Breakdown>('/api/success/breakdown?since=2026-01-01T00:00:00Z')).visits;
    expect(await visits()).toBe(2);
    const spoken = `${gone.code.slice(0, 3)}-${gone.code.slice(3)}`.toLowerCase();
    const reply = await take(spoken);
    expect([reply.statusCode, reply.json()]).toEqual([200, { code: gone.code }]);
    expect((await t.app.inject({ url: `/api/runs/${gone.id}`, headers: bearer })).statusCode).toBe(404);
    expect((await get<RunDetail>(`/api/runs/${kept.id}`)).summary.code).toBe(kept.code);
    expect(await visits()).toBe(1);
    expect((await take(spoken)).json()).toMatchObject({ error: { code: 'not-found' }, field: 'code' });
  });

  it('lets nobody try out codes', async () => {
    let nowMs = Date.parse('2026-11-20T12:00:00Z');
    await start({ now: () => new Date(nowMs) });
    const { code } = await post('One.');
    for (let guess = 0; guess < 10; guess++) expect((await take('K7M4QX')).statusCode).toBe(404);
    const refused = await take(code);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '3600']);
    // Nobody is kept for ever from what is theirs.
    nowMs += 3_600_000;
    expect((await take(code)).statusCode).toBe(200);
  });
});
