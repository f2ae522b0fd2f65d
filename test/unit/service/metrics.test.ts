/** What a caller sends does not become a label, and gauges tell what is now. */
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

const metrics = async () => (await t.app.inject('/metrics')).body;
const figureOf = (text: string, name: string) => new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];

/** Names and labels of all series. */
const seriesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))
    .sort();

/** One of everything that a stranger can choose. */
async function strangeRequests(mark: string): Promise<void> {
  const headers = { host: `${mark}.localhost`, 'user-agent': mark, 'x-request-id': `${mark}-${mark}` };
  const json = { 'content-type': 'application/json' };
  for (const url of [`/${mark}`, `/api/${mark}`, `/api/runs/${mark}`, `/t/${mark}`, `/api/t/${mark}/check`]) {
    await t.app.inject({ url, headers });
  }
  await t.app.inject({ url: `/api/runs?${mark}=${mark}`, headers });
  await t.app.inject({ url: '/', headers: { host: `${mark}.example` } });
  await t.app.inject({ method: 'POST', url: '/api/login', headers, payload: { token: mark } });
  await t.app.inject({
    method: 'POST',
    url: '/api/reports',
    headers: { ...headers, ...json },
    payload: {
      kind: mark,
      version: 1,
      tool: { name: mark, version: mark },
      at: mark,
      body: { [mark]: mark },
    },
  });
  await t.app.inject({ method: 'OPTIONS', url: `/${mark}`, headers });
}

describe('/metrics', () => {
  it('has the same series however many different requests come', async () => {
    t = await startTestApp();
    await metrics();
    await strangeRequests('quince');
    const before = seriesIn(await metrics());
    await strangeRequests('medlar');
    const text = await metrics();
    expect(seriesIn(text)).toEqual(before);
    expect(text).not.toMatch(/quince|medlar/);
    expect(text).toContain('route="unmatched"');
  });

  it('counts what was refused by its code', async () => {
    t = await startTestApp({ token: 'correct-horse-battery-staple' });
    const headers = { authorization: 'Bearer correct-horse-battery-staple' };
    for (const url of ['/api/runs', '/api/runs', '/api/t/AAAAAAAAAAAAAAAAAAAAAA']) await t.app.inject(url);
    const { body } = await t.app.inject({ url: '/metrics', headers });
    expect(body).toContain('polynya_http_failures_total{code="unauthorized"} 2');
    expect(body).toContain('polynya_http_failures_total{code="link-unknown"} 1');
  });

  it('tells whether the store answers, and what is open against what may be', async () => {
    t = await startTestApp({ config: { limits: { rooms: 7, connections: 70 } } });
    await t.app.inject({ method: 'POST', url: '/api/rooms', payload: {} });
    const now = await metrics();
    const figures = ['store_up', 'rooms', 'rooms_limit', 'http_connections', 'http_connections_limit'];
    expect(figures.map((name) => figureOf(now, `polynya_${name}`))).toEqual(['1', '1', '7', '0', '70']);
    expect(now).toContain('polynya_build_info{version="9.9.9"} 1');
    expect(now).not.toContain('polynya_stun_link_up');
    await t.store.close();
    expect(figureOf(await metrics(), 'polynya_store_up')).toBe('0');
  });
});
