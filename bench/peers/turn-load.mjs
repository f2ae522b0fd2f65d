/**
 * Load for one TURN server, from a process of its own. Prints one line of JSON. Needs the build.
 * Usage: turn-load.mjs '{"task": "binding" | "relay" | "rate" | "idle", "ports": [3478], "username", "password", …}'
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import {
  decodeMessage,
  encodeMessage,
  getAttribute,
  longTermKey,
  methods,
  sealMessage,
} from '../../dist/stun/index.js';

const host = '127.0.0.1';
const options = JSON.parse(process.argv[2]);
const { username, password } = options;
const bufferBytes = 8 * 2 ** 20;

function openSocket() {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
    lookup: (address, _options, done) => done(null, address, 4),
  });
  return new Promise((resolve) => socket.bind(0, host, () => resolve(socket)));
}

/** Sends until it is answered; nothing else arrives meanwhile. */
function exchange(socket, port, bytes) {
  return new Promise((resolve) => {
    const send = () => socket.send(bytes, port, host);
    const again = setInterval(send, 1000);
    socket.once('message', (answer) => {
      clearInterval(again);
      resolve(decodeMessage(answer).message);
    });
    send();
  });
}

async function ask(session, method, attributes) {
  const { socket, port, login } = session;
  const message = (more) => ({
    method,
    class: 'request',
    transactionId: randomBytes(12),
    attributes: [...attributes, ...more],
  });
  const { realm, nonce, key } = login ?? {};
  const bytes =
    login === null
      ? encodeMessage(message([]))
      : sealMessage(
          message([
            { name: 'USERNAME', value: username },
            { name: 'REALM', value: realm },
            { name: 'NONCE', value: nonce },
          ]),
          { key, algorithm: 'sha1' },
        );
  const answer = await exchange(socket, port, bytes);
  const code = getAttribute(answer, 'ERROR-CODE')?.code;
  if (code === undefined) return answer;
  if (code !== 401 && code !== 438) throw new Error(`${code}`);
  const domain = getAttribute(answer, 'REALM');
  session.login = {
    realm: domain,
    nonce: getAttribute(answer, 'NONCE'),
    key: login?.key ?? longTermKey(username, domain, password),
  };
  return ask(session, method, attributes);
}

async function allocate(port, socket) {
  const session = { socket, port, login: null };
  await ask(session, methods.allocate, [{ name: 'REQUESTED-TRANSPORT', value: 17 }]);
  return session;
}

/** A number of requests on their way at the same time until all are answered. */
async function binding({ ports: [port], count, window = 64 }) {
  const socket = await openSocket();
  const request = encodeMessage({
    method: methods.binding,
    class: 'request',
    transactionId: randomBytes(12),
    attributes: [],
  });
  let [sent, answered, lastAnswered] = [0, 0, 0];
  const send = () => {
    sent += 1;
    socket.send(request, port, host);
  };
  const seconds = await new Promise((resolve) => {
    const start = performance.now();
    // What is lost is made up for; it does not happen on loopback as long as the buffers hold a window.
    const stalled = setInterval(() => {
      if (answered === lastAnswered) for (let i = 0; i < window; i += 1) send();
      lastAnswered = answered;
    }, 500);
    socket.on('message', () => {
      answered += 1;
      if (answered === count) {
        clearInterval(stalled);
        resolve((performance.now() - start) / 1000);
      } else if (sent < count) send();
    });
    for (let i = 0; i < window; i += 1) send();
  });
  socket.close();
  return { sent, answered, seconds };
}

/** ChannelData of 160 bytes to a peer that sends all of it back: every round trip is two relayed packets. */
async function channel(port) {
  const [socket, peer] = await Promise.all([openSocket(), openSocket()]);
  const session = await allocate(port, socket);
  await ask(session, methods.channelBind, [
    { name: 'CHANNEL-NUMBER', value: 0x4000 },
    { name: 'XOR-PEER-ADDRESS', value: { address: host, port: peer.address().port } },
  ]);
  const frame = Buffer.alloc(4 + 160, 7);
  frame.writeUInt16BE(0x4000, 0);
  frame.writeUInt16BE(160, 2);
  return { socket, peer, session, frame };
}

async function relay({ ports: [port], count, window = 64 }) {
  const { socket, peer, session, frame } = await channel(port);
  peer.on('message', (bytes, from) => peer.send(bytes, from.port, from.address));
  let [sent, back, lastBack] = [0, 0, 0];
  const send = () => {
    sent += 1;
    socket.send(frame, port, host);
  };
  const seconds = await new Promise((resolve) => {
    const start = performance.now();
    const stalled = setInterval(() => {
      if (back === lastBack) for (let i = 0; i < window; i += 1) send();
      lastBack = back;
    }, 500);
    socket.on('message', () => {
      back += 1;
      if (back === count) {
        clearInterval(stalled);
        resolve((performance.now() - start) / 1000);
      } else if (sent < count) send();
    });
    for (let i = 0; i < window; i += 1) send();
  });
  await release(session);
  peer.close();
  return { sent, back, seconds };
}

/** A fixed number of packets per second, one way, and how many of them the peer saw. */
async function rate({ ports: [port], perSecond, seconds }) {
  const { socket, peer, session, frame } = await channel(port);
  let arrived = 0;
  peer.on('message', () => {
    arrived += 1;
  });
  const total = perSecond * seconds;
  let sent = 0;
  const start = performance.now();
  await new Promise((resolve) => {
    const tick = () => {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond));
      for (; sent < due; sent += 1) socket.send(frame, port, host);
      if (sent < total) setImmediate(tick);
      else resolve();
    };
    tick();
  });
  const took = (performance.now() - start) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 500));
  await release(session);
  peer.close();
  return { sent, arrived, seconds: took };
}

/** Holds allocations: every socket has one with each port. Waits for a line on stdin, then ends. */
async function idle({ ports, sockets }) {
  let held = 0;
  for (let i = 0; i < sockets; i += 1) {
    const socket = await openSocket();
    for (const port of ports) {
      await allocate(port, socket);
      held += 1;
    }
  }
  console.log(JSON.stringify({ held }));
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.exit(0);
}

async function release(session) {
  session.socket.removeAllListeners('message');
  await ask(session, methods.refresh, [{ name: 'LIFETIME', value: 0 }]);
  session.socket.close();
}

console.log(JSON.stringify(await { binding, relay, rate, idle }[options.task](options)));
