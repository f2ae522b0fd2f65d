/** Rooms on loopback: the session part over HTTP, and native peers that connect through the client library. */
import { readFileSync } from 'node:fs';
import type { DataChannel } from 'node-datachannel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { serveConfigSchema } from '../../contract/config.ts';
import type { RoomTicket } from '../../contract/room.ts';
import { maxSdpLength } from '../../contract/signal.ts';
import { NativeConnection } from '../../rooms/bot/io/native-connection.ts';
import type { SignalSocket } from '../../rooms/io/peer-connection.ts';
import { changePath, fetchRoom, joinRoom, type Membership } from '../../rooms/io/room-api.ts';
import { RoomClient } from '../../rooms/io/room-client.ts';
import { type RunningService, startService } from '../../service/server.ts';

let service: RunningService;
const undo: (() => void)[] = [];
beforeEach(async () => {
  const stun = { enabled: false };
  const config = serveConfigSchema.parse({ port: 0, store: ':memory:', stun });
  service = await startService(config, { logTo: { write: () => {} } });
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) step();
  await service.close();
});

async function call(method: string, path: string, body?: object, headers = {}): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(new URL(path, service.url), { method, headers: { ...type, ...headers }, ...json });
}

async function createRoom(request: object = {}): Promise<RoomTicket> {
  const response = await call('POST', '/api/rooms', request);
  expect(response.status).toBe(200);
  return (await response.json()) as RoomTicket;
}

interface Person {
  readonly client: RoomClient<NativeConnection>;
  readonly membership: Membership;
  readonly sockets: WebSocket[];
  /** Texts that came over data channels, in order. */
  readonly texts: string[];
  readonly notes: string[];
  /** Types of the messages that came from the service. */
  readonly heard: string[];
  readonly channels: DataChannel[];
  say(text: string): void;
  /** Resolves when `condition` holds, which is looked at whenever something happens. */
  until(condition: () => boolean): Promise<void>;
}

async function enter(
  { room, joinToken }: RoomTicket,
  openSocket: (url: string) => WebSocket = (url) => new WebSocket(url),
): Promise<Person> {
  const joined = await joinRoom({ service: service.url, room: room.id, token: joinToken, kind: 'bot' });
  const sockets: WebSocket[] = [];
  const texts: string[] = [];
  const notes: string[] = [];
  const heard: string[] = [];
  const channels: DataChannel[] = [];
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };
  const serve = (channel: DataChannel): void => {
    channels.push(channel);
    channel.onMessage((message) => {
      texts.push(String(message));
      wake();
    });
    channel.onOpen(wake);
    wake();
  };
  const client = new RoomClient<NativeConnection>({
    membership: joined,
    ice: joined.ice,
    openSocket: (url): SignalSocket => {
      const socket = openSocket(url);
      sockets.push(socket);
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data));
        heard.push(type);
        wake();
      });
      return socket;
    },
    createConnection: () => new NativeConnection('127.0.0.1'),
    prepare: ({ connection }) => {
      connection.native.onDataChannel(serve);
      connection.addEventListener('connectionstatechange', wake);
      if (client.roster.peers.some((peer) => client.roster.offersFirstTo(peer))) {
        serve(connection.createDataChannel('chat'));
      }
    },
    onNote: (note) => {
      notes.push(note);
      wake();
    },
    onState: wake,
    onRoster: wake,
  });
  undo.push(() => client.stop());
  client.start();
  return {
    client,
    membership: joined,
    sockets,
    channels,
    texts,
    notes,
    heard,
    say: (text) => {
      for (const channel of channels) if (channel.isOpen()) channel.sendMessage(text);
    },
    until: async (condition) => {
      while (!condition()) {
        await new Promise<void>((resume) => {
          waiting = [...waiting, resume];
        });
      }
    },
  };
}

const hasChannel = ({ channels }: Person): boolean => channels.some((channel) => channel.isOpen());

async function talk(a: Person, b: Person): Promise<void> {
  await Promise.all([a.until(() => hasChannel(a)), b.until(() => hasChannel(b))]);
  a.say('from a');
  b.say('from b');
  await Promise.all([a.until(() => a.texts.includes('from b')), b.until(() => b.texts.includes('from a'))]);
}

