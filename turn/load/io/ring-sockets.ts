/**
 * Many datagrams of many sockets a call, by io_uring(7): all that is due leaves in one, and all that has arrived is told in
 * memory, whichever socket it was for.
 */
import { arrivalBytes } from '../arrival-time.ts';
import { DatagramPool } from '../datagram-pool.ts';
import type { MessageBlock } from '../message-block.ts';
import { type Completions, completionKind } from '../ring-entries.ts';
import {
  cannotCut,
  type DatagramSockets,
  dontWait,
  type Inlet,
  mostJoined,
  slotBytes,
} from './datagram-sockets.ts';
import type { Libc } from './libc.ts';
import { errorNameOf, openRing, type Ring } from './ring.ts';
import { prepareSocket, setTimers } from './socket-options.ts';
import { WallClock } from './wall-clock.ts';

/** A power of two. */
const poolSlots = 2048;
const poolGroup = 1;
/** `struct msghdr` for everything that is received: no name, and room for the time of arrival. */
const receiveHeader = { bytes: 56, controlBytesAt: 40 } as const;
/** More than there can be: to sleep whatever arrives. */
const everything = 2 ** 20;
/** ENOBUFS: all buffers are in use; they are free again after this turn. */
const noBuffer = -105;

/** Handed over, until what became of it is known. */
interface JoinedSend {
  readonly descriptor: number;
  readonly block: MessageBlock;
  readonly from: number;
  readonly to: number;
}

export type OpenedRingSockets =
  | { readonly ok: true; readonly sockets: RingSockets }
  | { readonly ok: false; readonly problem: string };

/** @param onRefused the system did not take a datagram, by errno name */
export function openRingSockets(libc: Libc, onRefused: (code: string) => void): OpenedRingSockets {
  const opened = openRing(libc);
  if (!opened.ok) return opened;
  const { ring } = opened;
  const pool = new DatagramPool(poolSlots, slotBytes, libc.addressOf);
  const problem = ring.registerBuffers(pool.ringAddress, poolSlots, poolGroup);
  if (problem === null) return { ok: true, sockets: new RingSockets({ libc, ring, pool, onRefused }) };
  ring.close();
  return { ok: false, problem: `io_uring: ${problem}` };
}

interface RingSocketsOptions {
  readonly libc: Libc;
  readonly ring: Ring;
  /** Known to the ring. */
  readonly pool: DatagramPool;
  readonly onRefused: (code: string) => void;
}

export class RingSockets implements DatagramSockets {
  readonly receivesAsleep = true;
  readonly #libc: Libc;
  readonly #ring: Ring;
  readonly #onRefused: (code: string) => void;
  readonly #pool: DatagramPool;
  readonly #clock: WallClock;
  readonly #receiveHeader: Uint8Array;
  readonly #receiveHeaderAddress: number;
  readonly #inlets: (Inlet | null)[] = [];
  readonly #taken;
  /** Buffers of what was taken: given back once what goes back from them has left. */
  readonly #used = new Uint16Array(poolSlots);
  #usedCount = 0;
  /** The system has just told what has arrived. */
  #isFresh = false;
  /** Those that were handed over, until what became of them is known. */
  readonly #joined: JoinedSend[] = [];
  /** Until the system says that it cannot. */
  #joins = true;

