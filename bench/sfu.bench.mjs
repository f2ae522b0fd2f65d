/**
 * The embedded SFU against Janus (VideoRoom) on the same work: processor time per forwarded packet with one publisher
 * and few or many viewers, and a meeting in which everybody sends to everybody. Load comes from a process of its own;
 * what the kernel does for a server counts as the server’s. Without Janus its rows are left out.
 */
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const name = 'sfu';

const tasks = [
  { task: '1 publisher, 10 viewers', publishers: 1, viewers: 10 },
  { task: '1 publisher, 40 viewers', publishers: 1, viewers: 40 },
  { task: '12 members, all to all', publishers: 12, viewers: null },
];
/** A room with one publisher runs its code some hundred times a second: so long until all of it is compiled. */
const warmUpMs = 40_000;
const windowMs = 20_000;
const connectDeadlineMs = 60_000;
/** Debian’s Janus has IPv6 switched off, and IPv6 costs more per packet: the same work is IPv4 for both. */
const isIpv4 = (candidate) => candidate.split(' ')[4].includes('.');
/** Linux counts processor time in ticks of 10 ms. */
const tickUs = 10_000;
const place = { bindAddress: null, clientIsLocal: false, announce: [] };

/** Processor time of a process and its threads in µs, that of the kernel for it included. */
function processorUs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

class Load {
  #child = fork(fileURLToPath(new URL('peers/sfu-load.mjs', import.meta.url)));
  #listeners = new Set();

