/** What a worker can see of itself: processor time, time without work, what the system dropped at its sockets. */
import { performance } from 'node:perf_hooks';
import { dropsAt } from '../socket-table.ts';
import type { GeneratorGauges } from '../step-count.ts';
import { localSockets, readOrNull } from './proc-files.ts';

interface Reading {
  readonly wallMs: number;
  readonly idleMs: number;
  readonly cpuMs: number;
  readonly runQueueMs: number | null;
  readonly drops: number | null;
}

export class Gauges {
  readonly #ports: ReadonlySet<number>;
  readonly #receiveBufferBytes: number | null;
  #start: Reading;

  /** Counts from now on. @param ports local ports of the sockets */
  constructor(ports: Iterable<number>, receiveBufferBytes: number | null) {
    this.#ports = new Set(ports);
    this.#receiveBufferBytes = receiveBufferBytes;
    this.#start = this.#read();
  }

  restart(): void {
    this.#start = this.#read();
  }

  /** @param emptyTurnsMs time in which the event loop turned without work */
  since(emptyTurnsMs: number): GeneratorGauges {
    const start = this.#start;
    const now = this.#read();
    return {
      wallMs: now.wallMs - start.wallMs,
      spareMs: now.idleMs - start.idleMs + emptyTurnsMs,
      cpuMs: now.cpuMs - start.cpuMs,
      runQueueMs: difference(now.runQueueMs, start.runQueueMs),
      socketDrops: difference(now.drops, start.drops),
      receiveBufferBytes: this.#receiveBufferBytes,
    };
  }

  #read(): Reading {
    const { user, system } = process.cpuUsage();
    return {
      wallMs: performance.now(),
      idleMs: performance.eventLoopUtilization().idle,
      cpuMs: (user + system) / 1000,
      runQueueMs: runQueueMs(),
      drops: this.#ports.size === 0 ? null : dropsAt(localSockets('udp'), this.#ports),
    };
  }
}

/** Linux: how long the thread of the event loop was ready to run and did not, in ns (second field). */
function runQueueMs(): number | null {
  const waited = Number(readOrNull('/proc/self/schedstat')?.split(' ')[1]);
  return Number.isFinite(waited) ? waited / 1e6 : null;
}

function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : Math.max(0, now - before);
}