describe('native peers in a room', () => {
  it('connect and talk', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const b = await enter(ticket);
    await talk(a, b);
    expect([...a.notes, ...b.notes]).toEqual([]);
    expect(a.client.links).toMatchObject([{ peer: b.client.roster.me?.id, name: 'main', epoch: 0 }]);
  });

  it('connect although the socket breaks just when the offer goes out', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    let cuts = 0;
    const b = await enter(ticket, (url) => {
      const socket = new WebSocket(url);
      const send = socket.send.bind(socket);
      socket.send = (text: string) => {
        if (cuts > 0 || !String(text).includes('"offer"')) send(text);
        else {
          cuts += 1;
          socket.terminate();
        }
      };
      return socket;
    });
    await talk(a, b);
    expect(b.sockets).toHaveLength(2);
    expect(cuts).toBe(1);
    // The same connection: nothing had to begin anew.
    expect(b.client.links).toMatchObject([{ epoch: 0 }]);
  });

  it('survive two offers that meet', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const b = await enter(ticket);
    await talk(a, b);
    const descriptions = (): number =>
      [...a.heard, ...b.heard].filter((type) => type === 'offer' || type === 'answer').length;
    const before = descriptions();
    for (const { client } of [a, b]) for (const { connection } of client.links) connection.restartIce();
    // An offer each, and one answer.
    const met = (): boolean => descriptions() >= before + 3;
    await Promise.race([a.until(met), b.until(met)]);
    a.say('after');
    await b.until(() => b.texts.includes('after'));
    expect(descriptions()).toBe(before + 3);
    expect([a, b].map(({ client }) => client.links[0]?.connection.signalingState)).toEqual([
      'stable',
      'stable',
    ]);
    expect([...a.notes, ...b.notes]).toEqual([]);
  });

  it('begin anew when one of them comes back without its memory', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const b = await enter(ticket);
    await talk(a, b);
    const first = a.client.links[0];
    // As a page does that is reloaded: same session, nothing else.
    b.client.stop();
    const again = new RoomClient<NativeConnection>({
      membership: b.membership,
      ice: { iceServers: [], iceTransportPolicy: 'all' },
      openSocket: (url) => new WebSocket(url),
      createConnection: () => new NativeConnection('127.0.0.1'),
      prepare: ({ connection }) => {
        connection.createDataChannel('chat');
      },
    });
    undo.push(() => again.stop());
    again.start();
    await a.until(() => {
      const [link] = a.client.links;
      return link !== undefined && link !== first && link.connection.connectionState === 'connected';
    });
    expect(a.client.links).toMatchObject([{ peer: b.client.roster.me?.id, epoch: 1 }]);
  });
});

