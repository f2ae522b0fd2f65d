import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckConfig } from '../../../contract/api.ts';
import type { LinkInput, LinkView, NewLink } from '../../../contract/links.ts';
import { codePattern, readCode, showCode } from '../../../contract/report-code.ts';
import type { RunDetail, RunList } from '../../../contract/runs.ts';
import { sampleNat, sampleVisit } from './sample-reports.ts';
import { bearer, startTestApp, type TestApp, type TestAppOptions, testToken } from './test-app.ts';

const hourMs = 3_600_000;
const secret = 'the-shared-secret-of-the-relay';
const relay = {
  label: 'Relay',
  urls: ['turn:192.0.2.1'],
  username: null,
  auth: 'secret',
  credential: secret,
} as const;

let webRoot: string;
let t: TestApp;
let nowMs: number;
beforeAll(() => {
  webRoot = mkdtempSync(join(tmpdir(), 'polynya-links-'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(webRoot, 'check.html'), '<!doctype html><title>check</title>');
});
afterAll(() => rmSync(webRoot, { recursive: true, force: true }));
afterEach(() => t.close());

async function start(options: TestAppOptions = {}): Promise<void> {
  nowMs = Date.parse('2026-11-20T12:00:00Z');
  t = await startTestApp({ now: () => new Date(nowMs), webRoot, ...options });
}

async function makeLink(input: Partial<LinkInput> = {}): Promise<NewLink & { token: string }> {
  const payload = { label: 'Ticket 4711', ...input };
  const reply = await t.app.inject({ method: 'POST', url: '/api/links', payload });
  expect(reply.statusCode, reply.body).toBe(200);
  const made = reply.json<NewLink>();
  return { ...made, token: made.path.replace('/t/', '') };
}

const get = (url: string) => t.app.inject({ url, headers: { accept: 'text/html' } });
const listLinks = async () => (await get('/api/links')).json<{ links: LinkView[] }>().links;
const post = (payload: object) => t.app.inject({ method: 'POST', url: '/api/reports', payload });

describe('a link', () => {
  it('has a token of 128 random bits, which is told once and stored as a hash only', async () => {
    await start();
    const made = await Promise.all(Array.from({ length: 20 }, () => makeLink()));
    const tokens = made.map(({ token }) => token);
    expect(new Set(tokens).size).toBe(20);
    for (const token of tokens) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(16);
      const tokenHash = createHash('sha256').update(token).digest('hex');
      expect(await t.store.findLink(tokenHash)).not.toBeNull();
      expect(await t.store.findLink(token)).toBeNull();
    }
    const listed = (await get('/api/links')).body;
    for (const token of tokens) expect(listed).not.toContain(token);
  });

  it('tells its visitor what to agree to, and nothing of the operator’s', async () => {
    await start();
    const { link, token } = await makeLink({
      consent: 'We keep this for a week.',
      contact: 'help@example.org',
    });
    expect(link).toMatchObject({ label: 'Ticket 4711', state: 'active', visits: 0, lastVisitAt: null });
    const reply = await get(`/api/t/${token}`);
    expect(reply.json()).toEqual({
      consent: 'We keep this for a week.',
      contact: 'help@example.org',
      expiresAt: new Date(nowMs + 72 * hourMs).toISOString(),
    });
  });

  it('serves the page and its servers as long as it is good, then says why not: 404, 410', async () => {
    await start();
    const lives = await makeLink({ lifetimeHours: 1 });
    const ended = await makeLink();
    const addresses = ({ token }: { token: string }) => [
      `/t/${token}`,
      `/api/t/${token}`,
      `/api/t/${token}/check`,
    ];
    for (const url of addresses(lives)) expect([url, (await get(url)).statusCode]).toEqual([url, 200]);

    const revoked = await t.app.inject({ method: 'DELETE', url: `/api/links/${ended.link.id}` });
    expect(revoked.json()).toMatchObject({ id: ended.link.id, state: 'revoked' });
    nowMs += hourMs;
    for (const [link, status, code] of [
      [lives, 410, 'link-expired'],
      [ended, 410, 'link-revoked'],
      [{ token: 'AAAAAAAAAAAAAAAAAAAAAA' }, 404, 'link-unknown'],
      [{ token: 'no%20token%3Cb%3E' }, 404, 'link-unknown'],
    ] as const) {
      const [page = '', ...api] = addresses(link);
      const shown = await get(page);
      expect([page, shown.statusCode]).toEqual([page, status]);
      expect(shown.body).toContain('<title>check</title>');
      for (const url of api) {
        expect((await get(url)).json()).toMatchObject({ error: { code, next: expect.stringMatching(/./) } });
        expect([url, (await get(url)).statusCode]).toEqual([url, status]);
      }
    }
    expect((await listLinks()).map(({ state }) => state).sort()).toEqual(['expired', 'revoked']);
  });

  it('hands out the chosen servers only, with credentials that do not outlive it', async () => {
    await start({ config: { servers: [relay, { label: 'Other', urls: ['stun:192.0.2.9'] }] } });
    const servers = (await get('/api/servers')).json<{ servers: { id: string; label: string }[] }>().servers;
    const chosen = servers.filter(({ label }) => label === 'Relay').map(({ id }) => id);
    const { token } = await makeLink({ servers: chosen, lifetimeHours: 1 });
    const config = async () => (await get(`/api/t/${token}/check`)).json<CheckConfig>();
    const lifeSec = ({ iceServers }: CheckConfig) =>
      Number(iceServers[0]?.username?.split(':')[0]) - Math.floor(nowMs / 1000);

    const first = await config();
    expect(first).toMatchObject({ hasRelay: true, echoPath: '/ws/echo', natPath: '/ws/nat' });
    expect(first.iceServers.map(({ urls }) => urls)).toEqual([['turn:192.0.2.1']]);
    expect(lifeSec(first)).toBe(600);
    nowMs += 55 * 60_000;
    expect(lifeSec(await config())).toBe(300);
    // A check that begins in the last second still gets its minute.
    nowMs += 299_000;
    expect(lifeSec(await config())).toBe(60);
  });

  it('may not name a server that is not there, or live for ever', async () => {
    await start();
    for (const [input, status, field] of [
      [{ label: 'x', servers: ['embedded', 'gone'] }, 404, 'servers.1'],
      [{ label: 'x', lifetimeHours: 24 * 90 + 1 }, 400, 'lifetimeHours'],
      [{ label: ' ' }, 400, 'label'],
    ] as const) {
      const reply = await t.app.inject({ method: 'POST', url: '/api/links', payload: input });
      expect([reply.statusCode, reply.json<{ field: string }>().field]).toEqual([status, field]);
    }
    expect(await listLinks()).toEqual([]);
    expect((await t.app.inject({ method: 'DELETE', url: '/api/links/gone' })).statusCode).toBe(404);
  });

  it('keeps its token out of the log', async () => {
    const lines: string[] = [];
    await start({ log: { level: 'debug', stream: { write: (line) => lines.push(line) } } });
    const { token } = await makeLink();
    for (const url of [`/t/${token}`, `/api/t/${token}`, `/api/t/${token}/check`]) await get(url);
    await post(sampleVisit({ link: token }));
    expect(lines.join('')).toContain('/api/t/:token/check');
    expect(lines.join('')).not.toContain(token);
  });
});

