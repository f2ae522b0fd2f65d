// Looks at a NAT from both sides without any STUN: plain JSON datagrams between a server with four corners and a
// client. Run inside namespaces by wire-prober.ts:
//   node wire-prober.mjs mirror '{"PP":{"address":…,"port":…},…}' '[443,…]'   ports: TCP listeners on all addresses
//   node wire-prober.mjs look   '{…corners…}' '[…looks…]'                     prints one JSON array of results
import dgram from 'node:dgram';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [, , mode, cornersText, listText] = process.argv;
const corners = JSON.parse(cornersText);
const list = JSON.parse(listText);

if (mode === 'mirror') await mirror();
else console.log(JSON.stringify(await look()));

async function mirror() {
  const sockets = {};
  for (const [name, { address, port }] of Object.entries(corners)) {
    const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
    sockets[name] = socket;
    socket.on('message', (bytes, from) => {
      const asked = JSON.parse(bytes.toString());
      const seen = `${from.address}:${from.port}`;
      for (const afterMs of asked.answersAfterMs ?? [0]) {
        const answer = JSON.stringify({ id: asked.id, seen, afterMs });
        setTimeout(() => sockets[asked.reply ?? name].send(answer, from.port, from.address), afterMs);
      }
    });
    await new Promise((resolve) => socket.bind(port, address, resolve));
  }
  for (const port of list) {
    const server = net.createServer((socket) => socket.on('error', () => {}).end());
    await new Promise((resolve) => server.listen(port, resolve));
  }
  console.log('ready');
}

async function look() {
  const sockets = new Map();
  const results = [];
  let asked = 0;
  for (const step of list) results.push(await take(step));
  for (const { socket } of sockets.values()) socket.close();
  return results;

  async function take(step) {
    if (step.idleMs) await pause(step.idleMs);
    if (step.together) return Promise.all(step.together.map(take));
    if (step.tcp) return connect(step.tcp);
    if (step.burst) return burst(step);
    if (step.answersAfterMs) return waitForAnswers(step);
    return step.toPeer ? hairpin(step) : ask(step);
  }

  function say(own, to, message) {
    own.socket.send(JSON.stringify(message), corners[to].port, corners[to].address, () => {});
  }

  async function open(name, bind) {
    const known = sockets.get(name);
    if (known) return known;
    const made = { socket: dgram.createSocket({ type: 'udp4', recvBufferSize: 4_000_000 }), external: null };
    made.socket.on('error', () => {});
    sockets.set(name, made);
    await new Promise((resolve) => made.socket.bind(bind ?? 0, resolve));
    return made;
  }

  /** Three copies 40 ms apart: lost packets must not look like a filter. Null after `waitMs` of silence. */
  async function ask({ socket: name, bind, to, reply, waitMs = 300 }) {
    const own = await open(name, bind);
    asked += 1;
    const id = `${name}/${asked}`;
    const send = () => say(own, to, { id, reply });
    const seen = await answerTo(own, (message) => message.id === id && message.seen, waitMs, send);
    if (seen !== null) own.external = seen;
    return seen;
  }

  /** One question, several answers; the result says which of them came. */
  async function waitForAnswers({ socket: name, bind, to, answersAfterMs }) {
    const own = await open(name, bind);
    const came = [];
    own.socket.on('message', (bytes) => {
      const { id, afterMs } = JSON.parse(bytes.toString());
      if (id === 'several') came.push(afterMs);
    });
    say(own, to, { id: 'several', answersAfterMs });
    await pause(Math.max(...answersAfterMs) + 200);
    return came;
  }

  /** From one socket to the external endpoint of another; the result is the source that the other one saw. */
  async function hairpin({ socket: name, toPeer, waitMs = 300 }) {
    const own = await open(name);
    const peer = sockets.get(toPeer);
    const [address, port] = peer.external.split(':');
    return answerTo(
      peer,
      (message, from) => message.hairpin && `${from.address}:${from.port}`,
      waitMs,
      () => own.socket.send(JSON.stringify({ hairpin: true }), Number(port), address, () => {}),
      3,
    );
  }

  async function burst({ socket: name, to, burst: count }) {
    const own = await open(name);
    let answered = 0;
    own.socket.on('message', () => {
      answered += 1;
    });
    for (let sent = 0; sent < count; sent += 1) {
      say(own, to, { id: sent });
      if (sent % 20 === 19) await pause(1);
    }
    await pause(300);
    return answered;
  }

  function answerTo(own, pick, waitMs, send) {
    return new Promise((resolve) => {
      const finish = (value) => {
        own.socket.off('message', onMessage);
        for (const timer of timers) clearTimeout(timer);
        resolve(value);
      };
      const onMessage = (bytes, from) => {
        const value = pick(JSON.parse(bytes.toString()), from);
        if (value) finish(value);
      };
      const timers = [setTimeout(() => finish(null), waitMs)];
      own.socket.on('message', onMessage);
      for (let copy = 0; copy < 3; copy += 1) timers.push(setTimeout(send, copy * 40));
    });
  }

  function connect({ to, port, waitMs = 700 }) {
    return new Promise((resolve) => {
      const socket = net.connect({ host: corners[to].address, port });
      const finish = (value) => {
        clearTimeout(timer);
        socket.destroy();
        resolve(value);
      };
      const timer = setTimeout(() => finish('silence'), waitMs);
      socket.once('connect', () => finish('connected'));
      socket.once('error', (error) => finish(error.code));
    });
  }
}
