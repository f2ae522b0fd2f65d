/** Puts packets of flows into the system: those of the same flow that are due together in one call, from buffers that all share. */
import { performance } from 'node:perf_hooks';
import { writeChannelHeader } from '../frame-ring.ts';
import { MessageBlock } from '../message-block.ts';
import { Stamper } from '../stamp.ts';
import { channelHeaderBytes } from '../traffic.ts';
import { type BatchedSockets, slotBytes } from './batched-sockets.ts';
import type { StepMeter } from './step-meter.ts';

/** Where the packets of a flow go. */
export interface Outlet {
  readonly descriptor: number;
  readonly channel: number;
  readonly payloadBytes: number;
  /** From 1. */
  nextSequence(): number;
}

/** Between two flushes, and in one call. */
const mostMessages = 64;

export class BatchedSender {
  readonly #sockets: BatchedSockets;
  readonly #meter: StepMeter;
  readonly #block: MessageBlock;
  readonly #stampers: readonly Stamper[];
  readonly #due = new Float64Array(mostMessages);
  #outlet: Outlet | null = null;
  /** Slots that are filled, and those of them that have left. */
  #filled = 0;
  #left = 0;

  constructor(sockets: BatchedSockets, meter: StepMeter, token: number) {
    this.#sockets = sockets;
    this.#meter = meter;
    const block = new MessageBlock(mostMessages, slotBytes, (memory) => sockets.libc.addressOf(memory));
    this.#block = block;
    this.#stampers = Array.from(
      { length: mostMessages },
      (_, slot) => new Stamper(block.bytes, block.at(slot) + channelHeaderBytes, token),
    );
  }

  add(outlet: Outlet, dueMs: number, step: number): void {
    if (this.#filled === mostMessages) this.flush();
    else if (outlet !== this.#outlet) this.#leave();
    const block = this.#block;
    const slot = this.#filled;
    writeChannelHeader(block.view, block.at(slot), outlet.channel, outlet.payloadBytes);
    block.setRoom(slot, channelHeaderBytes + outlet.payloadBytes);
    this.#stampers[slot]?.write(dueMs, outlet.nextSequence(), step);
    this.#due[slot] = dueMs;
    this.#outlet = outlet;
    this.#filled += 1;
  }

  /** Afterwards all that was added has left, or was refused by the system. It counts as late as the last of it. */
  flush(): void {
    this.#leave();
    const filled = this.#filled;
    if (filled === 0) return;
    this.#filled = 0;
    this.#left = 0;
    const nowMs = performance.now();
    for (let slot = 0; slot < filled; slot += 1) this.#meter.sent(this.#due[slot] ?? 0, nowMs);
  }

  /** All that waits is of one flow. */
  #leave(): void {
    const from = this.#left;
    const to = this.#filled;
    if (this.#outlet === null || from === to) return;
    this.#left = to;
    this.#sockets.send(this.#outlet.descriptor, this.#block, from, to, this.#onRefused);
  }

  readonly #onRefused = (code: string): void => this.#meter.sendFailed(code);
}
