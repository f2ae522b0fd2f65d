/** A run that uses every kind of secret there is, and everything that it leaves behind: none stands there. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { RunningService } from '../../service/server.ts';
import { mintRestCredential } from '../../stun/credential.ts';
import { clientSecret, IdentityProvider, oidcBase } from '../identity/identity-provider.ts';
import { Visitor } from '../identity/visitor.ts';
import { startQuietService } from '../quiet-service.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';
import { Collector } from './collector.ts';

const given = {
  adminToken: 'admin-token-Quae8ohj',
  sharedSecret: 'shared-secret-ieVoh4ai',
  turnPassword: 'turn-password-Eek0ohng',
  /** Stands otherwise in URLs and in JSON. */
  oddPassword: 'odd "pass"/word+ueP0oo',
  janusSecret: 'janus-secret-iN9ohSh8',
  peerSecret: 'peer-secret-0123456789-abcdefghijkl',
  clientSecret,
};
/** Where the provider sends browsers to; the test takes them to the service. */
const publicUrl = 'http://127.0.0.1:9';
/** By kind; those that the service makes are added as they come. */
const secrets = new Map<string, string>(Object.entries(given));
const lines: string[] = [];
let collector: Collector;
let provider: IdentityProvider;
let service: RunningService;
/** Replies that must not tell what only others may know. */
const shown: string[] = [];

const login = (credential: string, auth = 'password') => ({ username: 'alice', auth, credential });

beforeAll(async () => {
  collector = await Collector.open();
  provider = await IdentityProvider.open({ publicUrl });
  const config = {
    tracing: { otlp: collector.url },
    log: 'debug',
    adminToken: given.adminToken,
    ...{ publicUrl, oidc: { ...oidcBase, issuer: provider.issuer } },
    stun: { port: 0, alternatePort: 0, peer: { address: '127.0.0.9', secret: given.peerSecret } },
    sfu: { janus: { url: 'ws://127.0.0.1:1/', secret: given.janusSecret } },
    servers: [
      { label: 'shared', urls: ['turn:127.0.0.1:1?transport=tcp'], ...login(given.sharedSecret, 'secret') },
      { label: 'fixed', urls: ['turn:127.0.0.1:1?transport=tcp'], ...login(given.turnPassword) },
    ],
  };
  service = await startQuietService(config, {
    logTo: { write: (line) => lines.push(line) },
    // A fault of our own, of the kind that drags everything it knows into its message.
    runTurnCheck: async ({ target: { uri, username, credential = '', secret = '' } }) => {
      const query = new URLSearchParams({ credential, secret });
      throw new Error(
        `${uri.text} ${username} ${credential} ${secret} ${query} ${JSON.stringify({ credential, secret })}`,
      );
    },
  });
});
afterAll(async () => {
  await service?.close();
  await collector?.close();
  await provider?.close();
});

const admin = { authorization: `Bearer ${given.adminToken}` };

