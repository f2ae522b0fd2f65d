/** What a browser gets on its way through a sign-in: cookies, redirects, sessions, pages, and what the audit log says. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { AuditPage } from '../../contract/access/audit.ts';
import type { SessionView } from '../../contract/access/principal.ts';
import { defaultProject, projectHeader } from '../../contract/projects.ts';
import { IdentityProvider, oidcBase } from '../identity/identity-provider.ts';
import { Visitor } from '../identity/visitor.ts';
import { bearer, startTestApp, type TestApp, testToken } from '../unit/service/test-app.ts';

const publicUrl = 'https://polynya.example.org';
let provider: IdentityProvider;
let t: TestApp;
/** At the provider; the service is asked without a network. */
let visitor: Visitor;

beforeAll(async () => {
  provider = await IdentityProvider.open({ publicUrl });
});
afterAll(() => provider?.close());
beforeEach(async () => {
  visitor = new Visitor();
  t = await startApp();
});
afterEach(() => t.close());

function startApp(roles: object[] = oidcBase.roles): Promise<TestApp> {
  const oidc = { ...oidcBase, issuer: provider.issuer, roles };
  return startTestApp({ token: testToken, config: { publicUrl, oidc } });
}

async function get(path: string, headers: Record<string, string> = {}) {
  const url = `${publicUrl}${path}`;
  const reply = await t.app.inject({
    url: path,
    headers: {
      host: 'polynya.example.org',
      accept: 'text/html',
      cookie: visitor.cookiesFor(url),
      ...headers,
    },
  });
  const cookies = [reply.headers['set-cookie'] ?? []].flat();
  visitor.keep(url, cookies);
  return { ...reply, cookies, status: reply.statusCode, location: String(reply.headers.location ?? '') };
}

/** From the button to the address to which the provider sends the browser back, as a path. */
async function walk(choice: string, to = '/runs', headers: Record<string, string> = {}): Promise<string> {
  const begun = await get(`/api/sign-in?to=${encodeURIComponent(to)}`, headers);
  const page = await visitor.follow(begun.location, publicUrl);
  const end = await visitor.follow(`${page.url}/${choice}`, publicUrl);
  return (end.location ?? '').slice(publicUrl.length);
}

async function audited(): Promise<unknown[]> {
  const reply = await t.app.inject({ url: '/api/audit', headers: bearer });
  return reply
    .json<AuditPage>()
    .entries.map(({ operation, outcome, who }) => [operation, outcome, who?.name]);
}

const mine = async () => (await get('/api/me')).json<{ principal: { role: string } | null }>().principal;

