/** Between the outermost router of a site, or its hosts, and the core. */
export interface LineSpec {
  /** Of every packet, each way. */
  readonly delayMs: number;
  /** Up to so much more, evenly distributed, of each packet by itself. */
  readonly jitterMs: number;
  /** Thousands of bits a second away from the hosts; null: as fast as it goes. */
  readonly upKbit: number | null;
  readonly downKbit: number | null;
}

/** Loss of UDP on a line. */
export interface LossSpec {
  /** Share away from the hosts, 0 to 1. */
  readonly up: number;
  readonly down: number;
  /** So many packets are lost in a row on average; the shares stay the same. Default 1: each by itself. */
  readonly burst?: number;
}

/** Chances of a loss that remembers whether the last packet of its direction was lost (Gilbert, 1960). */
export interface LossChances {
  /** After one that came through. */
  readonly begin: number;
  /** After one that was lost, that this one comes through. */
  readonly end: number;
}

/** @param share 0 to 1; of all packets in the long run */
export function lossChances(share: number, burst: number): LossChances {
  const end = 1 / burst;
  // In the long run begin / (begin + end) of all packets are lost.
  return { begin: share >= 1 ? 1 : Math.min(1, (share * end) / (1 - share)), end };
}

/** `line 40 to 50 ms each way, 2 Mbit/s up, 5 % lost down in bursts of 8`; empty: nothing to tell. */
export function lineLabel(line: LineSpec | undefined, loss: LossSpec | undefined): string {
  const { delayMs = 0, jitterMs = 0, upKbit = null, downKbit = null } = line ?? {};
  const { up = 0, down = 0, burst = 1 } = loss ?? {};
  const span = jitterMs > 0 ? `${delayMs} to ${delayMs + jitterMs}` : `${delayMs}`;
  const rate = (kbit: number | null, way: string) =>
    kbit === null ? [] : [`${kbit < 1_000 ? `${kbit} kbit/s` : `${kbit / 1_000} Mbit/s`} ${way}`];
  const lost = (share: number, way: string) =>
    share === 0 ? [] : [`${Math.round(share * 1e4) / 100} % lost ${way}`];
  const parts = [
    ...(delayMs + jitterMs > 0 ? [`${span} ms each way`] : []),
    ...rate(upKbit, 'up'),
    ...rate(downKbit, 'down'),
    ...lost(up, 'up'),
    ...lost(down, 'down'),
    ...(burst > 1 && up + down > 0 ? [`in bursts of ${burst}`] : []),
  ];
  return parts.length === 0 ? '' : `line ${parts.join(', ')}`;
}
