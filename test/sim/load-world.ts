/**
 * A load generator, its processor and its sockets, and a TURN server, on a virtual clock: what planted faults look like in
 * the counts of a step. Judged by the same code that judges real steps.
 */
import { Arrivals } from '../../turn/load/arrivals.ts';
import { Histogram } from '../../turn/load/histogram.ts';
import type { StepCount } from '../../turn/load/step-count.ts';

export interface World {
  /** The server relays so many packets a second, each way. */
  readonly serverPerSec: number;
  /** Packets that wait in the server at most. */
  readonly serverQueue: number;
  /** Of every relayed packet. */
  readonly serverLoss: number;
  /** Packets that wait at the generator’s sockets at most. */
  readonly buffer: number;
  /** Another process takes the processor in turns; null: there is none. */
  readonly hog: { readonly oursMs: number; readonly theirsMs: number } | null;
  readonly random: () => number;
}

/** What it costs the generator to send or to receive a packet. */
const packetMs = 0.04;
const wayMs = 0.05;
const readsPerTurn = 32;
const sendsPerTurn = 64;
const drainMs = 100;

interface Relayed {
  readonly atMs: number;
  readonly dueMs: number;
  readonly isBack: boolean;
}

class Server {
  readonly #world: World;
  readonly #out: Relayed[] = [];
  #next = 0;
  #freeMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  take(sentMs: number, dueMs: number, isBack: boolean): void {
    const { serverPerSec, serverQueue, serverLoss, random } = this.#world;
    const serviceMs = 500 / serverPerSec;
    const arrivesMs = sentMs + wayMs;
    const beginsMs = Math.max(arrivesMs, this.#freeMs);
    if (random() < serverLoss || (beginsMs - arrivesMs) / serviceMs > serverQueue) return;
    this.#freeMs = beginsMs + serviceMs;
    this.#out.push({ atMs: this.#freeMs + wayMs, dueMs, isBack });
  }

  get nextMs(): number {
    return this.#out[this.#next]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  shift(): Relayed | undefined {
    const relayed = this.#out[this.#next];
    this.#next += 1;
    return relayed;
  }
}

export function simulateStep(world: World, perSec: number, durationMs: number): StepCount {
  const arrivals = new Arrivals({
    sources: Array.from({ length: 4 }, (_, flow) => ({ flow, periodMs: 4000 / perSec, burst: 1 })),
    pattern: 'poisson',
    startMs: 0,
    random: world.random,
  });
  const server = new Server(world);
  const waiting: Relayed[] = [];
  const [lateness, outward, roundTrip] = [new Histogram(), new Histogram(), new Histogram()];
  let [nowMs, spareMs, stolenMs, sent, arrivedOut, arrivedBack, drops] = [0, 0, 0, 0, 0, 0, 0];

  const work = (ms: number): void => {
    nowMs += ms;
    if (world.hog === null) return;
    const { oursMs, theirsMs } = world.hog;
    const into = nowMs % (oursMs + theirsMs);
    if (into < oursMs) return;
    stolenMs += oursMs + theirsMs - into;
    nowMs += oursMs + theirsMs - into;
  };
  const receive = ({ dueMs, isBack }: Relayed): void => {
    work(packetMs);
    if (isBack) {
      arrivedBack += 1;
      roundTrip.record(nowMs - dueMs);
      return;
    }
    arrivedOut += 1;
    outward.record(nowMs - dueMs);
    work(packetMs);
    server.take(nowMs, dueMs, true);
  };

  while (nowMs < durationMs + drainMs) {
    for (; server.nextMs <= nowMs; ) {
      const relayed = server.shift();
      if (relayed === undefined) break;
      if (waiting.length < world.buffer) waiting.push(relayed);
      else drops += 1;
    }
    const turn = waiting.splice(0, readsPerTurn);
    for (const relayed of turn) receive(relayed);
    let done = turn.length;
    for (let i = 0; i < sendsPerTurn && arrivals.atMs <= nowMs && nowMs < durationMs; i += 1, done += 1) {
      work(packetMs);
      server.take(nowMs, arrivals.atMs, false);
      lateness.record(nowMs - arrivals.atMs);
      arrivals.advance();
      sent += 1;
    }
    if (done > 0) continue;
    const nextDueMs = nowMs < durationMs ? arrivals.atMs : Number.POSITIVE_INFINITY;
    const untilMs = Math.min(nextDueMs, server.nextMs, durationMs + drainMs);
    const idleMs = Math.max(0.001, untilMs - nowMs);
    if (nowMs < durationMs) spareMs += idleMs;
    work(idleMs);
  }
  let unsent = 0;
  for (; arrivals.atMs < durationMs; arrivals.advance()) unsent += 1;
  return {
    scheduled: sent + unsent,
    sent,
    arrivedOut,
    arrivedBack,
    unsent,
    sendErrors: {},
    failures: {},
    lateness: lateness.state(),
    outward: outward.state(),
    roundTrip: roundTrip.state(),
    gauges: {
      wallMs: durationMs,
      spareMs: Math.min(spareMs, durationMs),
      cpuMs: Math.max(0, durationMs - stolenMs),
      runQueueMs: stolenMs,
      socketDrops: drops,
      receiveBufferBytes: world.buffer * 256,
    },
  };
}
