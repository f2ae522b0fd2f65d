/** Ten thousand members who wait in rooms: what they weigh, and how soon a newcomer is welcome at a rate, and at twice that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { generatorNote, medianOf, medianTimes, openLoop, recoveryMs, timesOf } from './open-loop.mjs';
import { onOtherCores, processorMs, residentMib } from './processes.mjs';
import { Clients, startService } from './service/child.mjs';
import { cut, enter, leave } from './service/member.mjs';

export const name = 'signalling';

const roomCount = 2_500;
const membersEach = 4;
const members = roomCount * membersEach;
const roomSize = 20;
const mostMib = 600;

const joins = { perSec: 300, seconds: 8, runs: 3, limitMs: 100 };
const overload = { perSec: 2 * joins.perSec, seconds: 8, afterSec: 5 };
/** Of newcomers who send an offer to everybody who is there. */
const offers = { perSec: 50, seconds: 15, limitMs: 50 };
/** As long as a browser’s first offer with sound, picture and data. */
const sdp = `v=0\r\n${'a=x'.repeat(2_000)}`;

/** As many at the same time as a browser keeps connections. */
async function inTurns(tasks, atOnce) {
  const queue = tasks.values();
  const worker = async () => {
    for (const task of queue) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function openRooms(url, clients) {
  const rooms = [];
  const create = async () => {
    const { text } = await clients.post(`${url}/api/rooms`, JSON.stringify({ size: roomSize }));
    rooms.push({ ticket: JSON.parse(text), onOffer: () => {}, sockets: [] });
  };
  await inTurns(Array(roomCount).fill(create), 8);
  const fill = rooms.flatMap((room) =>
    Array.from({ length: membersEach }, () => async () => {
      // Filling is no measurement: who is turned away comes again.
      for (let entered = null; entered === null; ) {
        entered = await enter(url, clients, room.ticket, (message) => room.onOffer(message));
        if (entered === null) await sleep(100);
        else room.sockets.push(entered.socket);
      }
    }),
  );
  await inTurns(fill, 16);
  return rooms;
}

/** Newcomers at a rate, each into the next room, until they are told to leave. */
class Newcomers {
  #entered = [];
  #next = 0;
  #enter;

  constructor(url, clients, rooms) {
    this.#enter = (place) => enter(url, clients, rooms[place % roomCount].ticket, () => {});
  }

  come(rate) {
    const task = async () => {
      this.#next += 1;
      const entered = await this.#enter(this.#next);
      if (entered !== null) this.#entered.push(entered);
      return entered !== null;
    };
    return openLoop({ ...rate, task });
  }

  async leave() {
    await Promise.all(this.#entered.splice(0).map(leave));
  }
}

async function measureOffers(url, clients, rooms) {
  const httpMs = [];
  let told = 0;
  const task = async (place) => {
    const room = rooms[place];
    const entered = await enter(url, clients, room.ticket, () => {});
    if (entered === null) return false;
    room.sockets.push(entered.socket);
    httpMs.push({ ms: entered.httpMs });
    const { peers } = entered.welcome;
    const arrived = new Promise((resolve) => {
      let missing = peers.length;
      room.onOffer = () => {
        missing -= 1;
        if (missing === 0) resolve();
      };
    });
    for (const [at, { id }] of peers.entries()) {
      entered.socket.send(JSON.stringify({ type: 'offer', n: at + 1, to: id, link: 'main', epoch: 0, sdp }));
    }
    await arrived;
    if (peers.length === membersEach) told += 1;
    return true;
  };
  const { samples } = await openLoop({ ...offers, task });
  return { http: timesOf(httpMs), offered: timesOf(samples), told };
}

async function measure() {
  const { child, url } = await startService({ store: ':memory:' });
  const clients = new Clients();
  let rooms = [];
  try {
    const emptyMib = residentMib(child.pid);
    rooms = await openRooms(url, clients);
    // What was made while they came is collected before it is called theirs.
    await sleep(5_000);
    const filledMib = residentMib(child.pid);

    const newcomers = new Newcomers(url, clients, rooms);
    const runs = [];
    for (let run = 0; run < joins.runs; run += 1) {
      const cpuBefore = processorMs(child.pid);
      const { samples, lateMs } = await newcomers.come(joins);
      const cpuMs = (processorMs(child.pid) - cpuBefore) / samples.length;
      runs.push({
        ...timesOf(samples.filter(({ admitted }) => admitted)),
        lateMs,
        cpuMs,
        tried: samples.length,
      });
      await newcomers.leave();
    }
    const during = await newcomers.come(overload);
    const after = await newcomers.come({ perSec: joins.perSec, seconds: overload.afterSec });
    await newcomers.leave();
    const offered = await measureOffers(url, clients, rooms);
    return { emptyMib, filledMib, runs, during, after, offered };
  } finally {
    for (const { sockets } of rooms) for (const socket of sockets) cut(socket);
    clients.close();
    child.kill('SIGKILL');
  }
}

const ms = (value) => value.toFixed(1);

export async function run() {
  const { emptyMib, filledMib, runs, during, after, offered } = await onOtherCores(measure);
  const welcome = medianTimes(runs);
  const let1 = timesOf(during.samples.filter(({ admitted }) => admitted));
  const away = timesOf(during.samples.filter(({ admitted }) => !admitted));
  const tried = runs.reduce((sum, each) => sum + each.tried, 0);
  const row = (what, { count, p50, p99, max }) => [what, count, ms(p50), ms(p99), ms(max)];
  const target = (what, limitMs, { p99 }) => ({
    name: `p99 ${what} at most ${limitMs} ms`,
    value: `${ms(p99)} ms`,
    met: p99 <= limitMs,
  });
  const whole = ({ value, of, ...rest }) => ({ ...rest, value: `${value} of ${of}`, met: value === of });
  return {
    title: 'Signalling: rooms',
    intro: [
      `${roomCount} rooms with ${membersEach} members each on their own sockets. Then newcomers join at random times: over HTTP, socket, hello,`,
      `until they are welcome; and ${offers.perSec} a second who then send an offer of 6 kB to each of the ${membersEach} and wait until the last of`,
      'them has it. Times are from when a newcomer was due, medians of three runs where there are three. The service has one core,',
      'the generator another.',
    ].join('\n'),
    columns: ['what', 'newcomers', 'p50 ms', 'p99 ms', 'slowest ms'],
    rows: [
      row(`welcome, ${joins.perSec}/s`, welcome),
      row(`welcome, ${overload.perSec}/s: let in`, let1),
      row('… 503 with Retry-After', away),
      row(`of ${offers.perSec}/s: join over HTTP`, offered.http),
      row(`of ${offers.perSec}/s: until all offers are there`, offered.offered),
    ],
    notes: [
      `Resident memory of the service: ${emptyMib.toFixed(0)} MiB empty, ${filledMib.toFixed(0)} MiB with ${members} idle members and their sockets, ${(((filledMib - emptyMib) * 1024) / members).toFixed(1)} KiB each.`,
      `Processor time of the service for a newcomer at ${joins.perSec}/s: ${medianOf(runs, 'cpuMs').toFixed(2)} ms; ${membersEach} members are told of each.`,
      `Back from ${overload.perSec}/s to ${joins.perSec}/s all were in time again after ${(recoveryMs(after.samples, joins.limitMs) / 1000).toFixed(1)} s.`,
      generatorNote(`${joins.perSec}/s`, Math.max(...runs.map(({ lateMs }) => lateMs))),
      generatorNote(`${overload.perSec}/s`, during.lateMs),
    ],
    targets: [
      {
        name: `${members} idle members in at most ${mostMib} MiB`,
        value: `${filledMib.toFixed(0)} MiB`,
        met: filledMib <= mostMib,
      },
      target(`until welcome at ${joins.perSec}/s`, joins.limitMs, welcome),
      whole({ name: `nobody is turned away at ${joins.perSec}/s`, value: welcome.count, of: tried }),
      target('until all offers are there', offers.limitMs, offered.offered),
      whole({ name: 'all offers arrived', value: offered.told, of: offered.offered.count }),
    ],
  };
}
