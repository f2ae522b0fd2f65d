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

export class BatchedSender {
  readonly #sockets: DatagramSockets;
  readonly #meter: StepMeter;
  readonly #block: MessageBlock;
  readonly #stampers: readonly Stamper[];
  /** What was added, in that order. */
  readonly #outlets: Outlet[] = [];
  readonly #due = new Float64Array(mostMessages);
  readonly #steps = new Uint32Array(mostMessages);
  #added = 0;
  /** Which of them comes when: by outlet, and those of the same one as they were added. */
  readonly #order = new Uint8Array(mostMessages);

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
    if (this.#added === mostMessages) this.flush();
    const added = this.#added;
    this.#outlets[added] = outlet;
    this.#due[added] = dueMs;
    this.#steps[added] = step;
    this.#added += 1;
    let at = added;
    for (; at > 0; at -= 1) {
      const before = this.#order[at - 1] ?? 0;
      if (this.#descriptorOf(before) <= outlet.descriptor) break;
      this.#order[at] = before;
    }
    this.#order[at] = added;
  }

  /** Afterwards all that was added has left, or was refused by the system. It counts as late as the last of it. */
  flush(): void {
    const added = this.#added;
    if (added === 0) return;
    let from = 0;
    for (let slot = 0; slot < added; slot += 1) {
      const one = this.#order[slot] ?? 0;
      this.#write(slot, one);
      const descriptor = this.#descriptorOf(one);
      if (slot + 1 < added && this.#descriptorOf(this.#order[slot + 1] ?? 0) === descriptor) continue;
      this.#sockets.send(descriptor, this.#block, from, slot + 1);
      from = slot + 1;
    }
    this.#sockets.flush();
    this.#added = 0;
    const nowMs = performance.now();
    for (let one = 0; one < added; one += 1) this.#meter.sent(this.#due[one] ?? 0, nowMs);
  }

  #descriptorOf(added: number): number {
    return this.#outlets[added]?.descriptor ?? -1;
  }

  #write(slot: number, added: number): void {
    const outlet = this.#outlets[added];
    if (outlet === undefined) return;
    const block = this.#block;
    writeChannelHeader(block.view, block.at(slot), outlet.channel, outlet.payloadBytes);
    block.setRoom(slot, channelHeaderBytes + outlet.payloadBytes);
    this.#stampers[slot]?.write(this.#due[added] ?? 0, outlet.nextSequence(), this.#steps[added] ?? 0);
  }
}
