/** Two projects in one service: what belongs to one is not there for whoever sees the other. */
import { afterEach, describe, expect, it } from 'vitest';
import type { KeyInput, NewKey } from '../../../contract/access/keys.ts';
import type { Principal } from '../../../contract/access.ts';
import { type OperationName, operations } from '../../../contract/api.ts';
import { projectRules } from '../../../contract/project-rules.ts';
import { defaultProject, noQuotas, type ProjectView, projectHeader } from '../../../contract/projects.ts';
import type { RoomEntry, RoomState, RoomTicket } from '../../../contract/room.ts';
import type { RunList } from '../../../contract/runs.ts';
import type { LiveMessage } from '../../../contract/signal.ts';
import { Access, sessionCookie } from '../../../service/access.ts';
import { fault } from '../../../service/fault.ts';
import { LiveHub } from '../../../service/live/live-hub.ts';
import { ProjectDesk } from '../../../service/projects/project-desk.ts';
import { sampleNat, sampleTurn, sampleVisit } from './sample-reports.ts';
import { bearer, startTestApp, type TestApp, type TestAppOptions, testToken } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());
const nowMs = { value: Date.parse('2026-11-20T12:00:00Z') };
async function start(options: TestAppOptions = {}): Promise<void> {
  nowMs.value = Date.parse('2026-11-20T12:00:00Z');
  t = await startTestApp({ token: testToken, now: () => new Date(nowMs.value), ...options });
}

type Headers = Readonly<Record<string, string>>;
async function ask<T>(
  headers: Headers,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
) {
  const reply = await t.app.inject({
    ...{ method, url },
    // Always the same, so that answers can be compared.
    headers: { ...headers, 'x-request-id': 'request-1' },
    ...(body !== undefined && { payload: body }),
  });
  return {
    status: reply.statusCode,
    text: reply.body,
    retryAfter: reply.headers['retry-after'],
    body: () => reply.json<T>(),
  };
}
async function made<T>(headers: Headers, url: string, body: object): Promise<T> {
  const reply = await ask<T>(headers, 'POST', url, body);
  expect(reply.status, reply.text).toBe(200);
  return reply.body();
}

const makeProject = (name: string, quotas = {}) =>
  made<ProjectView>(bearer, '/api/projects', { name, quotas: { ...noQuotas, ...quotas } });
async function keyFor(projects: string[], role: KeyInput['role'] = 'admin'): Promise<Headers> {
  const name = `for ${projects.join(' and ')}`;
  const { secret } = await made<NewKey>(bearer, '/api/keys', { name, role, projects });
  return { authorization: `Bearer ${secret}` };
}
/** Whoever signed in with an identity provider, where rules show him these projects. */
async function signedIn(projects: string[], role: KeyInput['role'] = 'admin'): Promise<Headers> {
  const person = { kind: 'user', id: 'https://login.example.org ann', name: 'Ann', role, projects } as const;
  const session = await new Access(testToken, t.store.access).sessions.start(person, nowMs.value);
  return { cookie: `${sessionCookie}=${session}` };
}

const monitor = (name: string, server: string) => ({
  ...{ name, kind: 'probe', server, regions: ['office'], transports: ['udp'], intervalSec: 300 },
});

/** One of everything that a project can have. `mark` stands in all of it. */
async function fill(mark: string, headers: Headers) {
  const url = `turn:${mark}.example`;
  const server = await made<{ id: string }>(headers, '/api/servers', {
    ...{ label: `${mark} server`, urls: [url, `stun:${mark}.example`] },
    ...{ auth: 'password', username: 'u', credential: 'c' },
  });
  const link = await made<{ link: { id: string }; path: string }>(headers, '/api/links', {
    label: `${mark} link`,
  });
  const token = link.path.replace('/t/', '');
  const visit = sampleVisit({ sentence: `${mark} by link.`, link: token, visitor: 'v1' });
  const byLink = await made<{ id: string; code: string }>({}, '/api/reports', visit);
  const byKey = await made<{ id: string }>(
    headers,
    '/api/reports',
    sampleNat({ sentence: `${mark} by key.` }),
  );
  const turn = await made<{ id: string }>(headers, '/api/reports', sampleTurn({ uri: url }));
  const watch = await made<{ id: string }>(headers, '/api/monitors', monitor(`${mark} monitor`, server.id));
  const probe = await made<{ id: string }>(headers, '/api/probes', { servers: [server.id] });
  const check = await made<{ id: string }>(headers, '/api/turn-checks', { server: server.id });
  const { room } = await made<RoomTicket>(headers, '/api/rooms', { name: `${mark} room` });
  const done = async (path: string) => (await ask<{ state: string }>(headers, 'GET', path)).body().state;
  await expect.poll(() => done(`/api/probes/${probe.id}`)).toBe('done');
  await expect.poll(() => done(`/api/turn-checks/${check.id}`)).toBe('done');
  return {
    ...{ server: server.id, link: link.link.id, code: byLink.code, monitor: watch.id },
    ...{ runs: [byLink.id, byKey.id, turn.id], probe: probe.id, check: check.id, room: room.id, mark },
  };
}
type Filled = Awaited<ReturnType<typeof fill>>;

