/** Many datagrams a call by sendmmsg(2), recvmmsg(2) and epoll(7). */
import { MessageBlock } from '../message-block.ts';
import { ReadyList } from '../ready-list.ts';
import {
  cannotCut,
  type DatagramSockets,
  dontWait,
  type Inlet,
  mostJoined,
  slotBytes,
} from './datagram-sockets.ts';
import { type Libc, nullPointer } from './libc.ts';
import { prepareSocket, setTimers } from './socket-options.ts';
import { WallClock } from './wall-clock.ts';

/** Messages that are taken from one socket before it is the turn of the next. */
const messagesAtOnce = 32;
const socketsAtOnce = 64;

const closeOnExec = 0x80000;
const epollAdd = 1;
const epollRemove = 2;
const readable = 1;

export class BatchedSockets implements DatagramSockets {
  readonly receivesAsleep = false;
  readonly #libc: Libc;
  readonly #onRefused: (code: string) => void;
  readonly #epoll: number;
  readonly #ready: ReadyList;
  readonly #block: MessageBlock;
  readonly #clock: WallClock;
  /** By the key that epoll tells. */
  readonly #inlets: (Inlet | null)[] = [];
  readonly #pollEntry: Uint8Array;
  readonly #pollAddress: bigint;
  /** struct timespec: seconds and nanoseconds, 64 bits each. */
  readonly #timeout = new Uint32Array(4);
  readonly #timeoutAddress: bigint;
  readonly #taken;
  /** Of what is taken: the slot, and the first one that goes back together with it; -1: none. */
  #slot = 0;
  #backFrom = -1;
  /** Until the system says that it cannot. */
  #joins = true;