async function ask<T>(
  method: string,
  path: string,
  body: unknown = undefined,
  headers: object = {},
): Promise<T> {
  const reply = await fetch(service.url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await reply.text();
  return (reply.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T;
}

async function useLogins(): Promise<void> {
  await ask('POST', '/api/login', { token: given.adminToken });
  const wrong = 'wrong-guess-Ahx5Aeph';
  secrets.set('wrong guess', wrong);
  await ask('POST', '/api/login', { token: wrong });
  await ask('GET', '/api/runs', undefined, { authorization: `Bearer ${wrong}` });
  await ask('GET', '/api/runs', undefined, { cookie: `polynya_session=${wrong}` });
  await ask('GET', `/api/runs?token=${wrong}`);
  await ask('GET', `/${wrong}`);
  await ask('POST', '/api/login', `{"token": "${wrong}`);
}

async function useSessionsAndKeys(): Promise<void> {
  const signedIn = await fetch(`${service.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: given.adminToken }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets.set('session', cookie.split('=')[1] ?? '');
  const made = await ask<{ key: { id: string }; secret: string }>(
    'POST',
    '/api/keys',
    { name: 'ci' },
    { cookie },
  );
  secrets.set('API key', made.secret);
  const headers = { authorization: `Bearer ${made.secret}` };
  await ask('GET', '/api/runs', undefined, headers);
  await ask('DELETE', '/api/runs/none', undefined, headers);
  await ask('GET', `/api/runs?key=${made.secret}`, undefined, headers);
  for (const list of ['keys', 'sessions', 'audit'])
    shown.push(JSON.stringify(await ask('GET', `/api/${list}`, undefined, { cookie })));
  await ask('DELETE', `/api/keys/${made.key.id}`, undefined, { cookie });
  await ask('POST', '/api/logout', undefined, { cookie });
}

async function useServers(): Promise<void> {
  const urls = ['turn:127.0.0.1:1?transport=tcp'];
  const { id } = await ask<{ id: string }>(
    'POST',
    '/api/servers',
    { label: 'odd', urls, ...login(given.oddPassword) },
    admin,
  );
  await ask('PUT', `/api/servers/${id}`, { label: 'odd', urls, nonsense: given.oddPassword }, admin);
  const list = await ask<{ servers: { id: string }[] }>('GET', '/api/servers', undefined, admin);
  shown.push(JSON.stringify(list));
  await ask('POST', `/api/servers/${id}/test`, {}, admin);
  for (const { id: server } of list.servers) await ask('POST', '/api/turn-checks', { server }, admin);
  const { id: probe } = await ask<{ id: string }>('POST', '/api/probes', {}, admin);
  const state = () =>
    ask<{ state: string; run: string | null }>('GET', `/api/probes/${probe}`, undefined, admin);
  await expect.poll(async () => (await state()).state).toBe('done');
  shown.push(JSON.stringify(await ask('GET', `/api/runs/${(await state()).run}`, undefined, admin)));
  const { iceServers } = await ask<{ iceServers: { username?: string; credential?: string }[] }>(
    'GET',
    '/api/check',
  );
  const minted = iceServers.find(({ username }) => username?.includes(':'));
  secrets.set('minted password', minted?.credential ?? '');
  const expiry = Number(minted?.username?.split(':')[0]);
  expect(minted).toMatchObject(mintRestCredential(given.sharedSecret, 'alice', expiry));
}

async function useLinks(): Promise<void> {
  const { path } = await ask<{ path: string }>('POST', '/api/links', { label: 'ticket' }, admin);
  const token = path.replace('/t/', '');
  secrets.set('link token', token);
  for (const place of [path, `/api${path}`, `/api${path}/check`, `/api${path}/nothing`])
    await ask('GET', place);
  await ask('POST', `/api${path}/progress`, { visit: 'v1', nonsense: token });
  const { id, code } = await ask<{ id: string; code: string }>(
    'POST',
    '/api/reports',
    sampleVisit({ link: token }),
  );
  secrets.set('report code', code);
  await ask('GET', `/api/reports?code=${code}`, undefined, admin);
  await ask('GET', `/api/reports?code=${code}`);
  shown.push(
    JSON.stringify(
      await ask<{ report: unknown }>('GET', `/api/runs/${id}`, undefined, admin).then((run) => run.report),
    ),
  );
}

async function useRooms(): Promise<void> {
  for (const path of [{ kind: 'mesh' }, { kind: 'sfu', server: 'janus' }]) {
    const { room, joinToken } = await ask<{ room: { id: string }; joinToken: string }>(
      'POST',
      '/api/rooms',
      { path },
      admin,
    );
    secrets.set(`join token, ${path.kind}`, joinToken);
    const { session } = await ask<{ session: string }>('POST', `/api/rooms/${room.id}/members`, {
      token: joinToken,
    });
    secrets.set(`room session, ${path.kind}`, session);
    await ask('GET', `/api/rooms/${room.id}`, undefined, { authorization: `Bearer ${session}` });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/rooms`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'hello', version: 1, room: room.id, session, lastSeq: null }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'no such type', session }));
    await Promise.race([once(socket, 'message'), once(socket, 'close')]);
    socket.terminate();
  }
}

