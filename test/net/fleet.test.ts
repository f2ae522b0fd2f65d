/** Two services on loopback that share a bus: what happens on one is there on the other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { NodeList } from '../../contract/bus.ts';
import { defaultProject, type ProjectView, projectHeader } from '../../contract/projects.ts';
import type { RoomTicket } from '../../contract/room.ts';
import type { LiveMessage } from '../../contract/signal.ts';
import { changePath, fetchRoom, joinRoom, listRooms, type Membership } from '../../rooms/io/room-api.ts';
import { SignalChannel } from '../../rooms/io/signal-channel.ts';
import type { News } from '../../rooms/signal-session.ts';
import type { RunningService } from '../../service/server.ts';
import { type LocalBus, LocalExchange } from '../bus/local-bus.ts';
import { postReport, startQuietService } from '../quiet-service.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';

interface Node {
  readonly bus: LocalBus;
  readonly service: RunningService;
}

let nodes: readonly [Node, Node];
const undo: (() => void)[] = [];

async function startNode(exchange: LocalExchange): Promise<Node> {
  const bus = exchange.connect();
  const service = await startQuietService({ stun: { enabled: false } }, { bus });
  return { bus, service };
}

beforeEach(async () => {
  const exchange = new LocalExchange();
  nodes = [await startNode(exchange), await startNode(exchange)];
  await expect.poll(async () => (await nodesOf(nodes[1])).nodes.length).toBe(2);
});
afterEach(async () => {
  for (const step of undo.splice(0)) step();
  await Promise.all(nodes.map(({ service }) => service.close()));
});

async function getJson(node: Node, path: string, project?: string) {
  const headers = project === undefined ? {} : { [projectHeader]: project };
  const reply = await fetch(new URL(path, node.service.url), { headers });
  return { status: reply.status, body: (await reply.json()) as unknown };
}

async function post<T>(node: Node, path: string, body: object, project?: string): Promise<T> {
  const reply = await fetch(new URL(path, node.service.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(project !== undefined && { [projectHeader]: project }),
    },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as T;
}

async function nodesOf(node: Node): Promise<NodeList> {
  return (await getJson(node, '/api/nodes')).body as NodeList;
}

const createRoom = (node: Node, project?: string) => post<RoomTicket>(node, '/api/rooms', {}, project);

interface Person {
  readonly membership: Membership;
  readonly channel: SignalChannel;
  readonly news: News[];
  /** Where its next socket opens. */
  node: Node;
}

async function enter({ room, joinToken }: RoomTicket, node: Node): Promise<Person> {
  const membership = await joinRoom({ service: node.service.url, room: room.id, token: joinToken });
  const news: News[] = [];
  const person: Person = {
    membership,
    news,
    node,
    channel: new SignalChannel({
      url: '/ws/rooms',
      room: room.id,
      session: membership.session,
      openSocket: (path) => new WebSocket(new URL(path, person.node.service.url.replace('http', 'ws'))),
      onEffect: (effect) => {
        if (effect.kind === 'news') news.push(effect.news);
      },
    }),
  };
  undo.push(() => person.channel.stop());
  person.channel.start();
  await expect.poll(() => news.length).toBeGreaterThan(0);
  return person;
}

function offer(from: Person, to: Person, sdp: string): void {
  const { member } = to.membership;
  from.channel.say({ type: 'offer', to: member, link: 'main', epoch: 0, sdp });
}

const offersOf = ({ news }: Person) => news.flatMap((each) => (each.type === 'offer' ? [each.sdp] : []));

