/** Every route of the running app, asked by everybody: each lets in whom the contract’s tables let in, and nobody else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otherRoutes, type RouteRow, routeRow } from '../../../contract/access/routes.ts';
import { mayDo, type Principal, type Role, roles } from '../../../contract/access.ts';
import { operations } from '../../../contract/api.ts';
import { Access } from '../../../service/access.ts';
import { registerEcho } from '../../../service/routes/echo.ts';
import { registerTabNat } from '../../../service/routes/tab-nat.ts';
import { registerWhip } from '../../../service/routes/whip.ts';
import { startTestApp, type TestApp, testToken } from './test-app.ts';

/** Nothing listens there: a sign-in begins and fails. */
const publicUrl = 'http://127.0.0.1:9';
const oidc = { issuer: 'https://127.0.0.1:9', clientId: 'polynya', clientSecret: 'client-secret' };
const admin: Principal = { kind: 'token', id: 'token', name: 'admin', role: 'admin', projects: 'all' };

let t: TestApp;
let webRoot: string;
const keys = new Map<Role, string>();
beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'polynya-roles-'));
  mkdirSync(join(webRoot, 'assets'));
  for (const page of ['index', 'check', 'room', 'status']) writeFileSync(join(webRoot, `${page}.html`), page);
  t = await startTestApp({
    ...{ token: testToken, webRoot, config: { publicUrl, oidc } },
    addEcho: (app) => void registerEcho(app, { sessions: 1, seconds: 5, refuses: () => false }),
    addTabNat: (app) => registerTabNat(app, []),
    addWhip: (app, recorded) => registerWhip(app, { streams: 1, announce: [], bindAddress: null }, recorded),
  });
  const access = new Access(testToken, t.store.access);
  for (const role of roles) {
    const { secret } = await access.keys.create({ name: role, role, lifetimeDays: 1 }, admin, new Date());
    keys.set(role, secret);
  }
});
afterAll(async () => {
  await t.close();
  rmSync(webRoot, { recursive: true, force: true });
});

type Method = NonNullable<InjectOptions['method']>;

interface Route {
  readonly method: Method;
  readonly path: string;
}

/** Whatever the contract names; a route that it does not name cannot be added. */
const named = [...Object.values(operations).map((row) => ({ ...row, methods: [row.method] })), ...otherRoutes]
  .flatMap(({ methods, path }) => methods.map((method): Route => ({ method: method as Method, path })))
  .flatMap(({ method, path }): Route[] =>
    method === 'GET'
      ? [
          { method, path },
          { method: 'HEAD', path },
        ]
      : [{ method, path }],
  );

describe('the routes', () => {
  it('that the contract names are all there', () => {
    const missing = named.filter(
      ({ method, path }) => !t.app.hasRoute({ method: method as 'GET', url: path }),
    );
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(100);
  });

  it('let in whom the contract lets in, and say why to the others', async () => {
    const callers: readonly (Role | null)[] = [null, ...roles];
    for (const { method, path } of named) {
      const row = routeRow(method, path);
      const url = path.replace(/:\w+|\*/g, 'none');
      const said = await Promise.all(callers.map((role, index) => ask(method, url, role, index)));
      const wanted = callers.map((role) => answerTo(role, row));
      expect([method, path, said]).toEqual([method, path, wanted]);
    }
  });

  function answerTo(role: Role | null, row: RouteRow | null): string {
    const needed = role === null ? row?.role : (row?.orRole ?? row?.role);
    if (mayDo(role, needed ?? 'admin')) return 'let in';
    return role === null ? '401 unauthorized' : '403 forbidden';
  }

  /** Callers come from different addresses: requests are counted by them. */
  async function ask(method: Method, url: string, role: Role | null, index: number): Promise<string> {
    const key = role === null ? undefined : keys.get(role);
    const reply = await t.app.inject({
      ...{ method, url, remoteAddress: `192.0.2.${index + 1}` },
      // The one that asks for a role after it has read what is wanted.
      ...(url.endsWith('/path') && { payload: { path: { kind: 'mesh' } } }),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });
    // The answer to a HEAD has no body; an agent that is not known is told so without this header.
    if (method === 'HEAD') {
      if (reply.headers['www-authenticate'] !== undefined) return '401 unauthorized';
      return reply.statusCode === 403 ? '403 forbidden' : 'let in';
    }
    const code = /"code":"(unauthorized|forbidden)"/.exec(reply.body)?.[1];
    return code === undefined ? 'let in' : `${reply.statusCode} ${code}`;
  }

  it('cannot be added without saying who may use them', async () => {
    const adding = startTestApp({ addEcho: (app) => void app.get('/api/forgotten', async () => 'secret') });
    await expect(adding).rejects.toThrow(/GET \/api\/forgotten: .*does not say who may use it/);
  });
});