describe('a sign-in', () => {
  it('is offered to those who are not signed in', async () => {
    expect((await get('/api/info')).json()).toMatchObject({
      role: null,
      signIn: { label: 'Example Corp', url: `${publicUrl}/api/sign-in` },
    });
  });

  it('ends with a new session of that role, on the page that was asked for', async () => {
    visitor.keep(publicUrl, ['polynya_session=planted-by-somebody; Path=/']);
    const callback = await walk('login?login=otto', '/runs?kind=nat-report');
    expect(callback).toMatch(/^\/api\/sign-in\/callback\?/);
    const reply = await get(callback);
    expect([reply.status, reply.location]).toEqual([303, `${publicUrl}/runs?kind=nat-report`]);
    expect(reply.headers['cache-control']).toBe('no-store');
    const [session = '', gone = ''] = reply.cookies;
    expect(session).toMatch(
      /^polynya_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
    );
    expect(gone).toMatch(/^polynya_sign_in=; Path=\/api\/sign-in\/callback; .*Max-Age=0/);
    expect(await mine()).toMatchObject({ kind: 'user', role: 'operator', name: 'otto@example.org' });
    expect((await get('/api/runs')).status).toBe(200);
    expect((await get('/api/audit')).status).toBe(403);
    expect(await audited()).toEqual([
      ['listAudit', 'forbidden', 'otto@example.org'],
      ['signIn', 'done', 'otto@example.org'],
    ]);
  });

  it('for some projects shows nothing of the others, and nothing at all from the moment it ends', async () => {
    await t.close();
    const rule = { claim: 'groups', values: ['net-ops'], role: 'operator', projects: [defaultProject] };
    t = await startApp([rule]);
    const payload = { name: 'Beta' };
    const other = await t.app.inject({ method: 'POST', url: '/api/projects', headers: bearer, payload });
    const { id } = other.json<{ id: string }>();
    await get(await walk('login?login=otto'));
    expect(await mine()).toMatchObject({ role: 'operator', projects: [defaultProject] });
    expect((await get('/api/projects')).json()).toMatchObject({ projects: [{ id: defaultProject }] });
    const named = await get('/api/runs', { [projectHeader]: id });
    expect([named.status, (await get('/api/agents')).status]).toEqual([404, 403]);

    const cookie = visitor.cookiesFor(publicUrl);
    const here = await t.app.listen({ host: '127.0.0.1', port: 0 });
    const open = (path: string) =>
      new WebSocket(`${here.replace('http', 'ws')}${path}`, { headers: { cookie } });
    const endOf = (socket: WebSocket) => new Promise((resolve) => socket.on('close', resolve));
    expect(await endOf(open(`/ws/live?project=${id}`))).toBe(1008);
    const live = open('/ws/live');
    const closed = endOf(live);
    // It says hello.
    await new Promise((resolve) => live.once('message', resolve));
    const all = await t.app.inject({ url: '/api/sessions', headers: bearer });
    const [session] = all.json<{ sessions: SessionView[] }>().sessions;
    expect(session).toMatchObject({ projects: [defaultProject] });
    await t.app.inject({ method: 'DELETE', url: `/api/sessions/${session?.id}`, headers: bearer });
    expect(await closed).toBe(1008);
    expect((await get('/api/runs')).status).toBe(401);
  });

  it('keeps what it has to remember in a cookie that no script and no other site’s request carries', async () => {
    const { cookies, status, headers } = await get('/api/sign-in');
    expect(status).toBe(302);
    expect(headers['cache-control']).toBe('no-store');
    expect(cookies).toEqual([
      expect.stringMatching(
        /^polynya_sign_in=[\w-]+; Path=\/api\/sign-in\/callback; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
      ),
    ]);
  });

  it('sends nobody to where a Host header or a path points', async () => {
    const callback = await walk('login?login=vera', '//evil.example/x', {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
    });
    expect((await get(callback)).location).toBe(`${publicUrl}/`);
  });

  it('is ended here and at the provider', async () => {
    await get(await walk('login?login=vera'));
    const url = '/api/logout';
    const headers = { cookie: visitor.cookiesFor(publicUrl) };
    const { next } = (await t.app.inject({ method: 'POST', url, headers })).json<{ next: string }>();
    expect(next.startsWith(`${provider.issuer}/session/end?`)).toBe(true);
    expect(await mine()).toBeNull();
    const withToken = { ...bearer };
    expect((await t.app.inject({ method: 'POST', url, headers: withToken })).json()).toMatchObject({
      next: null,
    });
  });
});

describe('what is no sign-in', () => {
  it('shows a page with reason, next step and request id, and leaves no session', async () => {
    const reply = await get(await walk('login?login=nils'), { 'x-request-id': 'request-42' });
    expect([reply.status, reply.cookies]).toEqual([403, []]);
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
    for (const text of ['nothing gives them a role', 'Ask the operator', 'sign-in-no-role', 'request-42']) {
      expect(reply.body).toContain(text);
    }
    expect(await mine()).toBeNull();
    expect(await audited()).toEqual([['signIn', 'sign-in-no-role', 'Nils']]);
  });

  it('is told to programs as an ApiError', async () => {
    const reply = await get('/api/sign-in/callback?state=x&code=y', { accept: 'application/json' });
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'sign-in-unknown' } });
  });

  it('shows nothing of what the query says', async () => {
    const callback = await walk('login?login=vera');
    const state = new URLSearchParams(callback.split('?')[1]).get('state');
    const odd = '<script>alert(1)</script>';
    const query = new URLSearchParams({
      state: state ?? '',
      error: odd,
      error_description: odd,
      iss: provider.issuer,
    });
    const reply = await get(`/api/sign-in/callback?${query}`);
    expect([reply.status, reply.body.includes('alert')]).toEqual([502, false]);
  });

  it('may be tried ten times a minute', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 11; at += 1) statuses.push((await get('/api/sign-in/callback?state=x')).status);
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
  });
});
