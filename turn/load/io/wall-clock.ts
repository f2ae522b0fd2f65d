/**
 * From the clock that can be set, by which the system tells when a datagram arrived, to the one of `performance.now()`. What
 * lies between them changes with every correction by a time service, so they are read side by side for every few datagrams.
 */
import { performance } from 'node:perf_hooks';
import { timeIn } from '../arrival-time.ts';
import type { Libc } from './libc.ts';

const realtime = 0;
/** What seems older arrived before the clock was set. */
const mostAgeMs = 5_000;

export class WallClock {
  readonly #libc: Libc;
  /** struct timespec. */
  readonly #time = new Uint8Array(16);
  readonly #view = new DataView(this.#time.buffer);
  readonly #address: bigint;
  #nowMs = 0;
  #wallMs = 0;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#address = libc.addressOf(this.#time);
  }

  /** Reads both clocks. */
  read(): void {
    this.#libc.clockGettime(realtime, this.#address);
    this.#nowMs = performance.now();
    this.#wallMs = timeIn(this.#view, 0);
  }

  /** Since `read` little time has gone by. @param wallMs in ms since 1970; NaN: not known, and taken for now */
  ownTime(wallMs: number): number {
    const ageMs = this.#wallMs - wallMs;
    // Some arrive after the clocks were read.
    return ageMs > -mostAgeMs && ageMs < mostAgeMs ? this.#nowMs - ageMs : performance.now();
  }
}
