/**
 * Members of one room on several service nodes, in a process of their own: each tells the next one numbers, over and
 * over, and keeps what it hears. Arguments: admin token, then the URLs of the nodes.
 *
 * Prints one JSON line ten times a second. Told on stdin: `owner` (who has the room? answered in a line), `mark` (the
 * longest silence begins anew), `quiet` (say no more).
 */
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { NativeConnection } from '../../dist/rooms/bot/io/native-connection.js';
import { joinRoom } from '../../dist/rooms/io/room-api.js';
import { RoomClient } from '../../dist/rooms/io/room-client.js';
import { SignalChannel } from '../../dist/rooms/io/signal-channel.js';

const sayMs = 50;
const lookMs = 100;
const [adminToken, ...nodes] = process.argv.slice(2);

async function ask(node, path, method = 'GET') {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const body = method === 'POST' ? { body: '{}' } : {};
  const reply = await fetch(new URL(path, node), {
    method,
    headers,
    ...body,
    signal: AbortSignal.timeout(2_000),
  });
  return reply.json();
}

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Those that answer, as a load balancer finds out. */
let answering = nodes;
setInterval(async () => {
  const options = { signal: AbortSignal.timeout(1_000) };
  const answers = await Promise.allSettled(nodes.map((node) => fetch(new URL('/readyz', node), options)));
  const there = nodes.filter((_node, index) => answers[index].value?.ok);
  if (there.length > 0) answering = there;
}, 500);

/** As a load balancer would: one after the other of those that answer. */
function opener(first) {
  let next = first;
  return () => {
    const node = answering[next % answering.length];
    next += 1;
    const url = new URL('/ws/rooms', node);
    url.protocol = 'ws:';
    return new WebSocket(url, { handshakeTimeout: 1_000 });
  };
}

const ticket = await ask(nodes[0], '/api/rooms', 'POST');
const { room, joinToken: token } = ticket;
const join = (index) => joinRoom({ service: nodes[index % nodes.length], room: room.id, token, kind: 'bot' });

/** Two that connect to each other, on two nodes. */
const channels = [];
for (const index of [0, 1]) {
  const joined = await join(index);
  const client = new RoomClient({
    membership: joined,
    ice: joined.ice,
    openSocket: opener(index),
    createConnection: () => new NativeConnection(null),
    prepare: ({ connection }) => {
      connection.native.onDataChannel((channel) => channels.push(channel));
      if (index === 1) channels.push(connection.createDataChannel('chat'));
    },
  });
  client.start();
}

const talkers = [];
for (let index = 0; index < nodes.length; index += 1) {
  const { member, session } = await join(index);
  const talker = {
    member,
    said: 0,
    heard: [],
    heardAtMs: performance.now(),
    silenceMs: 0,
    anew: 0,
    state: '',
    ended: null,
  };
  talker.channel = new SignalChannel({
    url: '',
    room: room.id,
    session,
    openSocket: opener(index),
    onEffect: (effect) => {
      if (effect.kind === 'state') talker.state = effect.state;
      if (effect.kind === 'ended') talker.ended = effect.code;
      if (effect.kind !== 'news') return;
      if (effect.news.type === 'welcome' && !effect.news.resumed) talker.anew += 1;
      if (effect.news.type !== 'offer' || effect.news.link !== 'count') return;
      talker.silenceMs = Math.max(talker.silenceMs, performance.now() - talker.heardAtMs);
      talker.heardAtMs = performance.now();
      talker.heard.push(Number(effect.news.sdp));
    },
  });
  talkers.push(talker);
  talker.channel.start();
}

let saying = setInterval(() => {
  for (const [index, talker] of talkers.entries()) {
    const to = talkers[(index + 1) % talkers.length];
    if (talker.anew === 0 || to.anew === 0) continue;
    talker.said += 1;
    talker.channel.say({ type: 'offer', to: to.member, link: 'count', epoch: 0, sdp: String(talker.said) });
  }
}, sayMs);

setInterval(() => {
  print({
    native: channels.filter((channel) => channel.isOpen()).length,
    talkers: talkers.map((talker, index) => {
      const from = talkers[(index + talkers.length - 1) % talkers.length];
      const inOrder = talker.heard.every((count, place) => count === place + 1);
      const silenceMs = Math.round(Math.max(talker.silenceMs, performance.now() - talker.heardAtMs));
      const { state, ended, anew } = talker;
      return { state, ended, anew, said: from.said, heard: talker.heard.length, inOrder, silenceMs };
    }),
  });
}, lookMs);

createInterface({ input: process.stdin }).on('line', async (line) => {
  if (line === 'mark') {
    for (const talker of talkers) {
      talker.heardAtMs = performance.now();
      talker.silenceMs = 0;
    }
    print({ marked: true });
  } else if (line === 'quiet') {
    clearInterval(saying);
    saying = null;
  } else if (line === 'owner') {
    const lists = await Promise.allSettled(nodes.map((node) => ask(node, '/api/nodes')));
    const own = lists.flatMap(({ value }) => (value === undefined ? [] : [value.nodes[0]]));
    print({ owner: own.find(({ rooms }) => rooms > 0)?.address ?? null });
  }
});
