/** The TURN server’s own counters, read now and then, so that any window can be asked for. */
import type { CompareTurn } from '../../contract/comparison.ts';

interface Reading {
  readonly atMs: number;
  /** Payload from clients to peers, and from peers to clients. */
  readonly toPeers: number;
  readonly fromPeers: number;
  readonly allocations: number;
}

const readEveryMs = 300;

export class TurnCounters {
  readonly #metrics: string;
  readonly #readings: Reading[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(metrics: string) {
    this.#metrics = metrics;
  }

  /** From now on; what was read before is forgotten. */
  async start(): Promise<void> {
    this.#readings.length = 0;
    await this.#read();
    this.#timer = setInterval(() => void this.#read(), readEveryMs);
  }

  /** After a last reading. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#read();
  }

  /**
   * What participants sent into the server and got out of it. They all use relays of this one server, so what goes to
   * a peer never leaves it.
   *
   * @param fromMs and `toMs`: of `Date.now()`; the nearest readings within the window are taken
   */
  between(fromMs: number, toMs: number): Omit<CompareTurn, 'cpuPercent'> | null {
    const inside = this.#readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined || last === first) return null;
    return {
      ingressBytes: last.toPeers - first.toPeers,
      egressBytes: last.fromPeers - first.fromPeers,
      allocations: last.allocations,
      windowMs: last.atMs - first.atMs,
    };
  }

  /** Without an answer there is no reading. */
  async #read(): Promise<void> {
    try {
      const text = await (await fetch(this.#metrics, { signal: AbortSignal.timeout(2_000) })).text();
      this.#readings.push({
        atMs: Date.now(),
        toPeers: figure(text, 'polynya_turn_to_peers_bytes_total'),
        fromPeers: figure(text, 'polynya_turn_from_peers_bytes_total'),
        allocations: figure(text, 'polynya_turn_allocations'),
      });
    } catch {
      // The next one will do.
    }
  }
}

/** Of the Prometheus text format. Throws where it is missing. */
function figure(text: string, name: string): number {
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`${name} is not among the metrics`);
  return Number(value);
}