describe('a member whose SDP is longer than any', () => {
  it('is told so and hung up on, and nobody else gets it', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const { room, joinToken: token } = ticket;
    const { session } = await joinRoom({ service: service.url, room: room.id, token });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/rooms`);
    undo.push(() => socket.terminate());
    const heard: unknown[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    const say = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('open', () => say({ type: 'hello', version: 1, room: room.id, session, lastSeq: null }));
    await a.until(() => a.client.roster.peers.length === 1);
    const closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
    const to = a.membership.member;
    say({ type: 'offer', n: 1, to, link: 'main', epoch: 0, sdp: 'x'.repeat(maxSdpLength + 1) });
    expect(await closed).toBe(1008);
    const message = expect.stringContaining('[sdp: Too big');
    expect(heard.at(-1)).toMatchObject({ type: 'error', code: 'signal-invalid', fatal: true, message });
    await a.until(() => a.client.roster.peers.every(({ present }) => !present));
    expect(a.heard).not.toContain('offer');
  });
});

describe('the example in docs/rooms.md', () => {
  it('joins, connects, and tells who is there', async () => {
    const page = readFileSync(new URL('../../docs/rooms.md', import.meta.url), 'utf8');
    const example = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const [line = '', ...program] = example.split('\n');
    expect(line).toBe("import { joinRoom, RoomClient } from 'polynya/rooms';");
    const ticket = await createRoom();
    const ada = await enter(ticket);
    await ada.until(() => ada.client.roster.me !== null);
    const { joinRoom, RoomClient } = await import('polynya/rooms');
    const said: string[] = [];
    const names = {
      service: service.url,
      room: ticket.room.id,
      token: ticket.joinToken,
      WebSocket,
      RTCPeerConnection: NativeConnection,
      console: { log: (...words: string[]) => said.push(words.join(' ')) },
      joinRoom,
      RoomClient,
    };
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const run = new AsyncFunction(...Object.keys(names), `${program.join('\n')}\nreturn client;`);
    const client = await run(...Object.values(names));
    undo.push(() => client.stop());
    await ada.until(() => ada.client.roster.peers.length === 1 && hasChannel(ada));
    expect(ada.client.roster.peers).toMatchObject([{ name: 'Ada' }]);
    expect(said[0]).toBe('here: ');
  });
});

describe('the session part over HTTP', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('creates, lists, joins, leaves and closes', async () => {
    const ticket = await createRoom({ name: 'Monday', size: 2 });
    const { room, joinToken } = ticket;
    const list = await (await call('GET', '/api/rooms')).json();
    expect(list).toMatchObject({ rooms: [ticket], paths: expect.arrayContaining([{ kind: 'mesh' }]) });
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const { member, session } = a.membership;
    expect(await fetchRoom(a.membership)).toMatchObject({
      room: { name: 'Monday', members: [{ id: member, kind: 'bot', present: true }] },
      ice: { iceServers: [], iceTransportPolicy: 'all' },
    });
    const metrics = await (await call('GET', '/metrics')).text();
    expect(metrics).toMatch(/^polynya_rooms 1$/m);
    expect(metrics).toMatch(/^polynya_room_members 1$/m);
    await enter(ticket);
    await expect(joinRoom({ service: service.url, room: room.id, token: joinToken })).rejects.toMatchObject({
      code: 'room-full',
    });
    expect(
      (await call('DELETE', `/api/rooms/${room.id}/members/${member}`, undefined, bearer(session))).status,
    ).toBe(200);
    expect((await call('DELETE', `/api/rooms/${room.id}`)).status).toBe(200);
    expect((await call('GET', `/api/rooms/${room.id}`)).status).toBe(410);
  });

  it.each([
    ['a wrong token', { token: 'wrong-wrong-wrong-wrong' }, 'room-token-invalid'],
    ['another room', { room: 'elsewhere' }, 'room-closed'],
  ])('refuses %s', async (_what, over, code) => {
    const { room, joinToken } = await createRoom();
    const join = joinRoom({ service: service.url, room: room.id, token: joinToken, ...over });
    await expect(join).rejects.toMatchObject({ code });
  });

  it('refuses paths that the service cannot serve, and moves a room only for its members', async () => {
    const ticket = await createRoom();
    const a = await enter(ticket);
    await a.until(() => a.client.roster.me !== null);
    const relay = { kind: 'relay', transport: null } as const;
    await expect(changePath(a.membership, relay)).rejects.toMatchObject({ code: 'room-path-unavailable' });
    await call('POST', '/api/servers', {
      label: 'relay',
      urls: ['turn:127.0.0.1:3478', 'turn:127.0.0.1:3478?transport=tcp', 'stun:127.0.0.1:3478'],
      auth: 'secret',
      credential: 'shared-by-two-nodes',
    });
    await changePath(a.membership, { kind: 'relay', transport: 'tcp' });
    await a.until(() => a.client.roster.path.kind === 'relay');
    expect((await fetchRoom(a.membership)).ice).toMatchObject({
      iceServers: [{ urls: ['turn:127.0.0.1:3478?transport=tcp'], username: expect.stringContaining(':') }],
      iceTransportPolicy: 'relay',
    });
    const other = await createRoom();
    const path = `/api/rooms/${other.room.id}/path`;
    const foreign = { ...bearer(a.membership.session), 'x-forwarded-for': '192.0.2.1' };
    expect((await call('PUT', path, { path: { kind: 'mesh' } }, foreign)).status).toBe(404);
  });

  it('ends a socket that speaks no language of ours, and says why', async () => {
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/rooms`);
    undo.push(() => socket.terminate());
    socket.on('open', () => socket.send('{"type":"hello","version":7}'));
    const said = await new Promise((resolve) =>
      socket.on('message', (data) => resolve(JSON.parse(String(data)))),
    );
    expect(said).toMatchObject({ type: 'error', code: 'signal-invalid', fatal: true });
    expect(await new Promise((resolve) => socket.on('close', (code) => resolve(code)))).toBe(1008);
  });
});
