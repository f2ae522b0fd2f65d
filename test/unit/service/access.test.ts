import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { bearer, startTestApp, type TestApp, testToken } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

describe('loopback without a token', () => {
  it('trusts this machine', async () => {
    t = await startTestApp();
    for (const host of ['localhost:7478', '127.0.0.1:7478', '[::1]:7478', 'LOCALHOST', 'app.localhost']) {
      const reply = await t.app.inject({ url: '/api/runs', headers: { host } });
      expect([host, reply.statusCode]).toEqual([host, 200]);
    }
  });

  it.each([
    'evil.example',
    'evil.example:7478',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.0.2.1',
    'x@127.0.0.1',
  ])('refuses every page under the Host %j (DNS rebinding)', async (host) => {
    t = await startTestApp();
    for (const url of ['/api/runs', '/api/info', '/api/check', '/', '/metrics', '/docs/json']) {
      const reply = await t.app.inject({ url, headers: { host } });
      expect([url, reply.statusCode]).toEqual([url, 403]);
      expect(reply.json()).toMatchObject({ error: { code: 'host-not-allowed' } });
    }
  });

  it('trusts no peer from elsewhere, and nothing that a proxy forwards', async () => {
    t = await startTestApp();
    const foreign = await t.app.inject({ url: '/api/runs', remoteAddress: '192.0.2.9' });
    expect(foreign.statusCode).toBe(401);
    const forwarded = await t.app.inject({ url: '/api/runs', headers: { 'x-forwarded-for': '192.0.2.9' } });
    expect(forwarded.statusCode).toBe(401);
    expect((await t.app.inject({ url: '/api/runs', remoteAddress: '::ffff:127.0.0.1' })).statusCode).toBe(
      200,
    );
  });

  it('has no login, and says that none is needed', async () => {
    t = await startTestApp();
    const reply = await t.app.inject({ method: 'POST', url: '/api/login', payload: { token: 'anything' } });
    expect(reply.json()).toMatchObject({ principal: { kind: 'local', role: 'admin' } });
    expect(reply.headers['set-cookie']).toBeUndefined();
  });
});

describe('with a token', () => {
  it('answers the open operations to anybody, under any Host', async () => {
    t = await startTestApp({ token: testToken });
    const from = { remoteAddress: '192.0.2.9', headers: { host: 'check.example.org' } };
    expect((await t.app.inject({ url: '/api/check', ...from })).statusCode).toBe(200);
    expect((await t.app.inject({ url: '/api/info', ...from })).json()).toMatchObject({ role: null });
  });

  it('takes it as a bearer', async () => {
    t = await startTestApp({ token: testToken });
    const remoteAddress = '192.0.2.9';
    expect((await t.app.inject({ url: '/api/runs', remoteAddress, headers: bearer })).statusCode).toBe(200);
    for (const authorization of [`Bearer ${testToken}x`, 'Bearer', `Basic ${testToken}`, testToken]) {
      const reply = await t.app.inject({ url: '/api/runs', remoteAddress, headers: { authorization } });
      expect(reply.statusCode).toBe(401);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  it('gives a session for it that ends by itself', async () => {
    let nowMs = Date.parse('2026-11-20T12:00:00Z');
    t = await startTestApp({ token: testToken, now: () => new Date(nowMs) });
    const login = await t.app.inject({ method: 'POST', url: '/api/login', payload: { token: testToken } });
    expect(login.statusCode).toBe(200);
    const setCookie = String(login.headers['set-cookie']);
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(setCookie).not.toContain(testToken);
    const cookie = setCookie.split(';')[0] ?? '';
    const runs = (value: string): Promise<{ statusCode: number }> =>
      t.app.inject({ url: '/api/runs', headers: { cookie: `theme=dark; ${value}` } });
    expect((await runs(cookie)).statusCode).toBe(200);
    expect((await runs(`${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`)).statusCode).toBe(401);
    nowMs += 12 * 3600 * 1000 + 1;
    expect((await runs(cookie)).statusCode).toBe(401);
  });

  it('clears the cookie at logout', async () => {
    t = await startTestApp({ token: testToken });
    const reply = await t.app.inject({ method: 'POST', url: '/api/logout' });
    expect(reply.headers['set-cookie']).toMatch(/^polynya_session=; .*Max-Age=0$/);
  });

  it('refuses a wrong token at login and bounds the guesses', async () => {
    t = await startTestApp({ token: testToken });
    const guess = () =>
      t.app.inject({ method: 'POST', url: '/api/login', payload: { token: 'wrong-guess' } });
    const first = await guess();
    expect(first.statusCode).toBe(401);
    expect(first.json()).toMatchObject({ error: { code: 'unauthorized' }, field: 'token' });
    for (let i = 0; i < 9; i++) await guess();
    expect((await guess()).statusCode).toBe(429);
  });
});

describe('requests from other sites', () => {
  const change: InjectOptions = { method: 'DELETE', url: '/api/runs/r1' };
  const host = '127.0.0.1:7478';

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'http://127.0.0.1:7478.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ])('may not change anything: %j', async (headers) => {
    t = await startTestApp();
    const reply = await t.app.inject({ ...change, headers: { host, ...headers } });
    expect(reply.statusCode).toBe(403);
    expect(reply.json()).toMatchObject({ error: { code: 'origin-not-allowed' } });
  });

  it('may not post reports either', async () => {
    t = await startTestApp();
    const headers = { host, origin: 'https://evil.example' };
    const reply = await t.app.inject({ method: 'POST', url: '/api/reports', headers, payload: {} });
    expect(reply.statusCode).toBe(403);
  });

  it('lets the own page and programs that are no browser through', async () => {
    t = await startTestApp();
    const own = await t.app.inject({ ...change, headers: { host, origin: `http://${host}` } });
    expect(own.statusCode).toBe(404);
    expect((await t.app.inject({ ...change, headers: { host } })).statusCode).toBe(404);
  });
});