describe('two nodes', () => {
  it('have one room together, whichever is asked', async () => {
    const [one, two] = nodes;
    const { id: project } = await post<ProjectView>(one, '/api/projects', { name: 'Alpha' });
    const ticket = await createRoom(one, project);
    const here = await enter(ticket, one);
    const there = await enter(ticket, two);
    offer(there, here, 'from there');
    offer(here, there, 'from here');
    await expect.poll(() => [offersOf(here), offersOf(there)]).toEqual([['from there'], ['from here']]);

    for (const node of nodes) {
      const { rooms } = await listRooms(node.service.url);
      expect(rooms.map(({ room, joinToken }) => [room.members.length, joinToken])).toEqual([
        [2, ticket.joinToken],
      ]);
    }
    // Its project knows of it on either node, another one on neither.
    const url = `/api/rooms/${ticket.room.id}`;
    for (const node of nodes) {
      const [own, other] = await Promise.all([
        getJson(node, url, project),
        getJson(node, url, defaultProject),
      ]);
      expect([own.status, other.status]).toEqual([200, 410]);
      expect((await getJson(node, '/api/rooms', project)).body).toMatchObject({ rooms: [{ project }] });
      expect((await getJson(node, '/api/rooms', defaultProject)).body).toMatchObject({ rooms: [] });
    }
    expect((await fetchRoom(there.membership)).room.members).toHaveLength(2);
    await changePath(there.membership, { kind: 'mesh' });
    await expect.poll(() => here.news.map(({ type }) => type)).toContain('path');
    const counts = async () => (await nodesOf(two)).nodes.map(({ rooms, members }) => [rooms, members]);
    await expect.poll(counts).toEqual([
      [0, 1],
      [1, 1],
    ]);
    there.channel.say({ type: 'leave' });
    const left = expect.objectContaining({ type: 'left', reason: 'left' });
    await expect.poll(() => here.news).toContainEqual(left);
    const gone = new URL(url, two.service.url);
    expect((await fetch(gone, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(gone)).status).toBe(410);
  });

  it('hand a room on when one stops, and its members go on where they were', async () => {
    const [one, two] = nodes;
    const ticket = await createRoom(one);
    const here = await enter(ticket, one);
    const there = await enter(ticket, two);
    await expect.poll(() => here.news.map(({ type }) => type)).toContain('joined');
    offer(here, there, 'before');
    here.node = two;
    await one.service.close();
    offer(here, there, 'after');
    await expect.poll(() => offersOf(there)).toEqual(['before', 'after']);
    const welcomes = [here, there].map(({ news }) =>
      news.flatMap((each) => (each.type === 'welcome' ? [each.resumed] : [])),
    );
    expect(welcomes).toEqual([
      [false, true],
      [false, true],
    ]);
    expect((await nodesOf(two)).nodes).toMatchObject([{ node: two.bus.node, rooms: 1, members: 2 }]);
  });

  it('tell their dashboards the same, once', async () => {
    const heard = await Promise.all(
      nodes.map(async ({ service }) => {
        const messages: LiveMessage[] = [];
        const socket = new WebSocket(new URL('/ws/live', service.url.replace('http', 'ws')));
        undo.push(() => socket.close());
        socket.on('message', (data) => messages.push(JSON.parse(String(data))));
        await expect.poll(() => messages.length).toBe(1);
        return messages;
      }),
    );
    await postReport(nodes[0].service, sampleVisit());
    await expect.poll(() => heard.map((messages) => messages.length >= 2)).toEqual([true, true]);
    await createRoom(nodes[0]);
    const kinds = ['hello', 'run-added'];
    const types = heard.map((messages) =>
      messages.map(({ type }) => type).filter((type) => kinds.includes(type)),
    );
    expect(types).toEqual([kinds, kinds]);
  });

  it('say that they are degraded while they are cut off, and turn away what needs the other one', async () => {
    const [one, two] = nodes;
    const ticket = await createRoom(one);
    two.bus.become('away');
    expect(await getJson(two, '/readyz')).toEqual({ status: 200, body: { status: 'degraded', bus: 'away' } });
    expect((await getJson(one, '/healthz')).body).toMatchObject({ status: 'ok', bus: 'up' });
    const reply = await fetch(new URL(`/api/rooms/${ticket.room.id}/members`, two.service.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: ticket.joinToken }),
    });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await reply.json()).toMatchObject({ error: { code: 'fleet-away' } });
    two.bus.become('up');
    expect(await getJson(two, '/readyz')).toEqual({ status: 200, body: { status: 'ready', bus: 'up' } });
    expect(await enter(ticket, two)).toMatchObject({ news: [{ type: 'welcome' }] });
  });
});
