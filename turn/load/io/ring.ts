/** One io_uring(7): work is written into memory that the system shares, handed over in one call, and told of in the same way. */
import { getSystemErrorName } from 'node:util';
import {
  Completions,
  Entries,
  parametersBytes,
  type RingPlan,
  readParameters,
  writeParameters,
} from '../ring-entries.ts';
import { type Libc, nullPointer } from './libc.ts';

/** The same numbers on all machines. */
const systemCall = { setup: 425, enter: 426, register: 427 } as const;
/**
 * Clamp sizes · go on after an entry that is refused · one thread only · do nothing for this thread but in its own calls: what
 * arrives meanwhile stays in the socket, where Node.js may find it (Linux 6.1).
 */
const setupFlags = (1 << 3) | (1 << 4) | (1 << 7) | (1 << 12) | (1 << 13);
/** Both rings in one piece of memory; an argument with a time. */
const neededFeatures = (1 << 0) | (1 << 8);
const [getEvents, hasArgument] = [1 << 0, 1 << 3];
const argumentBytes = 24;
const registerBuffers = 22;
const entriesWanted = 256;
const completionsWanted = 8192;

const mapFailed = -1n;
const readWrite = 3;
const sharedPopulated = 0x8001;
const entriesOffset = 0x1000_0000;

export type OpenedRing =
  | { readonly ok: true; readonly ring: Ring }
  | { readonly ok: false; readonly problem: string };

export function openRing(libc: Libc): OpenedRing {
  const parameters = new Uint8Array(parametersBytes);
  const view = new DataView(parameters.buffer);
  writeParameters(view, setupFlags, completionsWanted);
  const descriptor = libc.ringSetup(systemCall.setup, entriesWanted, libc.addressOf(parameters));
  if (descriptor < 0) return { ok: false, problem: `io_uring: ${libc.errorName()}` };
  const plan = readParameters(view);
  const isEnough = (plan.features & neededFeatures) === neededFeatures;
  const rings = isEnough ? mapped(libc, descriptor, plan.ringBytes, 0) : null;
  const entries = isEnough ? mapped(libc, descriptor, plan.entriesBytes, entriesOffset) : null;
  if (rings !== null && entries !== null) {
    return { ok: true, ring: new Ring(libc, descriptor, plan, rings, entries) };
  }
  for (const part of [rings, entries]) part?.unmap();
  libc.close(descriptor);
  return { ok: false, problem: 'io_uring: its memory cannot be shared' };
}

interface Mapped {
  readonly memory: ArrayBuffer;
  readonly unmap: () => void;
}

function mapped(libc: Libc, descriptor: number, bytes: number, offset: number): Mapped | null {
  const address = libc.mmap(nullPointer, bytes, readWrite, sharedPopulated, descriptor, offset);
  if (BigInt.asIntN(64, address) === mapFailed) return null;
  return { memory: libc.view(address, bytes), unmap: () => libc.munmap(address, bytes) };
}

export class Ring {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #plan: RingPlan;
  readonly #mapped: readonly Mapped[];
  readonly #entries: Entries;
  readonly #completions: Completions;
  readonly #submissionTail: Int32Array;
  readonly #completionHead: Int32Array;
  readonly #completionTail: Int32Array;
  /** Entries that were written, ever; and those that were handed over. */
  #written = 0;
  #handedOver = 0;
  #seen = 0;
  /** struct io_uring_getevents_arg, and the struct __kernel_timespec that it leads to. */
  readonly #argument = new Uint8Array(argumentBytes + 16);
  readonly #argumentView = new DataView(this.#argument.buffer);
  readonly #argumentAddress: bigint;

  constructor(libc: Libc, descriptor: number, plan: RingPlan, rings: Mapped, entries: Mapped) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.#plan = plan;
    this.#mapped = [rings, entries];
    this.#entries = new Entries(entries.memory);
    this.#completions = new Completions(rings.memory, plan.completion.entries, plan.completions);
    const word = (at: number): Int32Array => new Int32Array(rings.memory, at, 1);
    this.#submissionTail = word(plan.submission.tail);
    this.#completionHead = word(plan.completion.head);
    this.#completionTail = word(plan.completion.tail);
    // Entries are handed over in the order in which they stand.
    new Uint32Array(rings.memory, plan.submission.array, plan.entries).set(
      Array.from({ length: plan.entries }, (_, entry) => entry),
    );
    this.#argumentAddress = libc.addressOf(this.#argument);
    this.#argumentView.setBigUint64(16, this.#argumentAddress + BigInt(argumentBytes), true);
  }

  /** @param address of a ring of buffers @returns null, or what went wrong, by errno name */
  registerBuffers(address: number, entries: number, group: number): string | null {
    const memory = new Uint8Array(40);
    const view = new DataView(memory.buffer);
    view.setBigUint64(0, BigInt(address), true);
    view.setUint32(8, entries, true);
    view.setUint16(12, group, true);
    const { addressOf, ringRegister, errorName } = this.#libc;
    const done = ringRegister(systemCall.register, this.#descriptor, registerBuffers, addressOf(memory), 1);
    return done < 0 ? errorName() : null;
  }

  get hasRoom(): boolean {
    return this.#written - this.#handedOver < this.#plan.entries;
  }

  get entries(): Entries {
    return this.#entries;
  }

  /** Where the next entry is to be written; only while there is room. */
  next(): number {
    const index = this.#written % this.#plan.entries;
    this.#written += 1;
    return index;
  }

  /** Hands over what was written. The system has then done what can be done at once. */
  submit(): void {
    if (this.#written > this.#handedOver) this.#enter(0, 0, nullPointer, 0);
  }

  /** Lets the system do what has become possible. */
  look(): void {
    this.#enter(0, getEvents, nullPointer, 0);
  }

  /** The same, and sleeps until so much has been told, or until then. */
  await(least: number, mostMs: number): void {
    this.#argumentView.setUint32(argumentBytes + 8, Math.round(mostMs * 1e6), true);
    this.#enter(least, getEvents | hasArgument, this.#argumentAddress, argumentBytes);
  }

  /** Of all that is told, in its order; `take` may write and submit. */
  each(take: (told: Completions, index: number) => void): void {
    for (let tail = this.#toldTail(); this.#seen !== tail; tail = this.#toldTail()) {
      take(this.#completions, (this.#seen >>> 0) % this.#plan.completions);
      this.#seen = (this.#seen + 1) | 0;
      Atomics.store(this.#completionHead, 0, this.#seen);
    }
  }

  close(): void {
    for (const { unmap } of this.#mapped) unmap();
    this.#libc.close(this.#descriptor);
  }

  #toldTail(): number {
    return Atomics.load(this.#completionTail, 0);
  }

  #enter(least: number, flags: number, argument: bigint, bytes: number): void {
    Atomics.store(this.#submissionTail, 0, this.#written | 0);
    const waiting = this.#written - this.#handedOver;
    const { enter } = systemCall;
    const taken = this.#libc.ringEnter(enter, this.#descriptor, waiting, least, flags, argument, bytes);
    if (taken > 0) this.#handedOver += taken;
  }
}

/** Of a result below 0. */
export function errorNameOf(result: number): string {
  return getSystemErrorName(result);
}