  constructor() {
    this.#child.on('message', (message) => {
      if (message.type === 'problem') console.warn(`  load: ${message.problem}`);
      for (const listener of this.#listeners) listener(message);
    });
  }

  order(order) {
    this.#child.send(order);
  }

  /** Every message of that type about that link; the returned function ends it. */
  on(type, link, take) {
    const listener = (message) => {
      if (message.type === type && message.link === link) take(message);
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first of them. */
  next(type, link) {
    return new Promise((resolve) => {
      const end = this.on(type, link, (message) => {
        end();
        resolve(message);
      });
    });
  }

  stop() {
    this.#child.kill('SIGKILL');
  }
}

/** Both servers: `publish(member)` and `view(member, publisher)` resolve when the link is open. */
async function startEmbedded(load) {
  const { SfuRoom } = await import('../dist/service/sfu/io/sfu-room.js');
  const room = new SfuRoom({
    onNews: (news) => {
      if (news.type === 'offer')
        load.order({ type: 'answer', link: news.link, sdp: news.sdp, sends: !news.link.includes('-') });
      else if (news.type === 'candidate') {
        if (isIpv4(news.candidate)) load.order(news);
      } else if (news.type !== 'state' || news.state !== 'connected') console.warn('  embedded SFU:', news);
    },
    onLost: (reason) => console.warn(`  embedded SFU: ${reason}`),
  });
  const open = async (order) => {
    const opened = load.next('open', order.link);
    load.on('answer', order.link, ({ link, sdp }) => room.order({ type: 'answer', link, sdp }));
    load.on('candidate', order.link, ({ link, candidate, mid }) => {
      if (isIpv4(candidate)) room.order({ type: 'candidate', link, candidate, mid });
    });
    room.order({ ...order, ...place });
    await opened;
  };
  return {
    pid: room.pid,
    publish: (member) => open({ type: 'publish', link: member, publication: member }),
    view: (member, publisher) =>
      open({ type: 'view', link: `${member}-${publisher}`, publication: publisher }),
    stop: () => room.close(),
  };
}

async function startJanusRoom(load) {
  const { startJanus } = await import('../dist/scenarios/io/janus.js');
  const { JanusSession } = await import('../dist/service/sfu/janus/janus-session.js');
  const { VideoRoom } = await import('../dist/service/sfu/janus/video-room.js');
  const janus = await startJanus();
  const onLost = (reason) => console.warn(`  Janus: ${reason}`);
  const session = await JanusSession.open({ url: janus.url, secret: janus.apiSecret }, onLost);
  const room = await VideoRoom.create(session, { publishers: 12, bitrateBps: 2_000_000 });
  const feeds = new Map();
  const trickle = (handle, link) =>
    load.on('candidate', link, ({ candidate, mid }) => void handle.trickle({ candidate, sdpMid: mid }));
  return {
    pid: janus.pid,
    async publish(member) {
      const opened = load.next('open', member);
      const offered = load.next('offer', member);
      const early = [];
      const end = load.on('candidate', member, (message) => early.push(message));
      load.order({ type: 'offer', link: member });
      const { handle, feed, answer } = await room.publish(member, (await offered).sdp);
      const up = new Promise((resolve) => {
        handle.onUp = resolve;
      });
      end();
      trickle(handle, member);
      for (const { candidate, mid } of early) void handle.trickle({ candidate, sdpMid: mid });
      load.order({ type: 'accept', link: member, sdp: answer });
      await Promise.all([opened, up]);
      feeds.set(member, feed);
    },
    async view(member, publisher) {
      const link = `${member}-${publisher}`;
      const opened = load.next('open', link);
      const answered = load.next('answer', link);
      const { handle, offer } = await room.view(feeds.get(publisher));
      trickle(handle, link);
      load.order({ type: 'answer', link, sdp: offer, sends: false });
      await room.start(handle, (await answered).sdp);
      await opened;
    },
    async stop() {
      session.close();
      await janus.stop();
    },
  };
}

const servers = {
  'embedded SFU': startEmbedded,
  ...(existsSync('/usr/bin/janus') && { Janus: startJanusRoom }),
};

async function connect(server, { publishers, viewers }) {
  const members = Array.from({ length: publishers }, (_, index) => `m${index}`);
  for (const member of members) await server.publish(member);
  const others = viewers === null ? members : Array.from({ length: viewers }, (_, index) => `v${index}`);
  for (const viewer of others) {
    const publishersOf = members.filter((member) => member !== viewer);
    await Promise.all(publishersOf.map((publisher) => server.view(viewer, publisher)));
  }
  return others.length;
}

async function measure(start, task) {
  const load = new Load();
  const server = await start(load);
  try {
    const late = wait(connectDeadlineMs).then(() => null);
    const viewers = await Promise.race([connect(server, task), late]);
    if (viewers === null)
      throw new Error(`${task.task}: not all links are open after ${connectDeadlineMs / 1000} s`);
    load.order({ type: 'send' });
    await wait(warmUpMs);
    const counted = async () => {
      const next = load.next('counted');
      load.order({ type: 'count' });
      return next;
    };
    await counted();
    const [beforeUs, beforeMs] = [processorUs(server.pid), performance.now()];
    await wait(windowMs);
    const usedUs = processorUs(server.pid) - beforeUs;
    const passedSec = (performance.now() - beforeMs) / 1000;
    const { received, lost, bytes } = await counted();
    return {
      perPacketUs: usedUs / received,
      core: usedUs / passedSec / 1e6,
      packetsPerSec: received / passedSec,
      downMbps: (bytes * 8) / passedSec / viewers / 1e6,
      lost,
      received,
    };
  } finally {
    load.stop();
    await server.stop();
  }
}

export async function run() {
  const results = {};
  for (const task of tasks) {
    for (const [server, start] of Object.entries(servers)) {
      results[`${task.task} ${server}`] = { task: task.task, server, ...(await measure(start, task)) };
    }
  }
  const of = (task, server) => results[`${tasks[task].task} ${server}`];
  const many = of(1, 'embedded SFU');
  const meeting = of(2, 'embedded SFU');
  const ratio = (task) => {
    const other = of(task, 'Janus');
    return other === undefined
      ? 'no Janus here'
      : (of(task, 'embedded SFU').perPacketUs / other.perPacketUs).toFixed(2);
  };
  return {
    title: 'SFU: the embedded one and Janus',
    intro:
      'RTP of 64 packets of 1150 bytes (VP8) and 50 of 120 bytes (Opus) per second and publisher, forwarded to viewers of ' +
      'libdatachannel in another process, over the machine’s own IPv4 address. Processor time is the server process’s, kernel ' +
      'included. Both limit senders by REMB; payloads are noise.',
    columns: ['task', 'server', 'packets/s out', 'µs per packet', 'of a core', 'Mbit/s down each', 'lost'],
    rows: Object.values(results).map((row) => [
      row.task,
      row.server,
      Math.round(row.packetsPerSec),
      row.perPacketUs.toFixed(1),
      row.core.toFixed(2),
      row.downMbps.toFixed(2),
      row.lost,
    ]),
    notes: tasks.map(
      ({ task }, index) => `${task}: embedded / Janus processor time per packet = ${ratio(index)}`,
    ),
    targets: [
      {
        name: 'processor time per forwarded packet at 40 viewers',
        value: `${many.perPacketUs.toFixed(1)} µs (≤ 20)`,
        met: many.perPacketUs <= 20,
      },
      {
        name: '12 members, all to all',
        value: `${meeting.downMbps.toFixed(2)} Mbit/s down each (≥ 7), ${meeting.lost} of ${meeting.received} lost (0)`,
        met: meeting.downMbps >= 7 && meeting.lost === 0,
      },
    ],
  };
}