  /** @param isPacked whether `struct epoll_event` is @param onRefused the system did not take a datagram, by errno name */
  constructor(libc: Libc, isPacked: boolean, onRefused: (code: string) => void) {
    const addressOf = (memory: Uint8Array) => libc.addressOf(memory);
    this.#libc = libc;
    this.#onRefused = onRefused;
    this.#epoll = libc.epollCreate(closeOnExec);
    if (this.#epoll < 0) throw new Error(libc.errorName());
    this.#ready = new ReadyList(socketsAtOnce, isPacked, addressOf);
    this.#block = new MessageBlock(messagesAtOnce, slotBytes, addressOf);
    for (let slot = 0; slot < messagesAtOnce; slot += 1) this.#block.askForArrival(slot);
    this.#clock = new WallClock(libc);
    const { bytes, view } = this.#block;
    this.#taken = { bytes, view, at: 0, end: 0, arrivedMs: 0 };
    // struct pollfd: descriptor, wanted, found.
    this.#pollEntry = new Uint8Array(new Int32Array([this.#epoll, readable]).buffer);
    this.#pollAddress = addressOf(this.#pollEntry);
    this.#timeoutAddress = addressOf(new Uint8Array(this.#timeout.buffer));
  }

  add(inlet: Inlet): () => void {
    const libc = this.#libc;
    const { descriptor } = inlet;
    const key = this.#inlets.length;
    this.#ready.write(readable, key);
    if (libc.epollCtl(this.#epoll, epollAdd, descriptor, this.#ready.address) < 0)
      throw new Error(libc.errorName());
    this.#inlets.push(inlet);
    prepareSocket(libc, descriptor);
    return () => {
      if ((this.#inlets[key] ?? null) === null) return;
      this.#inlets[key] = null;
      libc.epollCtl(this.#epoll, epollRemove, descriptor, this.#ready.address);
    };
  }

  receive(): void {
    const ready = this.#libc.epollWait(this.#epoll, this.#ready.address, this.#ready.most, 0);
    if (ready <= 0) return;
    this.#clock.read();
    for (let event = 0; event < ready; event += 1) {
      const inlet = this.#inlets[this.#ready.keyOf(event)] ?? null;
      if (inlet !== null) this.#receiveFrom(inlet);
    }
  }

  #receiveFrom(inlet: Inlet): void {
    const block = this.#block;
    const count = this.#libc.recvmmsg(inlet.descriptor, block.from(0), block.slots, dontWait, nullPointer);
    if (count <= 0) {
      const code = this.#libc.errorName();
      if (code !== 'EAGAIN') inlet.refused(code);
      return;
    }
    const taken = this.#taken;
    for (let slot = 0; slot < count; slot += 1) {
      taken.at = block.at(slot);
      taken.end = taken.at + block.received(slot);
      taken.arrivedMs = this.#clock.ownTime(block.arrival(slot));
      this.#slot = slot;
      inlet.take(taken);
      // What does not go back ends a stretch.
      if (this.#backFrom >= 0 && block.room(slot) === slotBytes) this.#leaveBack(inlet.descriptor, slot);
    }
    if (this.#backFrom >= 0) this.#leaveBack(inlet.descriptor, count);
    for (let slot = 0; slot < count; slot += 1) {
      block.resetRoom(slot);
      block.askForArrival(slot);
    }
  }

  sendBack(_descriptor: number): void {
    const { at, end } = this.#taken;
    this.#block.setRoom(this.#slot, end - at);
    this.#block.forgetArrival(this.#slot);
    if (this.#backFrom < 0) this.#backFrom = this.#slot;
  }

  #leaveBack(descriptor: number, to: number): void {
    this.send(descriptor, this.#block, this.#backFrom, to);
    this.#backFrom = -1;
  }

  /** What comes after a refused one is sent nevertheless. */
  send(descriptor: number, block: MessageBlock, from: number, to: number): void {
    for (let at = this.#sendJoined(descriptor, block, from, to); at < to; ) {
      const sent = this.#sendSome(descriptor, block, at, to);
      if (sent < 0) this.#onRefused(this.#libc.errorName());
      at += Math.max(1, sent);
    }
  }

  /** All have left already. */
  flush(): void {}

  /** How many have left; -1: not even the first. */
  #sendSome(descriptor: number, block: MessageBlock, from: number, to: number): number {
    const libc = this.#libc;
    if (to - from > 1) return libc.sendmmsg(descriptor, block.from(from), to - from, dontWait);
    // A header that is read for one message alone costs more than it saves.
    return libc.send(descriptor, block.bufferOf(from), block.room(from), dontWait) < 0 ? -1 : 1;
  }

  /**
   * Messages of the same length as one that the system cuts: it goes through most of the network code once for all of them.
   *
   * @returns the first that has not been sent, because it is alone, differs, or was refused
   */
  #sendJoined(descriptor: number, block: MessageBlock, from: number, to: number): number {
    const bytes = this.#joins && to - from > 1 ? block.commonRoom(from, to) : 0;
    if (bytes === 0) return from;
    const most = mostJoined(bytes);
    for (let at = from; at < to; at += most) {
      const count = Math.min(most, to - at);
      block.join(at, count, bytes);
      const sent = this.#libc.sendmmsg(descriptor, block.from(at), 1, dontWait);
      block.join(at, 1, bytes);
      if (sent > 0) continue;
      // What is left for one by one tells of them one by one; what the network or a full buffer says will pass.
      this.#joins = !cannotCut(this.#libc.errorName());
      return at;
    }
    return to;
  }

  rest(ms: number): void {
    this.#sleep(0, ms);
  }

  awaitArrival(mostMs: number): void {
    this.#sleep(1, mostMs);
  }

  beExact(isExact: boolean): void {
    setTimers(this.#libc, isExact);
  }

  close(): void {
    this.#inlets.length = 0;
    this.#libc.close(this.#epoll);
  }

  #sleep(descriptors: number, ms: number): void {
    this.#timeout[2] = Math.round(ms * 1e6);
    this.#libc.ppoll(this.#pollAddress, descriptors, this.#timeoutAddress, nullPointer);
  }
}
