import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleNat } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const site = 'https://help.example.org';
const other = 'https://evil.example.org';

let t: TestApp;
let webRoot: string;
beforeEach(() => {
  webRoot = mkdtempSync(join(tmpdir(), 'polynya-web-'));
  for (const file of ['index.html', 'check.html', 'embed.js']) writeFileSync(join(webRoot, file), file);
});
afterEach(async () => {
  await t.close();
  rmSync(webRoot, { recursive: true, force: true });
});

const start = async (origins: readonly string[] = [`${site}/`]) => {
  t = await startTestApp({ webRoot, config: { check: { embedOrigins: [...origins] } } });
};
const get = (url: string, origin: string) => t.app.inject({ url, headers: { origin } });
const report = () => sampleNat({ at: new Date().toISOString() });

describe('sites that may embed the check', () => {
  it('get what a check needs, and are named as the browser wants it', async () => {
    await start();
    for (const url of ['/api/check', '/api/check/servers', '/api/info']) {
      const reply = await get(url, site);
      expect(reply.statusCode, url).toBe(200);
      expect(reply.headers['access-control-allow-origin'], url).toBe(site);
      expect(reply.headers['vary']).toContain('origin');
    }
    const preflight = await t.app.inject({
      method: 'OPTIONS',
      url: '/api/reports',
      headers: { origin: site, 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toBe('content-type');
    const posted = await t.app.inject({
      method: 'POST',
      url: '/api/reports',
      headers: { origin: site },
      payload: report(),
    });
    expect(posted.statusCode).toBe(200);
  });

  it('get nothing else: neither runs nor servers, and never credentials', async () => {
    await start();
    const reply = await get('/api/runs', site);
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
    const changed = await t.app.inject({
      method: 'POST',
      url: '/api/servers',
      headers: { origin: site },
      payload: {},
    });
    expect(changed.json()).toMatchObject({ error: { code: 'origin-not-allowed' } });
    expect((await get('/api/check', site)).headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('are the only ones', async () => {
    await start();
    expect((await get('/api/check', other)).headers).not.toHaveProperty('access-control-allow-origin');
    const posted = await t.app.inject({
      method: 'POST',
      url: '/api/reports',
      headers: { origin: other },
      payload: report(),
    });
    expect(posted.statusCode).toBe(403);
  });

  it('may frame the Check page, and no other page', async () => {
    await start();
    const check = await t.app.inject('/check');
    expect(check.headers['content-security-policy']).toContain(`frame-ancestors 'self' ${site}`);
    expect(check.headers).not.toHaveProperty('x-frame-options');
    const index = await t.app.inject({ url: '/', headers: { accept: 'text/html' } });
    expect(index.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(index.headers['x-frame-options']).toBe('DENY');
    expect((await t.app.inject('/embed.js')).headers['access-control-allow-origin']).toBe('*');
  });

  it('nobody may, where none is named', async () => {
    await start([]);
    const check = await t.app.inject('/check');
    expect(check.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect((await t.app.inject('/embed.js')).headers).not.toHaveProperty('access-control-allow-origin');
    expect((await get('/api/check', site)).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