  constructor({ libc, ring, pool, onRefused }: RingSocketsOptions) {
    this.#libc = libc;
    this.#ring = ring;
    this.#onRefused = onRefused;
    this.#pool = pool;
    this.#clock = new WallClock(libc);
    this.#receiveHeader = new Uint8Array(receiveHeader.bytes);
    new DataView(this.#receiveHeader.buffer).setUint32(receiveHeader.controlBytesAt, arrivalBytes, true);
    this.#receiveHeaderAddress = Number(libc.addressOf(this.#receiveHeader));
    const { bytes, view } = this.#pool;
    this.#taken = { bytes, view, at: 0, end: 0, arrivedMs: 0 };
  }

  add(inlet: Inlet): () => void {
    const key = this.#inlets.length;
    this.#inlets.push(inlet);
    prepareSocket(this.#libc, inlet.descriptor);
    this.#listen(key);
    return () => {
      if ((this.#inlets[key] ?? null) === null) return;
      this.#inlets[key] = null;
      if (this.#makeRoom()) this.#ring.entries.writeReceiveEnd(this.#ring.next(), key);
      // Until it has ended, the system keeps the socket.
      this.#ring.submit();
    };
  }

  receive(): void {
    if (!this.#isFresh) this.#ring.look();
    this.#isFresh = false;
    this.#clock.read();
    this.#ring.each(this.#take);
    this.flush();
    if (this.#usedCount === 0) return;
    for (let i = 0; i < this.#usedCount; i += 1) this.#pool.giveBack(this.#used[i] ?? 0);
    this.#usedCount = 0;
    this.#pool.offer();
  }

  sendBack(descriptor: number): void {
    const { at, end } = this.#taken;
    this.#writeSend(descriptor, this.#pool.addressAt(at), end - at);
  }

  send(descriptor: number, block: MessageBlock, from: number, to: number): void {
    const bytes = this.#joins && to - from > 1 ? block.commonRoom(from, to) : 0;
    if (bytes === 0) this.#sendEach({ descriptor, block, from, to });
    else this.#sendJoined({ descriptor, block, from, to }, bytes);
  }

  flush(): void {
    this.#ring.submit();
    if (this.#joined.length === 0) return;
    this.#ring.each(this.#take);
    this.#joined.length = 0;
    // What could not be cut.
    this.#ring.submit();
  }

  rest(ms: number): void {
    this.#ring.await(everything, ms);
    this.#isFresh = true;
  }

  awaitArrival(mostMs: number): void {
    this.#ring.await(1, mostMs);
    this.#isFresh = true;
  }

  beExact(isExact: boolean): void {
    setTimers(this.#libc, isExact);
  }

  close(): void {
    this.#inlets.length = 0;
    this.#ring.close();
  }

  #sendEach({ descriptor, block, from, to }: JoinedSend): void {
    for (let slot = from; slot < to; slot += 1)
      this.#writeSend(descriptor, block.bufferAddress(slot), block.room(slot));
  }

  /** Messages of the same length as one that the system cuts. */
  #sendJoined({ descriptor, block, from, to }: JoinedSend, bytes: number): void {
    const most = mostJoined(bytes);
    for (let at = from; at < to; at += most) {
      const count = Math.min(most, to - at);
      const part = { descriptor, block, from: at, to: at + count };
      if (count === 1) {
        this.#sendEach(part);
        continue;
      }
      block.join(at, count, bytes);
      const key = this.#joined.push(part) - 1;
      if (!this.#makeRoom()) continue;
      const { entries } = this.#ring;
      entries.writeJoinedSend(this.#ring.next(), descriptor, block.headerAddress(at), dontWait, key);
    }
  }

  #writeSend(descriptor: number, address: number, bytes: number): void {
    if (!this.#makeRoom()) return;
    this.#ring.entries.writeSend(this.#ring.next(), descriptor, address, bytes, dontWait);
  }

  /** False: the system takes nothing any more. */
  #makeRoom(): boolean {
    if (!this.#ring.hasRoom) this.#ring.submit();
    if (this.#ring.hasRoom) return true;
    this.#onRefused('EAGAIN');
    return false;
  }

  #listen(key: number): void {
    const inlet = this.#inlets[key] ?? null;
    if (inlet === null || !this.#makeRoom()) return;
    const { entries } = this.#ring;
    entries.writeReceive(this.#ring.next(), inlet.descriptor, this.#receiveHeaderAddress, poolGroup, key);
  }

  readonly #take = (told: Completions, index: number): void => {
    const kind = told.kindOf(index);
    if (kind === completionKind.received) this.#takeReceived(told, index);
    else if (kind === completionKind.send) this.#onRefused(errorNameOf(told.resultOf(index)));
    else if (kind === completionKind.joinedSend) this.#takeUncut(told.keyOf(index), told.resultOf(index));
  };

  #takeReceived(told: Completions, index: number): void {
    const key = told.keyOf(index);
    const result = told.resultOf(index);
    const slot = told.bufferOf(index);
    const goesOn = told.goesOn(index);
    const inlet = this.#inlets[key] ?? null;
    if (slot >= 0) {
      const taken = this.#taken;
      taken.at = this.#pool.at(slot);
      taken.end = taken.at + this.#pool.received(slot);
      taken.arrivedMs = this.#clock.ownTime(this.#pool.arrival(slot));
      if (result >= 0) inlet?.take(taken);
      this.#used[this.#usedCount] = slot;
      this.#usedCount += 1;
    } else if (result < 0 && result !== noBuffer) inlet?.refused(errorNameOf(result));
    if (!goesOn) this.#listen(key);
  }

  /** What is left for one by one tells of them one by one; what the network or a full buffer says will pass. */
  #takeUncut(key: number, result: number): void {
    const code = errorNameOf(result);
    this.#joins = !cannotCut(code);
    const part = this.#joined[key];
    if (part !== undefined) this.#sendEach(part);
  }
}
