/**
 * What io_uring_enter(2) reads and writes: entries of 64 bytes by which work is given to the system, and of 16 bytes by which
 * it tells what became of it. As <linux/io_uring.h> lays them out, little-endian; the same on all 64-bit machines.
 */

const wordsOfEntry = 16;
const wordsOfCompletion = 4;
const noDescriptor = -1;

const operation = { sendMessage: 9, receiveMessage: 10, cancel: 14, send: 26 } as const;
/** Take any buffer of the group; tell only of what went wrong. */
const entryFlag = { selectBuffer: 1 << 5, quietSuccess: 1 << 6 } as const;
/** In the place of the priority: goes on until it fails. */
const receiveForEver = 1 << 1;

/** Words that no entry here needs stay 0, whatever stood in its place before. */
export class Entries {
  readonly #words: Uint32Array;

  constructor(memory: ArrayBufferLike) {
    this.#words = new Uint32Array(memory);
  }

  /** A datagram: nothing is told about it unless it fails. */
  writeSend(index: number, descriptor: number, address: number, bytes: number, flags: number): void {
    this.#writeHead(index, operation.send | (entryFlag.quietSuccess << 8), descriptor);
    this.#writeMessage(index, address, bytes, flags);
    this.#writeName(index, completionKind.send, 0, 0);
  }

  /** A message that is cut, likewise. @param address of its `struct msghdr` @param key comes back */
  writeJoinedSend(index: number, descriptor: number, address: number, flags: number, key: number): void {
    this.#writeHead(index, operation.sendMessage | (entryFlag.quietSuccess << 8), descriptor);
    this.#writeMessage(index, address, 1, flags);
    this.#writeName(index, completionKind.joinedSend, key, 0);
  }

  /** All that arrives, each in a buffer of the group. @param address of a `struct msghdr` for all of them */
  writeReceive(index: number, descriptor: number, address: number, group: number, key: number): void {
    const first = operation.receiveMessage | (entryFlag.selectBuffer << 8) | (receiveForEver << 16);
    this.#writeHead(index, first, descriptor);
    this.#writeMessage(index, address, 1, 0);
    this.#writeName(index, completionKind.received, key, group);
  }

  /** Ends what has that key. */
  writeReceiveEnd(index: number, key: number): void {
    this.#writeHead(index, operation.cancel, noDescriptor);
    // In the place of an address stands its name, of which the kind, 0, is the upper half.
    this.#writeMessage(index, key, 0, 0);
    this.#writeName(index, completionKind.ended, key, 0);
  }

  #writeHead(index: number, first: number, descriptor: number): void {
    this.#words[index * wordsOfEntry] = first;
    this.#words[index * wordsOfEntry + 1] = descriptor;
  }

  #writeMessage(index: number, address: number, length: number, flags: number): void {
    const at = index * wordsOfEntry;
    this.#words[at + 4] = address % 2 ** 32;
    this.#words[at + 5] = Math.floor(address / 2 ** 32);
    this.#words[at + 6] = length;
    this.#words[at + 7] = flags;
  }

  #writeName(index: number, kind: number, key: number, group: number): void {
    const at = index * wordsOfEntry;
    this.#words[at + 8] = key;
    this.#words[at + 9] = kind;
    this.#words[at + 10] = group;
  }
}

export const completionKind = { received: 0, send: 1, joinedSend: 2, ended: 3 } as const;

/** The buffer of this number is in use; there will be more. */
const [hasBuffer, hasMore] = [1 << 0, 1 << 1];

export class Completions {
  readonly #words: Uint32Array;
  readonly #results: Int32Array;

  constructor(memory: ArrayBufferLike, at: number, entries: number) {
    this.#words = new Uint32Array(memory, at, entries * wordsOfCompletion);
    this.#results = new Int32Array(memory, at, entries * wordsOfCompletion);
  }

  keyOf(index: number): number {
    return this.#words[index * wordsOfCompletion] ?? 0;
  }

  kindOf(index: number): number {
    return this.#words[index * wordsOfCompletion + 1] ?? 0;
  }

  /** Below 0: errno. */
  resultOf(index: number): number {
    return this.#results[index * wordsOfCompletion + 2] ?? 0;
  }

  /** -1: none. */
  bufferOf(index: number): number {
    const flags = this.#words[index * wordsOfCompletion + 3] ?? 0;
    return (flags & hasBuffer) === 0 ? -1 : flags >>> 16;
  }

  goesOn(index: number): boolean {
    return ((this.#words[index * wordsOfCompletion + 3] ?? 0) & hasMore) !== 0;
  }
}

/** `struct io_uring_params`: how big the rings are, and where their parts begin. */
export const parametersBytes = 120;

export interface RingPlan {
  readonly entries: number;
  readonly completions: number;
  readonly features: number;
  /** Offsets in the memory that both rings share. */
  readonly submission: { readonly tail: number; readonly array: number };
  readonly completion: { readonly head: number; readonly tail: number; readonly entries: number };
  readonly ringBytes: number;
  readonly entriesBytes: number;
}

export function writeParameters(view: DataView, flags: number, completions: number): void {
  view.setUint32(4, completions, true);
  view.setUint32(8, flags, true);
}

/** What the system has answered. */
export function readParameters(view: DataView): RingPlan {
  const word = (at: number): number => view.getUint32(at, true);
  const [entries, completions] = [word(0), word(4)];
  const submission = { tail: word(44), array: word(64) };
  const completion = { head: word(80), tail: word(84), entries: word(100) };
  return {
    entries,
    completions,
    features: word(20),
    submission,
    completion,
    ringBytes: Math.max(
      submission.array + entries * 4,
      completion.entries + completions * wordsOfCompletion * 4,
    ),
    entriesBytes: entries * wordsOfEntry * 4,
  };
}