describe('a visit by a link', () => {
  it('is stored under the link’s id, never under its token, and counts for it', async () => {
    await start();
    const { link, token } = await makeLink();
    const stored = await post(sampleVisit({ link: token, visitor: 'v1' }));
    const { id } = stored.json<{ id: string }>();
    const run = (await get(`/api/runs/${id}`)).json<RunDetail>();
    expect(run.summary).toMatchObject({ link: link.id, visitor: 'v1' });
    expect(JSON.stringify(run)).not.toContain(token);
    expect(await listLinks()).toMatchObject([{ visits: 1, lastVisitAt: new Date(nowMs).toISOString() }]);
    const list = (await get(`/api/runs?link=${link.id}`)).json<RunList>();
    expect(list.runs.map((each) => each.id)).toEqual([id]);
    expect((await get('/api/runs?link=lx')).json<RunList>().total).toBe(0);
  });

  it('may hand in its report a little late, but not by a link that was withdrawn', async () => {
    await start();
    const { link, token } = await makeLink({ lifetimeHours: 1 });
    nowMs += hourMs + 60_000;
    expect((await post(sampleVisit({ link: token }))).statusCode).toBe(200);
    nowMs += hourMs;
    const late = await post(sampleVisit({ link: token, sentence: 'Another one.' }));
    expect([late.statusCode, late.json()]).toMatchObject([410, { error: { code: 'link-expired' } }]);
    await t.app.inject({ method: 'DELETE', url: `/api/links/${link.id}` });
    const withdrawn = await post(sampleVisit({ link: token, sentence: 'A third one.' }));
    expect([withdrawn.statusCode, withdrawn.json()]).toMatchObject([
      410,
      { error: { code: 'link-revoked' } },
    ]);
    expect(await t.store.countRuns()).toBe(1);
  });

  it('cannot claim a link without its token', async () => {
    await start();
    const { link } = await makeLink();
    for (const claimed of [link.id, 'AAAAAAAAAAAAAAAAAAAAAA']) {
      const stored = await post(sampleVisit({ link: claimed, sentence: `By ${claimed}.` }));
      const { id } = stored.json<{ id: string }>();
      expect((await get(`/api/runs/${id}`)).json<RunDetail>().summary.link).toBeNull();
    }
    expect(await listLinks()).toMatchObject([{ visits: 0 }]);
  });

  it('asks for the admin token where links are made, and not where they are followed', async () => {
    await start({ token: testToken });
    const made = await t.app.inject({
      method: 'POST',
      url: '/api/links',
      payload: { label: 'x' },
      headers: bearer,
    });
    const { path } = made.json<NewLink>();
    for (const url of [path, `/api${path}`, `/api${path}/check`]) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
    }
    for (const url of ['/api/links', '/api/reports?code=K7M4QX']) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 401]);
    }
  });
});

