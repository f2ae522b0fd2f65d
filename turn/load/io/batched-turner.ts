/**
 * Turns with few turns of the event loop: between them it looks for packets, sends what is due and sleeps by calls of its
 * own. At low rates it sleeps until something is due or arrives; at high ones it rests for a fixed time, so that what is
 * due and what arrives meanwhile is handled together.
 */
import { performance } from 'node:perf_hooks';
import type { DatagramSockets } from './datagram-sockets.ts';
import { longestOversleepMs, type PacedTask, Turner } from './turner.ts';

/**
 * The event loop has its turn so often: timers and orders wait for it. It would read the same sockets, packet by packet, so it
 * has it no more often than these need.
 */
const eventLoopEveryMs = 20;

export class BatchedTurner extends Turner {
  readonly #sockets: DatagramSockets;

  /** @param restMs 0: packets are far apart */
  constructor(sockets: DatagramSockets, task: PacedTask, restMs: number) {
    super(task, restMs, sockets.receivesAsleep ? 0 : longestOversleepMs);
    this.#sockets = sockets;
  }

  override run(endMs: number): Promise<void> {
    this.#sockets.beExact(true);
    return super.run(endMs);
  }

  override stop(): void {
    this.#sockets.beExact(false);
    super.stop();
  }

  protected override turn(): void {
    const { task } = this;
    const leaveMs = performance.now() + eventLoopEveryMs;
    for (;;) {
      this.#sockets.receive();
      const nowMs = performance.now();
      if (task.nextMs() <= nowMs) task.work(nowMs);
      if (nowMs >= this.endMs) {
        this.stop();
        return;
      }
      if (nowMs >= leaveMs) break;
      this.#sleepUntil(Math.min(task.nextMs(), this.endMs, leaveMs));
    }
    this.turnSoon();
  }

  #sleepUntil(untilMs: number): void {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return;
    if (this.restMs > 0) this.rest(this.#sleep);
    else this.sleep(leftMs, this.#sleepUnlessSomethingArrives);
  }

  readonly #sleep = (ms: number): void => this.#sockets.rest(ms);
  readonly #sleepUnlessSomethingArrives = (ms: number): void => this.#sockets.awaitArrival(ms);
}
