/** Puts packets of flows into the system: those of the same flow that are due in the same turn together, from buffers that all share. */
import { performance } from 'node:perf_hooks';
import { writeChannelHeader } from '../frame-ring.ts';
import { MessageBlock } from '../message-block.ts';
import { Stamper } from '../stamp.ts';
import { channelHeaderBytes } from '../traffic.ts';
import { type DatagramSockets, slotBytes } from './datagram-sockets.ts';
import type { Libc } from './libc.ts';
import type { StepMeter } from './step-meter.ts';

/** Where the packets of a flow go. */
export interface Outlet {
  /** Of this outlet alone. */
  readonly descriptor: number;
  readonly channel: number;
  readonly payloadBytes: number;
  /** From 1. */
  nextSequence(): number;
}

/** Between two flushes. */
const mostMessages = 64;

interface Waiting {
  readonly outlet: Outlet;
  readonly dueMs: number;
  readonly step: number;
}

export class BatchedSender {
  readonly #sockets: DatagramSockets;
  readonly #meter: StepMeter;
  readonly #block: MessageBlock;
  readonly #stampers: readonly Stamper[];
  /** By outlet; those of the same one in the order in which they were added. */
  readonly #waiting: Waiting[] = [];

  constructor(libc: Libc, sockets: DatagramSockets, meter: StepMeter, token: number) {
    this.#sockets = sockets;
    this.#meter = meter;
    const block = new MessageBlock(mostMessages, slotBytes, (memory) => libc.addressOf(memory));
    this.#block = block;
    this.#stampers = Array.from(
      { length: mostMessages },
      (_, slot) => new Stamper(block.bytes, block.at(slot) + channelHeaderBytes, token),
    );
  }

  add(outlet: Outlet, dueMs: number, step: number): void {
    const waiting = this.#waiting;
    if (waiting.length === mostMessages) this.flush();
    const added = { outlet, dueMs, step };
    let at = waiting.length;
    for (let before = waiting[at - 1]; before !== undefined; before = waiting[at - 1]) {
      if (before.outlet.descriptor <= outlet.descriptor) break;
      waiting[at] = before;
      at -= 1;
    }
    waiting[at] = added;
  }

  /** Afterwards all that was added has left, or was refused by the system. It counts as late as the last of it. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    let from = 0;
    for (let slot = 0; slot < waiting.length; slot += 1) {
      this.#write(slot);
      if (waiting[slot]?.outlet === waiting[slot + 1]?.outlet) continue;
      this.#sockets.send(waiting[slot]?.outlet.descriptor ?? -1, this.#block, from, slot + 1);
      from = slot + 1;
    }
    this.#sockets.flush();
    const nowMs = performance.now();
    for (const { dueMs } of waiting) this.#meter.sent(dueMs, nowMs);
    waiting.length = 0;
  }

  #write(slot: number): void {
    const waiting = this.#waiting[slot];
    if (waiting === undefined) return;
    const { outlet, dueMs, step } = waiting;
    const block = this.#block;
    writeChannelHeader(block.view, block.at(slot), outlet.channel, outlet.payloadBytes);
    block.setRoom(slot, channelHeaderBytes + outlet.payloadBytes);
    this.#stampers[slot]?.write(dueMs, outlet.nextSequence(), step);
  }
}
