import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { mintedTtlSec } from '../../../service/servers/ice-servers.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

const secret = 'north-secret-7781';
const turn = {
  label: 'Own TURN',
  urls: ['turn:192.0.2.1', 'turns:turn.example.org:5349?transport=tcp'],
  username: 'alice',
  auth: 'password',
  credential: secret,
};

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
  const reply = await t.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, text: reply.body, body: reply.json<Record<string, unknown>>() };
}

async function start(options: TestAppOptions = {}): Promise<void> {
  t = await startTestApp(options);
}

describe('the list of servers', () => {
  it('adds, lists, changes and deletes, and never shows a secret', async () => {
    await start();
    const added = await call('POST', '/api/servers', turn);
    expect(added.status).toBe(200);
    expect(added.body).toMatchObject({
      label: 'Own TURN',
      hasCredential: true,
      origin: 'screen',
      lastTest: null,
    });
    const url = `/api/servers/${added.body['id']}`;
    const { credential: _kept, ...withoutCredential } = turn;
    const changed = await call('PUT', url, { ...withoutCredential, label: 'Renamed', enabled: false });
    expect(changed.body).toMatchObject({ label: 'Renamed', enabled: false, hasCredential: true });
    expect((await t.store.listServers())[0]?.credential).toBe(secret);
    const listed = await call('GET', '/api/servers');
    for (const { text } of [added, changed, listed]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/"credential"/);
    }
    expect((await call('DELETE', url)).body).toEqual({ id: added.body['id'] });
    expect((await call('DELETE', url)).status).toBe(404);
    expect((await call('PUT', url, turn)).status).toBe(404);
  });

  it('forgets the secret when authentication is switched off or changes its kind', async () => {
    await start();
    const { body } = await call('POST', '/api/servers', turn);
    const url = `/api/servers/${body['id']}`;
    const { credential: _kept, ...withoutCredential } = turn;
    const asSecret = await call('PUT', url, { ...withoutCredential, auth: 'secret' });
    expect(asSecret).toMatchObject({ status: 400, body: { field: 'credential' } });
    const off = await call('PUT', url, { ...withoutCredential, auth: 'none' });
    expect(off.body).toMatchObject({ hasCredential: false, username: null });
    expect((await t.store.listServers())[0]?.credential).toBeNull();
  });

  it.each<[string, object, string]>([
    ['no STUN scheme', { ...turn, urls: ['http://192.0.2.1'] }, 'urls.0'],
    ['a broken URI', { ...turn, urls: ['turn:192.0.2.1', 'turn:192.0.2.1:99999'] }, 'urls.1'],
    ['no URI', { ...turn, urls: [] }, 'urls'],
    ['no label', { ...turn, label: '  ' }, 'label'],
    ['a password without user', { ...turn, username: null }, 'username'],
    ['a user without password', { ...turn, credential: undefined }, 'credential'],
    ['an empty password', { ...turn, credential: '' }, 'credential'],
    ['a wrong kind', { ...turn, auth: 'oauth' }, 'auth'],
    ['an unknown key', { ...turn, colour: 'red' }, 'colour'],
  ])('refuses %s and names the field', async (_name, input, field) => {
    await start();
    const reply = await call('POST', '/api/servers', input);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'request-invalid' }, field } });
    expect(reply.text).not.toContain(secret);
    expect(await t.store.listServers()).toEqual([]);
  });

  it('shows embedded and configured ones, read-only, under ids that stay the same', async () => {
    const options = { config: { servers: [turn] } };
    await start(options);
    type Views = { id: string; origin: string; label: string }[];
    const list = (await call('GET', '/api/servers')).body['servers'] as Views;
    expect(list.map(({ origin }) => origin)).toEqual(['embedded', 'config']);
    for (const { id } of list) {
      const refused = await call('PUT', `/api/servers/${id}`, turn);
      expect(refused).toMatchObject({ status: 409, body: { error: { code: 'server-read-only' } } });
      expect((await call('DELETE', `/api/servers/${id}`)).status).toBe(409);
    }
    await t.close();
    await start(options);
    const again = (await call('GET', '/api/servers')).body['servers'] as Views;
    expect(again.map(({ id }) => id)).toEqual(list.map(({ id }) => id));
  });
});

describe('GET /api/check', () => {
  const now = () => new Date('2026-11-20T12:00:00Z');

  it('mints credentials from a shared secret, good for ten minutes (draft-uberti-behave-turn-rest)', async () => {
    await start({ now, embeddedStun: null, config: { servers: [{ ...turn, auth: 'secret' }] } });
    const { body, text } = await call('GET', '/api/check');
    expect(body['hasRelay']).toBe(true);
    const [server] = body['iceServers'] as { urls: string[]; username: string; credential: string }[];
    expect(mintedTtlSec).toBe(600);
    const username = `${Math.floor(now().getTime() / 1000) + 600}:alice`;
    expect(server).toEqual({
      urls: turn.urls,
      username,
      credential: createHmac('sha1', secret).update(username).digest('base64'),
    });
    expect(text).not.toContain(secret);
  });

  it('hands out passwords, leaves out TURN without login, disabled ones, and keeps plain STUN', async () => {
    await start({
      config: {
        servers: [
          turn,
          { label: 'open', urls: ['stun:192.0.2.2', 'turn:192.0.2.2'] },
          { ...turn, label: 'off', enabled: false, username: 'bob' },
        ],
      },
    });
    const { body } = await call('GET', '/api/check');
    expect(body).toEqual({
      addresses: {},
      iceServers: [
        { urls: ['stun:127.0.0.1:3478'] },
        { urls: turn.urls, username: 'alice', credential: secret },
        { urls: ['stun:192.0.2.2'] },
      ],
      echoPath: '/ws/echo',
      natPath: '/ws/nat',
      hasRelay: true,
    });
  });
});