async function useSignIn(): Promise<void> {
  const visitor = new Visitor();
  const begun = await visitor.step(`${service.url}/api/sign-in?to=/runs`);
  const page = await visitor.follow(begun.location ?? '', publicUrl);
  const answer = await visitor.follow(`${page.url}/login?login=anna`, publicUrl);
  const { pathname, search, searchParams } = new URL(answer.location ?? '');
  for (const name of ['state', 'code']) secrets.set(`sign-in: ${name}`, searchParams.get(name) ?? '');
  const callback = `${service.url}${pathname}${search}`;
  secrets.set('sign-in: beginning', cookieOf(visitor, callback, 'polynya_sign_in'));
  expect(await visitor.step(`${callback}x`)).toMatchObject({ status: 502 });
  expect(await visitor.step(callback)).toMatchObject({ status: 400 });

  // Once more, now as it should be; the provider knows the visitor already.
  const again = await visitor.follow(`${service.url}/api/sign-in?to=/runs`, publicUrl);
  expect(await visitor.step((again.location ?? '').replace(publicUrl, service.url))).toMatchObject({
    status: 303,
  });
  secrets.set('session', cookieOf(visitor, service.url, 'polynya_session'));
  const cookie = visitor.cookiesFor(service.url);
  shown.push(JSON.stringify(await ask('GET', '/api/me', undefined, { cookie })));
  shown.push(JSON.stringify(await ask('GET', '/api/audit', undefined, { cookie })));
  shown.push(JSON.stringify(await ask('POST', '/api/logout', undefined, { cookie })));
}

function cookieOf(visitor: Visitor, url: string, name: string): string {
  return new RegExp(`${name}=([^;]+)`).exec(visitor.cookiesFor(url))?.[1] ?? '';
}

async function useWitness(): Promise<void> {
  const { id, token } = await ask<{ id: string; token: string }>('POST', '/api/witness');
  secrets.set('witness token', token);
  for (const bearer of [token, `${token}x`]) {
    await ask('GET', `/api/witness/${id}`, undefined, { authorization: `Bearer ${bearer}` });
  }
}

describe('a run with every kind of secret', () => {
  it('leaves none in the log, the metrics, the traces, what it prints, reports and lists', async () => {
    await useLogins();
    await useSessionsAndKeys();
    await useSignIn();
    await useServers();
    await useLinks();
    await useRooms();
    await useWitness();
    shown.push(await ask('GET', '/metrics', undefined, admin));
    const { url, lanUrls, stunUri, notes } = service;
    shown.push(JSON.stringify({ url, lanUrls, stunUri, notes }));

    // What is left of the traces is sent at the end.
    await service.close();
    const traced = new Set(collector.spans.map(({ name }) => name));
    const jobs = ['probe', 'turn check', 'take report', 'room message', 'store findLink', 'GET /t/:token'];
    expect([...traced]).toEqual(expect.arrayContaining(jobs));
    expect(collector.raw).not.toMatch(/\d+\.\d+\.\d+\.\d+|::/);
    shown.push(collector.raw);

    const text = lines.join('');
    // What went wrong was logged, so there was something to hide.
    expect(text).toContain('a TURN check broke off');
    expect(text).toContain('•••');
    expect(lines.length).toBeGreaterThan(30);
    expect(secrets.size).toBeGreaterThanOrEqual(21);
    const inAnyForm = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      String(new URLSearchParams({ secret })).slice('secret='.length),
      JSON.stringify(secret).slice(1, -1),
    ];
    for (const [kind, secret] of secrets) {
      expect([kind, secret.length >= 6]).toEqual([kind, true]);
      for (const form of inAnyForm(secret)) {
        for (const place of [text, ...shown])
          expect(place.includes(form), `${kind} in ${place.slice(0, 60)}`).toBe(false);
      }
    }
  });

  it('gives every line of a request its id', () => {
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; requestId?: string });
    const answered = parsed.filter(({ msg }) => msg === 'answered');
    expect(answered.length).toBeGreaterThan(25);
    expect(answered.filter(({ requestId }) => requestId === undefined)).toEqual([]);
    const ids = new Set(answered.map(({ requestId }) => requestId));
    expect(ids.size).toBe(answered.length);
  });
});
