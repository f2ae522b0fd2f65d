import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../../contract/api.ts';
import { sampleAttempt, sampleVisit } from './sample-reports.ts';
import { bearer, startTestApp, type TestApp, testToken } from './test-app.ts';

let webRoot: string;
let t: TestApp;
beforeAll(() => {
  webRoot = mkdtempSync(join(tmpdir(), 'polynya-web-'));
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(webRoot, 'check.html'), '<!doctype html><title>check</title>');
  writeFileSync(join(webRoot, 'room.html'), '<!doctype html><title>room</title>');
  writeFileSync(join(webRoot, 'status.html'), '<!doctype html><title>status</title>');
  writeFileSync(join(webRoot, 'assets/main-abc123.js'), 'export {};');
});
afterAll(() => rmSync(webRoot, { recursive: true, force: true }));
afterEach(() => t.close());

const html = { accept: 'text/html,application/xhtml+xml' };

describe('pages', () => {
  it.each([
    ['/', 'app'],
    ['/index.html', 'app'],
    ['/runs', 'app'],
    ['/runs/r123?path=mesh', 'app'],
    ['/check', 'check'],
    ['/status', 'status'],
  ])('%s is %s', async (url, title) => {
    t = await startTestApp({ webRoot });
    const reply = await t.app.inject({ url, headers: html });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
    expect(reply.body).toContain(`<title>${title}</title>`);
    expect(reply.headers['cache-control']).toBe('no-cache');
  });

  it.each(['/api/nothing', '/ws/nothing', '/assets/gone.js', '/docs/nothing'])(
    '%s is nothing, said as an ApiError',
    async (url) => {
      t = await startTestApp({ webRoot });
      const reply = await t.app.inject({ url, headers: html });
      expect(reply.statusCode).toBe(404);
      expect(reply.json()).toMatchObject({ error: { code: 'not-found' }, field: null });
    },
  );

  it('says what /ws/live is for to those who come without WebSocket', async () => {
    t = await startTestApp({ webRoot });
    const reply = await t.app.inject('/ws/live');
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'request-invalid' } });
  });

  it('gives no files outside its folder', async () => {
    t = await startTestApp({ webRoot });
    for (const url of ['/../package.json', '/%2e%2e/package.json', '/..%2f..%2fetc%2fpasswd', '/assets/']) {
      expect([url, (await t.app.inject(url)).statusCode >= 400]).toEqual([url, true]);
    }
  });

  it('lets browsers keep what is named after its content', async () => {
    t = await startTestApp({ webRoot });
    const reply = await t.app.inject('/assets/main-abc123.js');
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(reply.headers['content-type']).toMatch(/javascript/);
  });

  it('does not count the files of a page against the rate limit', async () => {
    t = await startTestApp({ webRoot, config: { limits: { requestsPerMinute: 3 } } });
    const codes: number[] = [];
    const asset = '/assets/main-abc123.js';
    for (const url of [asset, asset, asset, asset, '/check', '/check', '/check', '/check', asset]) {
      codes.push((await t.app.inject(url)).statusCode);
    }
    expect(codes).toEqual([200, 200, 200, 200, 200, 200, 200, 429, 200]);
  });

  it('says so when the dashboard is not built', async () => {
    t = await startTestApp({ webRoot: join(webRoot, 'assets') });
    for (const url of ['/', '/runs', '/check']) {
      const reply = await t.app.inject({ url, headers: html });
      expect([url, reply.statusCode]).toEqual([url, 503]);
      expect(reply.body).toContain('npm run build');
    }
  });

  it('runs no inline script, is not framed, and keeps link tokens to itself', async () => {
    t = await startTestApp({ webRoot });
    const { headers } = await t.app.inject({ url: '/t/token', headers: html });
    const csp = String(headers['content-security-policy']);
    expect(csp).toMatch(/(^|;)script-src 'self'(;|$)/);
    expect(csp).toMatch(/(^|;)default-src 'self'(;|$)/);
    expect(csp).toMatch(/frame-ancestors 'none'/);
    expect(csp).not.toContain('unsafe');
    // It would turn the plain HTTP of a LAN into requests that nobody answers.
    expect(csp).not.toContain('upgrade-insecure-requests');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('lets its own pages frame a room, and nobody else', async () => {
    t = await startTestApp({ webRoot });
    const { headers, body } = await t.app.inject({ url: '/room/id', headers: html });
    expect(body).toContain('<title>room');
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'self'(;|$)/);
    expect((await t.app.inject({ url: '/room', headers: html })).headers['x-frame-options']).toBe('DENY');
  });
});

