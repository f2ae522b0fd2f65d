/**
 * Connected UDP sockets by their descriptors, many datagrams a call. Node.js keeps the sockets: whatever it reads first in
 * its turns of the event loop reaches the same owner over `dgram`.
 */
import { performance } from 'node:perf_hooks';
import { MessageBlock } from '../message-block.ts';
import { ReadyList } from '../ready-list.ts';
import { wantedBufferBytes } from './allocation-host.ts';
import { type Libc, nullPointer } from './libc.ts';

/** Owner of a socket. */
export interface Inlet {
  readonly descriptor: number;
  /** @param count messages at the front of the block. They came together; the block is its owner’s again afterwards */
  take(block: MessageBlock, count: number, nowMs: number): void;
  /** What the network said about earlier ones, by errno name. */
  refused(code: string): void;
}

/** Messages that are taken from one socket before it is the turn of the next. */
const messagesAtOnce = 32;
const socketsAtOnce = 64;
/** Payloads of `load-profile` and answers of STUN servers are shorter. */
export const slotBytes = 2048;

/** UDP_MAX_SEGMENTS of the kernels that have fewest; udp(7): what one message may hold. */
const mostSegments = 64;
const mostJoinedBytes = 65_000;
/** Refusals that say nothing about joined messages. */
const passing: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'ENOMEM', 'ECONNREFUSED', 'EHOSTUNREACH']);

const dontWait = 0x40;
const closeOnExec = 0x80000;
const epollAdd = 1;
const epollRemove = 2;
const readable = 1;
/** socket(7): beyond net.core.rmem_max and wmem_max, for those who may (CAP_NET_ADMIN). */
const [socketLevel, forcedSendBuffer, forcedReceiveBuffer] = [1, 32, 33];
/** prctl(2): how much later than asked for a sleeping thread may wake up, in ns; 0: as when it began. */
const setTimerSlack = 29;
const preciseNs = 1_000;

export class BatchedSockets {
  readonly libc: Libc;
  readonly #epoll: number;
  readonly #ready: ReadyList;
  readonly #block: MessageBlock;
  /** By the key that epoll tells. */
  readonly #inlets: (Inlet | null)[] = [];
  readonly #pollEntry: Uint8Array;
  readonly #pollAddress: bigint;
  /** struct timespec: seconds and nanoseconds, 64 bits each. */
  readonly #timeout = new Uint32Array(4);
  readonly #timeoutAddress: bigint;
  /** Until the system says that it cannot. */
  #joins = true;

  /** @param isPacked whether `struct epoll_event` is */
  constructor(libc: Libc, isPacked: boolean) {
    const addressOf = (memory: Uint8Array) => libc.addressOf(memory);
    this.libc = libc;
    this.#epoll = libc.epollCreate(closeOnExec);
    if (this.#epoll < 0) throw new Error(libc.errorName());
    this.#ready = new ReadyList(socketsAtOnce, isPacked, addressOf);
    this.#block = new MessageBlock(messagesAtOnce, slotBytes, addressOf);
    // struct pollfd: descriptor, wanted, found.
    this.#pollEntry = new Uint8Array(new Int32Array([this.#epoll, readable]).buffer);
    this.#pollAddress = addressOf(this.#pollEntry);
    this.#timeoutAddress = addressOf(new Uint8Array(this.#timeout.buffer));
  }

  /** From now on `receive` hands over what arrives there. @returns takes it away: before the socket is closed */
  add(inlet: Inlet): () => void {
    const { libc } = this;
    const { descriptor } = inlet;
    const key = this.#inlets.length;
    this.#ready.write(readable, key);
    if (libc.epollCtl(this.#epoll, epollAdd, descriptor, this.#ready.address) < 0)
      throw new Error(libc.errorName());
    this.#inlets.push(inlet);
    this.#growBuffers(descriptor);
    return () => {
      if ((this.#inlets[key] ?? null) === null) return;
      this.#inlets[key] = null;
      libc.epollCtl(this.#epoll, epollRemove, descriptor, this.#ready.address);
    };
  }

  /** All that is there, once round. */
  receive(): void {
    const { libc } = this;
    const block = this.#block;
    const ready = libc.epollWait(this.#epoll, this.#ready.address, this.#ready.most, 0);
    for (let event = 0; event < ready; event += 1) {
      const inlet = this.#inlets[this.#ready.keyOf(event)] ?? null;
      if (inlet === null) continue;
      const count = libc.recvmmsg(inlet.descriptor, block.from(0), block.slots, dontWait, nullPointer);
      if (count > 0) inlet.take(block, count, performance.now());
      else {
        const code = libc.errorName();
        if (code !== 'EAGAIN') inlet.refused(code);
      }
    }
  }

  /** @param onRefused the system did not take one, by errno name: those after it are sent nevertheless */
  send(
    descriptor: number,
    block: MessageBlock,
    from: number,
    to: number,
    onRefused: (code: string) => void,
  ): void {
    for (let at = this.#sendJoined(descriptor, block, from, to); at < to; ) {
      const sent = this.#sendSome(descriptor, block, at, to);
      if (sent < 0) onRefused(this.libc.errorName());
      at += Math.max(1, sent);
    }
  }

  /** How many have left; -1: not even the first. */
  #sendSome(descriptor: number, block: MessageBlock, from: number, to: number): number {
    const { libc } = this;
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
    const most = Math.min(mostSegments, Math.floor(mostJoinedBytes / bytes));
    for (let at = from; at < to; at += most) {
      const count = Math.min(most, to - at);
      block.join(at, count, bytes);
      const sent = this.libc.sendmmsg(descriptor, block.from(at), 1, dontWait);
      block.join(at, 1, bytes);
      if (sent > 0) continue;
      // What is left for one by one tells of them one by one; what the network or a full buffer says will pass.
      this.#joins = passing.has(this.libc.errorName());
      return at;
    }
    return to;
  }

  /** Sleeps, with the whole thread, whatever arrives. */
  rest(ms: number): void {
    this.#sleep(0, ms);
  }

  /** Sleeps until something arrives. */
  awaitArrival(mostMs: number): void {
    this.#sleep(1, mostMs);
  }

  /** Timers of the system are as exact as this needs them, or as usual. */
  beExact(isExact: boolean): void {
    this.libc.prctl(setTimerSlack, isExact ? preciseNs : 0);
  }

  close(): void {
    this.#inlets.length = 0;
    this.libc.close(this.#epoll);
  }

  #sleep(descriptors: number, ms: number): void {
    this.#timeout[2] = Math.round(ms * 1e6);
    this.libc.ppoll(this.#pollAddress, descriptors, this.#timeoutAddress, nullPointer);
  }

  #growBuffers(descriptor: number): void {
    const wanted = new Uint8Array(new Int32Array([wantedBufferBytes]).buffer);
    const address = this.libc.addressOf(wanted);
    for (const option of [forcedSendBuffer, forcedReceiveBuffer])
      this.libc.setsockopt(descriptor, socketLevel, option, address, wanted.length);
  }
}