type Attempt = readonly [query: string, body?: object];
/** How somebody may try to get at what is not theirs: by ids, by names, by searching, or by asking for all. */
const attempts: Readonly<Record<string, (own: Filled, other: Filled) => readonly Attempt[]>> = {
  info: () => [['']],
  addReport: () => [],
  findReport: (_own, { code }) => [[`?code=${code}`]],
  listLinks: () => [['']],
  createLink: (_own, { server }) => [['', { label: 'x', servers: [server] }]],
  revokeLink: (_own, { link }) => [[link]],
  listRuns: (_own, { link, mark }) => [
    [''],
    [`?q=${mark}`],
    [`?link=${link}`],
    ['?visitor=v1'],
    [`?server=turn:${mark}.example`],
  ],
  getRun: (_own, { runs }) => runs.map((id) => [id] as const),
  runHistory: ({ runs: [own = ''] }, { runs }) => [
    [`${own}/history`],
    ...runs.flatMap((id) => [[`${id}/history`], [`${own}/history?with=${id}`]] as const),
  ],
  deleteRun: (_own, { runs }) => runs.map((id) => [id] as const),
  success: (_own, { link }) => [[''], [`?link=${link}`]],
  breakdown: (_own, { link, mark }) => [[''], [`?link=${link}`], [`?server=turn:${mark}.example`]],
  listServers: () => [['']],
  addServer: () => [],
  updateServer: (_own, { server }) => [[server, { label: 'x', urls: ['stun:192.0.2.1'] }]],
  deleteServer: (_own, { server }) => [[server]],
  testServer: (_own, { server }) => [[`${server}/test`]],
  startProbe: (_own, { server }) => [['', { servers: [server] }]],
  getProbe: (_own, { probe }) => [[probe]],
  startTurnCheck: (_own, { server }) => [['', { server }]],
  getTurnCheck: (_own, { check }) => [[check]],
  serverChecks: (_own, { server }) => [[`${server}/checks`]],
  listProjects: () => [['']],
  listRooms: () => [['']],
  createRoom: () => [],
  closeRoom: (_own, { room }) => [[room]],
  regionMatrix: () => [['']],
  listMonitors: () => [['']],
  createMonitor: (_own, { server }) => [['', monitor('x', server)]],
  getMonitor: (_own, { monitor: id }) => [[id]],
  updateMonitor: (own, { monitor: id }) => [[id, monitor('x', own.server)]],
  deleteMonitor: (_own, { monitor: id }) => [[id]],
  monitorHistory: (_own, { monitor: id }) => [[`${id}/history`]],
};

const named = Object.keys(operations) as OperationName[];
const listed = [
  '/api/runs',
  '/api/links',
  '/api/servers',
  '/api/monitors',
  '/api/rooms',
  '/api/projects',
  '/api/success/breakdown',
];