describe('the code of a report', () => {
  it('is given to every visit, is different each time, and leads to the report', async () => {
    await start();
    const seen = new Map<string, string>();
    for (let n = 0; n < 20; n += 1) {
      const { id, code } = (await post(sampleVisit({ sentence: `Visit ${n}.` }))).json<Stored>();
      expect(code).toMatch(codePattern);
      seen.set(code ?? '', id);
    }
    expect(seen.size).toBe(20);
    for (const [code, id] of seen) {
      for (const spoken of [code, showCode(code), showCode(code).toLowerCase(), code.split('').join(' ')]) {
        const found = await get(`/api/reports?code=${encodeURIComponent(spoken)}`);
        expect([spoken, found.json()]).toEqual([spoken, { id }]);
      }
      expect((await get(`/api/runs?q=${code.toLowerCase()}`)).json<RunList>().runs[0]?.id).toBe(id);
    }
  });

  it('stays the same when the report comes again, and no other kind of report has one', async () => {
    await start();
    const first = (await post(sampleVisit())).json<Stored>();
    expect((await post(sampleVisit())).json<Stored>()).toEqual(first);
    expect((await post(sampleNat())).json<Stored>().code).toBeNull();
  });

  it.each(['', 'K7M4Q', 'K7M4QX7', 'O0I1L5', 'ab%cd_', '../../x'])('%j leads to nothing', async (code) => {
    await start();
    await post(sampleVisit());
    const reply = await get(`/api/reports?code=${encodeURIComponent(code)}`);
    expect([reply.statusCode, reply.json()]).toMatchObject([404, { error: { code: 'not-found' } }]);
  });

  it('is read whatever its case and spacing', () => {
    expect(readCode(' k7m - 4qx')).toBe('K7M4QX');
    expect(showCode('K7M4QX')).toBe('K7M-4QX');
    expect(readCode('K7M4QO')).toBeNull();
  });
});

interface Stored {
  readonly id: string;
  readonly code: string | null;
}