describe('documentation', () => {
  it('describes every operation of the contract', async () => {
    t = await startTestApp();
    type Doc = {
      paths: Record<string, Record<string, { operationId: string; 'x-role': string; security?: [] }>>;
    };
    const { paths } = (await t.app.inject('/docs/json')).json<Doc>();
    const page = await t.app.inject('/docs');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    for (const [name, { method, path, role }] of Object.entries(operations)) {
      const shown = path.replace(/:(\w+)/g, '{$1}');
      const inDoc = paths[shown]?.[method.toLowerCase()];
      expect(inDoc?.operationId).toBe(name);
      expect(inDoc?.security !== undefined).toBe(role !== 'anyone');
      expect(inDoc?.['x-role']).toBe(role);
      expect(page.body).toContain(`<code>${method} ${shown}</code>`);
    }
    expect(page.body).not.toContain('<script');
  });
});

describe('operation of the service', () => {
  it('is healthy and ready, and not ready once the store is gone', async () => {
    t = await startTestApp();
    expect((await t.app.inject('/healthz')).statusCode).toBe(200);
    expect((await t.app.inject('/readyz')).json()).toEqual({ status: 'ready', bus: 'none' });
    await t.store.close();
    expect((await t.app.inject('/readyz')).statusCode).toBe(503);
    const broken = await t.app.inject('/api/runs');
    expect(broken.statusCode).toBe(500);
    expect(broken.json()).toMatchObject({ error: { code: 'harness-fault', blame: 'tool' } });
    expect(broken.body).not.toMatch(/sql|destroyed|\.ts:\d/i);
  });

  it('counts requests, runs and attempts', async () => {
    t = await startTestApp({ token: testToken });
    const failed = sampleAttempt({ succeeded: false, rung: 'S1' });
    const payload = sampleVisit({ attempts: [sampleAttempt(), failed] });
    for (let i = 0; i < 2; i++) await t.app.inject({ method: 'POST', url: '/api/reports', payload });
    await t.app.inject({ url: '/api/runs/r-none', headers: bearer });
    const { body } = await t.app.inject({ url: '/metrics', headers: bearer });
    expect(body).toContain('polynya_runs_stored_total{kind="visit-report"} 1');
    expect(body).toContain('polynya_attempts_total{path="mesh",outcome="succeeded"} 1');
    expect(body).toContain('polynya_attempts_total{path="mesh",outcome="failed"} 1');
    expect(body).toContain(
      'polynya_http_request_duration_seconds_count{method="POST",route="/api/reports",status="200"} 2',
    );
    expect(body).toContain('route="/api/runs/:id",status="404"');
    expect(body).toContain('polynya_live_sockets 0');
  });

  it('tells everyone what it is', async () => {
    t = await startTestApp({ embeddedStun: null });
    expect((await t.app.inject('/api/info')).json()).toEqual({
      version: '9.9.9',
      embeddedStun: null,
      embeddedRfc5780: false,
      role: 'admin',
      signIn: null,
      runs: 0,
      store: { away: null, waiting: 0 },
    });
  });
});

describe('queries of the runs list', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=1000', 'limit'],
    ['offset=-1', 'offset'],
    ['sort=colour', 'sort'],
    ['since=yesterday', 'since'],
    ['path=wormhole', 'path'],
    ['pth=mesh', 'pth'],
    ['limit=1&limit=2', 'limit'],
  ])('?%s names %s', async (query, field) => {
    t = await startTestApp();
    const reply = await t.app.inject(`/api/runs?${query}`);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'request-invalid' }, field });
  });

  it('are checked for the success rate too', async () => {
    t = await startTestApp();
    expect((await t.app.inject('/api/success?bucket=week')).json()).toMatchObject({ field: 'bucket' });
    expect((await t.app.inject('/api/success?bucket=day')).json()).toEqual({ bucket: 'day', series: [] });
    expect((await t.app.inject({ method: 'DELETE', url: '/api/runs/no.such' })).json()).toMatchObject({
      error: { code: 'request-invalid' },
      field: 'id',
    });
    expect((await t.app.inject({ method: 'DELETE', url: '/api/runs/nosuch' })).statusCode).toBe(404);
  });
});
