import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { createRoom, joinRoom } from '../dist/rooms/io/index.js';

export const name = 'signalling';

const roomCount = 2_000;
const membersBefore = 3;
/** Of the members who join while it is measured, one each. */
const joinsPerSec = 50;
/** As long as a browser’s first offer with sound, picture and data. */
const sdp = `v=0\r\n${'a=x'.repeat(2_000)}`;
const targetMs = 50;

/** The service in a process of its own, so that the generator has the other core. */
const entry = `
  const { startService } = await import(process.argv[1]);
  const { serveConfigSchema } = await import(process.argv[2]);
  const limits = { requestsPerMinute: 1e7, connections: 20000, rooms: 4000 };
  const config = { port: 0, store: ':memory:', stun: { enabled: false }, limits };
  const service = await startService(serveConfigSchema.parse(config));
  console.log(service.url);
`;

async function startChild() {
  const modules = ['server', '../contract/config'].map(
    (part) => new URL(`../dist/service/${part}.js`, import.meta.url),
  );
  const args = ['--input-type=module', '-e', entry, ...modules.map(String)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended with ${code}`);
    }),
  ]);
  return { child, url };
}

/** Resident memory of a process, in KiB. */
function residentKib(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** Joins over HTTP, opens the channel, and is welcome. `onOffer` is called when an offer comes. */
async function enter(service, { room, joinToken }, onOffer) {
  const startedMs = performance.now();
  const joined = await joinRoom({ service, room: room.id, token: joinToken, kind: 'bot' });
  const httpMs = performance.now() - startedMs;
  const socket = new WebSocket(new URL(joined.channelPath, service.replace('http', 'ws')));
  const welcome = await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the service hung up')));
    socket.on('open', () => {
      const { session } = joined;
      socket.send(JSON.stringify({ type: 'hello', version: 1, room: room.id, session, lastSeq: null }));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'welcome') resolve(message);
      if (message.type === 'error') reject(new Error(message.message));
      if (message.type === 'offer') onOffer(message);
    });
  });
  return { socket, welcome, startedMs, httpMs };
}

/** As many at the same time as a browser keeps connections. */
async function inTurns(tasks, atOnce) {
  const queue = tasks.values();
  const worker = async () => {
    for (const task of queue) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export async function run() {
  const { child, url } = await startChild();
  const sockets = [];
  try {
    const emptyKib = residentKib(child.pid);
    const rooms = [];
    const create = async () => rooms.push({ ticket: await createRoom(url, { size: 4 }), onOffer: () => {} });
    await inTurns(Array(roomCount).fill(create), 8);
    const fill = rooms.flatMap((room) =>
      Array.from({ length: membersBefore }, () => async () => {
        const { socket } = await enter(url, room.ticket, (message) => room.onOffer(message));
        sockets.push(socket);
      }),
    );
    await inTurns(fill, 16);
    // What was made while they came is collected before it is called theirs.
    await sleep(5_000);
    const filledKib = residentKib(child.pid);

    const offerMs = [];
    const httpMs = [];
    const cpuBefore = cpuSec(child.pid);
    const beganMs = performance.now();
    const joins = rooms.map(async (room, index) => {
      await sleep((index * 1000) / joinsPerSec - (performance.now() - beganMs));
      const entered = await enter(url, room.ticket, () => {});
      sockets.push(entered.socket);
      httpMs.push(entered.httpMs);
      const { peers } = entered.welcome;
      const arrived = new Promise((resolve) => {
        let missing = peers.length;
        room.onOffer = () => {
          missing -= 1;
          if (missing === 0) resolve(performance.now() - entered.startedMs);
        };
      });
      for (const [at, { id }] of peers.entries()) {
        entered.socket.send(
          JSON.stringify({ type: 'offer', n: at + 1, to: id, link: 'main', epoch: 0, sdp }),
        );
      }
      offerMs.push(await arrived);
    });
    await Promise.all(joins);
    const tookSec = (performance.now() - beganMs) / 1000;
    const cpu = (cpuSec(child.pid) - cpuBefore) / tookSec;

    for (const list of [offerMs, httpMs]) list.sort((a, b) => a - b);
    const members = roomCount * membersBefore;
    const perMember = (filledKib - emptyKib) / members;
    const p99 = percentile(offerMs, 0.99);
    const ms = (value) => value.toFixed(1);
    return {
      title: 'Signalling: rooms',
      intro: [
        `${roomCount} rooms with ${membersBefore} members each on their own sockets; then a fourth joins each room, ${joinsPerSec} a second: join over`,
        'HTTP, socket, hello, and an offer of 6 kB to each of the three. The time is from the first byte of the join to the arrival',
        'of the last of the three offers. Service and generator are processes of the same machine.',
      ].join('\n'),
      columns: ['what', 'p50 ms', 'p99 ms', 'slowest ms'],
      rows: [
        ['join over HTTP', ms(percentile(httpMs, 0.5)), ms(percentile(httpMs, 0.99)), ms(httpMs.at(-1))],
        ['join to all three offers', ms(percentile(offerMs, 0.5)), ms(p99), ms(offerMs.at(-1))],
      ],
      notes: [
        `Memory of the service: ${(perMember).toFixed(1)} KiB for each idle member, its socket included (${members} members).`,
        `CPU of the service while they joined: ${(cpu * 100).toFixed(0)} % of a core.`,
      ],
      targets: [
        {
          name: `p99 from join to offer at most ${targetMs} ms`,
          value: `${ms(p99)} ms`,
          met: p99 <= targetMs,
        },
        {
          name: 'every join led to three offers',
          value: `${offerMs.length} of ${roomCount}`,
          met: offerMs.length === roomCount,
        },
      ],
    };
  } finally {
    for (const socket of sockets) {
      socket.removeAllListeners('close');
      socket.terminate();
    }
    child.kill('SIGKILL');
  }
}

/** User and system time of a process; the kernel counts in hundredths of a second. */
function cpuSec(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
