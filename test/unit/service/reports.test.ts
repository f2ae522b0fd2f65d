import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunList } from '../../../contract/runs.ts';
import { sampleLab } from '../sample-lab.ts';
import { sampleLint, sampleNat, sampleTurn, sampleVisit } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
beforeEach(async () => {
  t = await startTestApp();
});
afterEach(() => t.close());

const post = (payload: unknown) =>
  t.app.inject({
    method: 'POST',
    url: '/api/reports',
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

describe('POST /api/reports', () => {
  it('stores a report that GET /api/runs/:id gives back whole', async () => {
    const report = sampleVisit();
    const stored = await post(report);
    expect(stored.statusCode).toBe(200);
    const { id } = stored.json<{ id: string }>();
    const got = await t.app.inject(`/api/runs/${id}`);
    expect(got.statusCode).toBe(200);
    expect(got.json()).toMatchObject({ summary: { id, source: 'Chrome 140 on Linux' }, report });
    expect(got.json<{ report: unknown }>().report).toEqual(report);
  });

  it('stores lab reports, and finds those of one scenario by its name', async () => {
    const report = sampleLab();
    const { id } = (await post(report)).json<{ id: string }>();
    await post(sampleLab({}, { name: 'another' }));
    expect((await t.app.inject(`/api/runs/${id}`)).json<{ report: unknown }>().report).toEqual(report);
    const found = await t.app.inject('/api/runs?kind=lab-report&q=three-by-three,');
    expect(found.json<RunList>()).toMatchObject({ total: 1, runs: [{ id, kind: 'lab-report' }] });
  });

  it('refuses a report that is larger than the limit, and says so', async () => {
    const report = sampleLab();
    const large = { ...report, body: { ...report.body, filler: 'x'.repeat(2_200_000) } };
    const reply = await post(large);
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toMatchObject({ error: { code: expect.any(String) } });
  });

  it('gives the same report the same id, whatever the order of its keys', async () => {
    const first = (await post(sampleNat())).json<{ id: string }>();
    const { kind, version, ...rest } = sampleNat();
    const again = (await post({ ...rest, version, kind })).json<{ id: string }>();
    expect(again.id).toBe(first.id);
    expect((await t.app.inject('/api/runs')).json()).toMatchObject({ total: 1 });
    const other = (await post(sampleNat({ sentence: 'Something else.' }))).json<{ id: string }>();
    expect(other.id).not.toBe(first.id);
  });

  it('names the wrong field', async () => {
    const report = sampleNat();
    const wrong = { ...report, body: { ...report.body, nat: { ...report.body.nat, mapping: 'cone' } } };
    const reply = await post(wrong);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'report-invalid' }, field: 'body.nat.mapping' });
  });

  it('names the kind when it is unknown', async () => {
    const reply = await post({ ...sampleNat(), kind: 'tea-report' });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'report-invalid' }, field: 'kind' });
  });

  it('stores the reports of the TURN tools, with a sentence made of their counts', async () => {
    const turn = sampleTurn();
    const lint = sampleLint();
    for (const report of [turn, lint]) {
      const stored = await post(report);
      expect(stored.statusCode).toBe(200);
      const run = await t.app.inject({ url: `/api/runs/${stored.json<{ id: string }>().id}` });
      expect(run.json()).toMatchObject({ report });
    }
    const list = (await t.app.inject({ url: '/api/runs?sort=at&order=asc' })).json<RunList>();
    expect(list.runs).toMatchObject([
      {
        kind: 'turn-report',
        source: 'turn:192.0.2.1',
        headline: {
          status: 'bad',
          sentence:
            'turn:192.0.2.1: 1 check failed, 0 warned. Worst is S20, “Answers are small”: four times the size.',
        },
        turn: { uri: 'turn:192.0.2.1', transport: 'udp', reached: true, rttMs: 1, counts: { failed: 1 } },
      },
      { kind: 'lint-report', source: '/etc/turnserver.conf', headline: { status: 'limited' }, turn: null },
    ]);
  });

  it('says that a newer version needs an update', async () => {
    const reply = await post({ ...sampleNat(), version: 2 });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'report-version-unknown' }, field: 'version' });
  });

  it.each([
    ['no JSON', '{"kind":'],
    ['an empty body', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['a poisoned prototype', '{"__proto__": {"admin": true}}'],
  ])('refuses %s with 400 and an ApiError', async (_name, payload) => {
    const reply = await post(payload);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toHaveProperty('error.code');
    expect(reply.body).not.toMatch(/\bat .*\.(ts|js):\d+/);
  });

  it('refuses another content type', async () => {
    const reply = await t.app.inject({
      method: 'POST',
      url: '/api/reports',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'request-invalid' } });
  });

  it('survives times that no calendar holds', async () => {
    const reply = await post(sampleVisit({ at: '0000-01-01T00:00:00+23:59' }));
    expect(reply.statusCode).toBe(200);
    expect((await t.app.inject('/api/runs')).statusCode).toBe(200);
    expect((await t.app.inject('/api/success')).statusCode).toBe(200);
  });
});

describe('limits', () => {
  it('answers a body over the limit with 413', async () => {
    await t.close();
    t = await startTestApp({ config: { limits: { bodyBytes: 1024 } } });
    const reply = await post({ ...sampleNat(), padding: 'x'.repeat(2000) });
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toMatchObject({ error: { code: 'body-too-large' }, field: null });
  });

  it('answers too many reports with 429 and Retry-After, per address', async () => {
    await t.close();
    t = await startTestApp({ config: { limits: { reportsPerMinute: 2 } } });
    const from = (remoteAddress: string) =>
      t.app.inject({ method: 'POST', url: '/api/reports', remoteAddress, payload: sampleNat() });
    expect((await from('2001:db8:0:1::1')).statusCode).toBe(200);
    expect((await from('2001:db8:0:1::2')).statusCode).toBe(200);
    const refused = await from('2001:db8:0:1:ffff::3');
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ error: { code: 'rate-limited' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await from('2001:db8:0:2::1')).statusCode).toBe(200);
    // Reports are counted apart from everything else.
    expect((await t.app.inject({ url: '/api/info', remoteAddress: '2001:db8:0:1::1' })).statusCode).toBe(200);
  });

  it('answers too many requests of any kind with 429: all routes and unknown paths count together', async () => {
    await t.close();
    t = await startTestApp({ config: { limits: { requestsPerMinute: 4 } } });
    const codes = [];
    for (const url of ['/api/info', '/api/check', '/api/runs', '/docs', '/api/info', '/api/nothing', '/']) {
      codes.push((await t.app.inject(url)).statusCode);
    }
    expect(codes).toEqual([200, 200, 200, 200, 429, 429, 429]);
    // Health checks are never turned away.
    expect((await t.app.inject('/healthz')).statusCode).toBe(200);
  });
});