describe('two projects', () => {
  it('see nothing of each other, whatever is asked, and change nothing', async () => {
    await start();
    const [a, b] = [await makeProject('Alpha'), await makeProject('Beta')];
    const [ofA, ofB, signedInAtA] = [await keyFor([a.id]), await keyFor([b.id]), await signedIn([a.id])];
    const [own, other] = [await fill('alpha', ofA), await fill('beta', ofB)];
    const allOf = async (headers: Headers) =>
      Promise.all(listed.map(async (url) => (await ask(headers, 'GET', url)).text));
    const before = await allOf(ofB);
    const secrets = [
      b.id,
      'Beta',
      'beta',
      other.server,
      other.link,
      other.code,
      other.monitor,
      other.room,
      ...other.runs,
    ];
    // They are there, for whoever may see them.
    for (const secret of secrets) expect(before.join(), secret).toContain(secret);
    const asked = new Set<string>();
    for (const name of named.filter((each) => projectRules[each] === 'own')) {
      const { method, path } = operations[name];
      for (const [rest, body] of attempts[name]?.(own, other) ?? []) {
        const [base = ''] = path.split('/:');
        const url = rest === '' || rest.startsWith('?') ? `${path}${rest}` : `${base}/${rest}`;
        const reply = await ask(ofA, method, url, body);
        expect([url, (await ask(signedInAtA, method, url, body)).text]).toEqual([url, reply.text]);
        // What was asked for may be named again where it is refused.
        const told = reply.status === 200 ? reply.text : '';
        expect([name, url, reply.status < 500, secrets.filter((secret) => told.includes(secret))]).toEqual([
          name,
          url,
          true,
          [],
        ]);
        // As what is not there: a room that has ended is gone.
        const missing = name === 'closeRoom' ? 410 : 404;
        if (path.includes(':'))
          expect([url, /history$/.test(url) || reply.status]).toEqual([url, /history$/.test(url) || missing]);
      }
      asked.add(name);
    }
    expect(asked.size).toBe(Object.keys(attempts).length);
    expect(await allOf(ofB)).toEqual(before);
    // Nor can an administrator put both into one report.
    const both = await ask(bearer, 'POST', '/api/probes', { servers: [own.server, other.server] });
    expect(both.status).toBe(400);
    // The sum of both is what the whole service sees.
    const total = async (headers: Headers) => (await ask<RunList>(headers, 'GET', '/api/runs')).body().total;
    expect(await total(bearer)).toBe((await total(ofA)) + (await total(ofB)));
    expect(await total({ ...bearer, [projectHeader]: b.id })).toBe(await total(ofB));
    expect(await allOf(signedInAtA)).toEqual(await allOf(ofA));
    expect((await ask(ofA, 'GET', '/api/runs?limit=1')).text).not.toContain('beta');
  });

  it('have rooms of their own, with their own relays; whoever has the token of one may join it', async () => {
    await start();
    const [a, b] = [await makeProject('Alpha'), await makeProject('Beta')];
    const [ofA, ofB, signedInAtA] = [await keyFor([a.id]), await keyFor([b.id]), await signedIn([a.id])];
    const relay = { kind: 'relay', transport: null };
    const server = {
      label: 'x',
      urls: ['turn:beta.example'],
      auth: 'password',
      username: 'u',
      credential: 'c',
    };
    await made(ofB, '/api/servers', server);
    const { room, joinToken, project } = await made<RoomTicket>(ofB, '/api/rooms', { path: relay });
    expect(project).toBe(b.id);
    const url = `/api/rooms/${room.id}`;
    for (const who of [ofA, signedInAtA]) {
      // As a room that is not there.
      for (const at of [url, '/api/rooms/none']) {
        const [byId, path, member, end] = [
          await ask(who, 'GET', at),
          await ask(who, 'PUT', `${at}/path`, { path: { kind: 'mesh' } }),
          await ask(who, 'DELETE', `${at}/members/x`),
          await ask(who, 'DELETE', at),
        ];
        expect([at, byId.status, path.status, member.status, end.status]).toEqual([at, 410, 410, 410, 410]);
      }
      // A relay of the other project is no path for this one.
      expect((await ask(who, 'POST', '/api/rooms', { path: relay })).status).toBe(409);
      const list = (await ask<{ rooms: RoomTicket[]; paths: object[] }>(who, 'GET', '/api/rooms')).body();
      expect(list).toEqual({ rooms: [], paths: [{ kind: 'mesh' }] });
    }
    const joined = await made<RoomEntry>(signedInAtA, `${url}/members`, { token: joinToken });
    expect(JSON.stringify(joined.ice)).toContain('turn:beta.example');
    expect(JSON.stringify(joined)).not.toContain(b.id);
    const member = await ask<RoomState>({ authorization: `Bearer ${joined.session}` }, 'GET', url);
    expect(JSON.stringify(member.body().ice)).toContain('turn:beta.example');
    expect((await ask(ofB, 'DELETE', `${url}/members/${joined.member}`)).status).toBe(200);
    expect((await ask(bearer, 'DELETE', url)).status).toBe(200);
  });

  it('keep whoever sees some of them from what is about the whole service, and from others by name', async () => {
    await start();
    const a = await makeProject('Alpha');
    const [ofA, signedInAtA] = [await keyFor([a.id]), await signedIn([a.id])];
    for (const name of named.filter((each) => projectRules[each] === 'whole')) {
      const { method, path } = operations[name];
      for (const who of [ofA, signedInAtA]) {
        const reply = await ask<{ error: { code: string } }>(who, method, path.replace(/:\w+/g, 'x'));
        expect([name, reply.status, reply.body().error.code]).toEqual([name, 403, 'forbidden']);
      }
    }
    for (const who of [ofA, signedInAtA]) {
      expect((await ask(who, 'GET', '/metrics')).status).toBe(403);
      expect((await ask({ ...who, [projectHeader]: defaultProject }, 'GET', '/api/runs')).status).toBe(404);
      expect((await ask({ ...who, [projectHeader]: a.id }, 'GET', '/api/runs')).status).toBe(200);
    }
    const me = await ask<{ principal: Principal }>(signedInAtA, 'GET', '/api/me');
    expect(me.body().principal).toMatchObject({ kind: 'user', role: 'admin', projects: [a.id] });
  });

  it('hear of what is theirs only, as it happens', () => {
    const hub = new LiveHub({ sockets: 9, bufferedBytes: 1e6, pingMs: 1e6 }, () => {});
    const heard = { a: [] as string[], admin: [] as string[] };
    const socket = (into: string[]) => ({
      bufferedAmount: 0,
      send: (text: string) => void into.push((JSON.parse(text) as LiveMessage).type),
      ping: () => {},
      close: () => {},
      terminate: () => {},
      on: () => {},
    });
    const [sightOfA, whole] = [
      { reads: ['a'], isWhole: false },
      { reads: 'all', isWhole: true },
    ] as const;
    hub.add(socket(heard.a), sightOfA, async () => sightOfA);
    hub.add(socket(heard.admin), whole, async () => whole);
    hub.broadcast({ type: 'links-changed' }, 'a');
    hub.broadcast({ type: 'visit-ended', visit: 'v', run: 'r' }, 'b');
    hub.broadcast({ type: 'agents-changed' });
    hub.broadcast({ type: 'store-changed' });
    hub.close();
    expect(heard).toEqual({
      a: ['hello', 'links-changed', 'store-changed'],
      admin: ['hello', 'links-changed', 'visit-ended', 'agents-changed', 'store-changed'],
    });
  });
});

