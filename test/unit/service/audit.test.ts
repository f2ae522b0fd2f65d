/** The audit log: what stands in it after people have done things, and been refused. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry, AuditPage } from '../../../contract/access/audit.ts';
import { auditQuerySchema } from '../../../contract/access/audit.ts';
import type { NewKey } from '../../../contract/access/keys.ts';
import { AuditLog } from '../../../service/access/audit-log.ts';
import { fault } from '../../../service/fault.ts';
import { expireAccess } from '../../../service/store/access/access-store.ts';
import type { Store } from '../../../service/store/store.ts';
import { describeStores } from './store-kinds.ts';
import { bearer, startTestApp, type TestApp, testToken } from './test-app.ts';

const now = () => new Date('2026-11-20T12:00:00.000Z');

describe('the audit log of a service', () => {
  let t: TestApp;
  beforeEach(async () => {
    t = await startTestApp({ token: testToken });
  });
  afterEach(() => t.close());

  const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, headers: object = bearer) =>
    t.app.inject({ method, url, headers: { ...headers }, ...(payload !== undefined && { payload }) });
  const audit = async (query = ''): Promise<AuditEntry[]> =>
    ((await ask('GET', `/api/audit${query}`)).json() as AuditPage).entries;
  const brief = ({ who, operation, target, outcome, times }: AuditEntry) =>
    [who?.name ?? null, operation, target, outcome, times] as const;

  it('has who did what, to what, with which outcome, and the request’s id', async () => {
    const made = await ask('POST', '/api/links', { label: 'ticket 4711' });
    const { link, path } = made.json();
    await ask('DELETE', `/api/links/${link.id}`);
    await ask('DELETE', '/api/runs/none');
    const entries = await audit();
    expect(entries.map(brief)).toEqual([
      ['admin token', 'deleteRun', 'none', 'not-found', 1],
      ['admin token', 'revokeLink', link.id, 'done', 1],
      ['admin token', 'createLink', link.id, 'done', 1],
    ]);
    expect(entries[2]?.requestId).toBe(made.headers['x-request-id']);
    expect(entries[2]?.who).toEqual({ kind: 'token', id: 'token', name: 'admin token' });
    const text = JSON.stringify(entries);
    for (const secret of [testToken, path.slice(3), '4711']) expect(text).not.toContain(secret);
  });

  it('has whoever was refused, once a minute and kind', async () => {
    const { key, secret }: NewKey = (await ask('POST', '/api/keys', { name: 'board' })).json();
    const viewer = { authorization: `Bearer ${secret}` };
    for (let i = 0; i < 3; i++) {
      expect((await ask('DELETE', '/api/runs/r1', undefined, viewer)).statusCode).toBe(403);
      expect((await ask('GET', '/api/runs', undefined, {})).statusCode).toBe(401);
    }
    await ask('POST', '/api/login', { token: 'wrong-guess-of-a-token' }, {});
    await ask('POST', '/api/servers', {}, { ...bearer, origin: 'https://evil.example' });
    expect((await audit('?outcome=refused')).map(brief)).toEqual([
      [null, 'addServer', null, 'origin-not-allowed', 1],
      [null, 'login', null, 'unauthorized', 1],
      [null, 'listRuns', null, 'unauthorized', 1],
      ['board', 'deleteRun', 'r1', 'forbidden', 1],
    ]);
    expect((await audit('?outcome=done')).map(brief)).toEqual([
      ['admin token', 'createKey', key.id, 'done', 1],
    ]);
    expect((await audit('?who=BOARD&operation=deleteRun')).length).toBe(1);
    expect(await audit('?who=%25')).toEqual([]);
    expect(JSON.stringify(await audit())).not.toContain('wrong-guess');
  });

  it('has sign-ins and sign-outs', async () => {
    const login = await ask('POST', '/api/login', { token: testToken }, {});
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    expect(login.json()).toMatchObject({ principal: { kind: 'token', role: 'admin' } });
    expect((await ask('GET', '/api/me', undefined, { cookie })).json()).toEqual(login.json());
    await ask('POST', '/api/logout', undefined, { cookie });
    expect((await ask('GET', '/api/me', undefined, { cookie })).json()).toEqual({ principal: null });
    expect((await audit()).map(brief)).toEqual([
      ['admin token', 'logout', null, 'done', 1],
      ['admin token', 'login', null, 'done', 1],
    ]);
  });

  it('does not take what visitors send', async () => {
    await ask('POST', '/api/reports', {}, {});
    await ask('POST', '/api/witness', undefined, {});
    expect(await audit()).toEqual([]);
  });

  it('a thing that cannot be written down is not done', async () => {
    const put = vi.spyOn(t.store.access.audit, 'put').mockRejectedValueOnce(new Error('disk full'));
    expect((await ask('POST', '/api/links', { label: 'never made' })).statusCode).toBe(500);
    expect((await ask('GET', '/api/links')).json()).toEqual({ links: [] });
    put.mockRestore();
  });
});

describe('AuditLog', () => {
  afterEach(() => void vi.useRealTimers());

  const event = { principal: null, operation: 'closeRoom', target: 'r1', requestId: 'q1' };
  const log = { warn: vi.fn(), error: vi.fn() };

  it('lets things be done while the store is away, and writes them down when it is back', async () => {
    vi.useFakeTimers();
    let away = true;
    const written: AuditEntry[] = [];
    const put = async (entry: AuditEntry) => {
      if (away) throw fault('store-away');
      written.push(entry);
    };
    const audit = new AuditLog({ store: { put }, now, log });
    expect(await audit.record(event, () => 'closed')).toBe('closed');
    expect(log.warn.mock.calls[0]?.[0]).toMatchObject({ audit: { operation: 'closeRoom' } });
    expect(written).toEqual([]);
    away = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toMatchObject([{ operation: 'closeRoom', target: 'r1', outcome: 'done' }]);
    await audit.close();
    expect(written).toHaveLength(1);
  });

  it('counts attempts that are refused again within a minute', async () => {
    vi.useFakeTimers();
    const written: AuditEntry[] = [];
    const put = async (entry: AuditEntry) => void written.push(entry);
    const audit = new AuditLog({ store: { put }, now, log });
    for (let i = 0; i < 5; i++) await audit.refused(event, 'unauthorized');
    expect(written.map(({ times }) => times)).toEqual([1]);
    await vi.advanceTimersByTimeAsync(60_000);
    await audit.refused(event, 'unauthorized');
    expect(written.map(({ times }) => times)).toEqual([1, 5, 1]);
    expect([written[1]?.id === written[0]?.id, written[2]?.id === written[0]?.id]).toEqual([true, false]);
    await audit.close();
  });
});

let store: Store;
describeStores(
  (opened) => {
    store = opened;
  },
  () => {
    it('pages through the audit log by time, and forgets what is old', async () => {
      const entries = Array.from(
        { length: 7 },
        (_, i): AuditEntry => ({
          id: `a${i}`,
          // Two of a time are kept apart by their ids.
          at: `2026-11-20T12:00:0${Math.floor(i / 2)}.000Z`,
          who: i === 0 ? null : { kind: 'user', id: `idp u${i}`, name: i === 1 ? 'Ünal 100%' : 'Kim' },
          ...{ operation: 'closeRoom', target: null, outcome: null, requestId: 'q', times: 1 },
        }),
      );
      const { audit } = store.access;
      for (const entry of entries) await audit.put(entry);
      await audit.put({ ...entries[3], outcome: 'done', times: 4 } as AuditEntry);
      const found: AuditEntry[] = [];
      for (let after: string | undefined, pages = 0; pages < 9; pages++) {
        const page = await audit.page(auditQuerySchema.parse({ limit: 3, ...(after && { after }) }));
        found.push(...page.entries);
        if (page.next === null) break;
        after = page.next;
      }
      expect(found.map(({ id }) => id)).toEqual(['a6', 'a5', 'a4', 'a3', 'a2', 'a1', 'a0']);
      expect(found[3]).toEqual({ ...entries[3], outcome: 'done', times: 4 });
      const by = async (query: object) =>
        (await audit.page(auditQuerySchema.parse(query))).entries.map(({ id }) => id);
      expect(await by({ who: 'nal 100%' })).toEqual(['a1']);
      expect(await by({ who: 'idp U2' })).toEqual(['a2']);
      expect(await by({ from: '2026-11-20T12:00:02Z', to: '2026-11-20T21:00:02+09:00' })).toEqual([
        'a5',
        'a4',
      ]);
      await expireAccess(store.access, new Date('2026-11-21T12:00:03Z'), 1);
      expect(await by({})).toEqual(['a6']);
    });
  },
);
