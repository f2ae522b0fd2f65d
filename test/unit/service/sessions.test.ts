/** Who a request speaks for: sessions and API keys, in both databases and while they are away. */
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../contract/access.ts';
import { Access, type AccessRequest } from '../../../service/access.ts';
import { fault } from '../../../service/fault.ts';
import type { Store } from '../../../service/store/store.ts';
import { storeThrough } from '../../../service/store/store-through.ts';
import { describeStores } from './store-kinds.ts';
import { testToken } from './test-app.ts';

let store: Store;

const nowMs = Date.parse('2026-11-20T12:00:00Z');
const now = new Date(nowMs);
const minuteMs = 60_000;
const person: Principal = {
  kind: 'user',
  id: 'https://login.example.org alice',
  name: 'Alice',
  role: 'operator',
  projects: ['p1'],
};
const carrying = (headers: Record<string, string>): AccessRequest => ({
  ...{ method: 'GET', peerAddress: '192.0.2.9', isWebSocket: false },
  headers,
});
const cookie = (session: string) => carrying({ cookie: `polynya_session=${session}` });
const bearer = (secret: string) => carrying({ authorization: `Bearer ${secret}` });
const nobody = carrying({});

describeStores(
  (opened) => {
    store = opened;
  },
  (again) => {
    describe('a session', () => {
      it('is somebody’s for twelve hours, also for another node and after a restart', async () => {
        const session = await new Access(testToken, store.access).startSession(person, nobody, nowMs);
        await again();
        const access = new Access('another-token-altogether', store.access);
        expect(await access.principalOf(cookie(session), nowMs + 12 * 60 * minuteMs - 1)).toEqual(person);
        expect(await access.principalOf(cookie(session), nowMs + 12 * 60 * minuteMs)).toBeNull();
      });

      it('that was had for the admin token ends when there is another token', async () => {
        const access = new Access(testToken, store.access);
        const holder = access.holderOf(testToken);
        expect(holder).toMatchObject({ kind: 'token', role: 'admin' });
        const session = await access.startSession(holder ?? person, nobody, nowMs);
        expect(await access.principalOf(cookie(session), nowMs)).toEqual(holder);
        const other = new Access('another-token-altogether', store.access);
        expect(await other.principalOf(cookie(session), nowMs)).toBeNull();
        expect(other.holderOf(testToken)).toBeNull();
      });

      it('is a new one at each sign-in, and the one before is none any more (fixation)', async () => {
        const access = new Access(testToken, store.access);
        const first = await access.startSession(person, nobody, nowMs);
        const second = await access.startSession(person, cookie(first), nowMs);
        expect(second).not.toBe(first);
        expect(await access.principalOf(cookie(first), nowMs)).toBeNull();
        expect(await access.principalOf(cookie(second), nowMs)).toEqual(person);
        await access.endSession(cookie(second));
        expect(await access.principalOf(cookie(second), nowMs)).toBeNull();
      });

      it('is listed without what the cookie holds, and ends when somebody says so', async () => {
        const access = new Access(testToken, store.access);
        const session = await access.startSession(person, nobody, nowMs);
        const [listed] = await access.sessions.list(now);
        expect(listed).toMatchObject({ principal: person, createdAt: now.toISOString() });
        expect(JSON.stringify(listed)).not.toContain(session);
        expect(await access.sessions.endById(listed?.id ?? '')).toBe(true);
        expect(await access.sessions.endById(listed?.id ?? '')).toBe(false);
        expect(await access.principalOf(cookie(session), nowMs)).toBeNull();
      });
    });

    describe('a key', () => {
      it('does what its role may until it is withdrawn, by whichever node', async () => {
        const [here, there] = [new Access(testToken, store.access), new Access(testToken, store.access)];
        const { key, secret } = await here.keys.create(
          { name: 'ci', role: 'viewer', lifetimeDays: 1 },
          person,
          now,
        );
        expect(secret).toMatch(/^pk_[\w-]{43}$/);
        expect(JSON.stringify(await here.keys.list(nowMs))).not.toContain(secret);
        const holder = { kind: 'key', id: key.id, name: 'ci', role: 'viewer', projects: ['p1'] };
        expect(await there.principalOf(bearer(secret), nowMs)).toEqual(holder);
        expect(await there.principalOf(bearer(`${secret}x`), nowMs)).toBeNull();
        expect(await there.principalOf(bearer(secret), nowMs + 24 * 60 * minuteMs)).toBeNull();
        expect(await here.keys.withdraw(key.id, now)).toMatchObject({ state: 'withdrawn' });
        expect(await there.principalOf(bearer(secret), nowMs)).toBeNull();
        expect(await here.keys.withdraw('k-none', now)).toBeNull();
      });

      it('is known on a machine that needs none, and a wrong one is nobody even there', async () => {
        const access = new Access(null, store.access);
        const local = { ...nobody, peerAddress: '127.0.0.1' };
        expect(await access.principalOf(local, nowMs)).toMatchObject({ kind: 'local', role: 'admin' });
        const { secret } = await access.keys.create(
          { name: 'ci', role: 'viewer', lifetimeDays: null },
          person,
          now,
        );
        const shown = (key: string) => ({ ...bearer(key), peerAddress: '127.0.0.1' });
        expect(await access.principalOf(shown(secret), nowMs)).toMatchObject({ kind: 'key', role: 'viewer' });
        expect(await access.principalOf(shown(`${secret}x`), nowMs)).toBeNull();
      });

      it('says when it was last used, to the minute', async () => {
        const access = new Access(testToken, store.access);
        const made = await access.keys.create({ name: 'ci', role: 'viewer', lifetimeDays: 9 }, person, now);
        const lastUse = async (afterMs: number) => {
          await access.principalOf(bearer(made.secret), nowMs + afterMs);
          return (await access.keys.list(nowMs))[0]?.lastUsedAt;
        };
        expect(made.key.lastUsedAt).toBeNull();
        expect(await lastUse(0)).toBe('2026-11-20T12:00:00.000Z');
        expect(await lastUse(59_000)).toBe('2026-11-20T12:00:00.000Z');
        expect(await lastUse(61_000)).toBe('2026-11-20T12:01:01.000Z');
      });
    });

    it('while the store is away, whoever was known a quarter of an hour before still is', async () => {
      let away = false;
      const watched = storeThrough(async (_name, ask) => {
        if (away) throw fault('store-away');
        return ask(store);
      });
      const access = new Access(testToken, watched.access);
      const known = await access.startSession(person, nobody, nowMs);
      const fresh = await access.startSession(person, nobody, nowMs);
      const key = await access.keys.create({ name: 'ci', role: 'viewer', lifetimeDays: 9 }, person, now);
      await access.principalOf(cookie(known), nowMs);
      await access.principalOf(bearer(key.secret), nowMs);
      away = true;
      const soon = nowMs + 14 * minuteMs;
      expect(await access.principalOf(cookie(known), soon)).toEqual(person);
      expect(await access.principalOf(bearer(key.secret), soon)).toMatchObject({ name: 'ci' });
      const storeAway = { failure: { code: 'store-away' } };
      await expect(access.principalOf(cookie(fresh), soon)).rejects.toMatchObject(storeAway);
      await expect(access.principalOf(cookie(known), nowMs + 16 * minuteMs)).rejects.toMatchObject(storeAway);
      // The token needs no store.
      expect(await access.principalOf(bearer(testToken), soon)).toMatchObject({ kind: 'token' });
    });
  },
);