describe('a project', () => {
  it('takes what quotas let it, and says how much, what to change, and when to come back', async () => {
    await start();
    const { id } = await makeProject('Small', { reportsPerDay: 2, links: 1, monitors: 0 });
    const key = await keyFor([id]);
    const link = await made<{ link: { id: string }; path: string }>(key, '/api/links', { label: 'x' });
    const second = await ask<{ error: { code: string; message: string } }>(key, 'POST', '/api/links', {
      label: 'y',
    });
    expect([second.status, second.body().error]).toMatchObject([
      403,
      { code: 'quota-reached', message: expect.stringContaining('Small: 1 links'), next: expect.any(String) },
    ]);
    const watched = await ask<{ error: { code: string } }>(
      key,
      'POST',
      '/api/monitors',
      monitor('m', 'embedded'),
    );
    expect([watched.status, watched.body().error.code]).toEqual([403, 'quota-reached']);
    const token = link.path.replace('/t/', '');
    const post = (n: number) =>
      ask<{ error: { code: string } }>(
        {},
        'POST',
        '/api/reports',
        sampleVisit({ sentence: `${n}.`, link: token }),
      );
    expect([(await post(1)).status, (await post(2)).status]).toEqual([200, 200]);
    const third = await post(3);
    expect([third.status, third.body().error.code, third.retryAfter]).toEqual([
      429,
      'quota-exceeded',
      '43200',
    ]);
    const view = (await ask<{ projects: ProjectView[] }>(key, 'GET', '/api/projects')).body().projects[0];
    expect(view?.used).toEqual({ reportsToday: 2, links: 1, monitors: 0 });
    // Of other projects it takes nothing away, and tomorrow is another day.
    expect((await ask({}, 'POST', '/api/reports', sampleVisit({ sentence: 'Elsewhere.' }))).status).toBe(200);
    nowMs.value += 12 * 3_600_000;
    expect((await post(3)).status).toBe(200);
  });

  it('keeps nobody from what needs no store while that is away', async () => {
    const away = async () => {
      throw fault('store-away');
    };
    await start();
    const store = { ...t.store.projects, find: away };
    const desk = new ProjectDesk({ store, now: () => new Date(), onChange: () => {} });
    await desk.demandOpen('any');
    await expect(desk.demand('any', 'links')).rejects.toThrow();
  });

  it('is renamed, archived and taken back into use; archived it takes nothing and its links are closed', async () => {
    await start();
    const { id, quotas } = await makeProject('Old');
    const key = await keyFor([id]);
    const { path } = await made<{ path: string }>(key, '/api/links', { label: 'x' });
    const change = (archived: boolean, of = id) =>
      ask<ProjectView>(bearer, 'PUT', `/api/projects/${of}`, { name: 'Older', quotas, archived });
    expect((await change(true)).body()).toMatchObject({
      name: 'Older',
      archivedAt: '2026-11-20T12:00:00.000Z',
    });
    expect((await ask({}, 'GET', `/api${path}`)).status).toBe(410);
    expect((await ask(key, 'POST', '/api/reports', sampleNat())).status).toBe(409);
    expect((await ask(key, 'POST', '/api/links', { label: 'x' })).status).toBe(409);
    expect((await ask(key, 'GET', '/api/links')).status).toBe(200);
    await change(false);
    expect((await ask({}, 'GET', `/api${path}`)).status).toBe(200);
    expect((await change(true, defaultProject)).status).toBe(400);
    expect((await change(true, 'nope')).status).toBe(404);
  });
});
