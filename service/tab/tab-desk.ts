/** Runs the tests of all tabs on the sockets of the embedded STUN server, and tells their packets from its own. */
import { randomBytes } from 'node:crypto';
import { askedUfrag } from '../../probe/tab/ice-check.ts';
import { TabNat, type TabNatEvent } from '../../probe/tab/tab-nat.ts';
import type { TabCorner, TabCorners } from '../../probe/tab/tab-plan.ts';
import type { TabCredentials } from '../../probe/tab/tab-world.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Input } from '../../stun/machine.ts';
import { decodeMessage, transactionKey } from '../../stun/message.ts';

type Send = (corner: TabCorner, to: Endpoint, bytes: Uint8Array) => void;

/** Bytes of a transaction id that name the test; the other 64 bits stay unknown to everybody else. */
const prefixBytes = 4;

interface Seat {
  readonly machine: TabNat;
  readonly onEnd: (event: TabNatEvent) => void;
  readonly keys: readonly string[];
  timer: NodeJS.Timeout | undefined;
}

export class TabDesk {
  readonly #nowMs: () => number;
  readonly #send: Send;
  /** By the fragments that its checks name and by the prefix of its own transaction ids. */
  readonly #seats = new Map<string, Seat>();

  constructor(nowMs: () => number, send: Send) {
    this.#nowMs = nowMs;
    this.#send = send;
  }

  /** Begins a test. `onEnd` is called once, unless the test is stopped by the function that is returned. */
  begin(
    corners: TabCorners,
    credentials: readonly TabCredentials[],
    onEnd: (event: TabNatEvent) => void,
  ): () => void {
    const prefix = randomBytes(prefixBytes);
    const machine = new TabNat({
      corners,
      credentials,
      transactionIds: (size) => Buffer.concat([prefix, randomBytes(size - prefixBytes)]),
      tieBreaker: randomBytes(8).readBigUInt64BE(),
    });
    const keys = [...credentials.map(({ us }) => us.ufrag), transactionKey(prefix)];
    const seat: Seat = { machine, onEnd, keys, timer: undefined };
    for (const key of keys) this.#seats.set(key, seat);
    this.#step(seat, { kind: 'start' });
    return () => this.#leave(seat);
  }

  /** One datagram at a corner. False: it belongs to no test. */
  take(corner: TabCorner, from: Endpoint, bytes: Uint8Array): boolean {
    if (this.#seats.size === 0) return false;
    const seat = this.#seatOf(bytes);
    if (seat === undefined) return false;
    this.#step(seat, { kind: 'received', socket: corner, from, bytes });
    return true;
  }

  #seatOf(bytes: Uint8Array): Seat | undefined {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return undefined;
    const { message } = decoded;
    if (message.class !== 'request') {
      return this.#seats.get(transactionKey(message.transactionId.subarray(0, prefixBytes)));
    }
    const asked = askedUfrag(message);
    return asked === null ? undefined : this.#seats.get(asked);
  }

  #step(seat: Seat, input: Input): void {
    const { machine } = seat;
    for (const effect of machine.handle(this.#nowMs(), input)) {
      if (effect.kind === 'send') this.#send(effect.socket as TabCorner, effect.to, effect.bytes);
      if (effect.kind === 'emit') {
        this.#leave(seat);
        seat.onEnd(effect.event);
      }
    }
    clearTimeout(seat.timer);
    const deadlineMs = machine.nextDeadlineMs();
    if (deadlineMs === null) return;
    const waitMs = Math.max(1, Math.ceil(deadlineMs - this.#nowMs()));
    seat.timer = setTimeout(() => this.#step(seat, { kind: 'deadline' }), waitMs);
  }

  #leave(seat: Seat): void {
    clearTimeout(seat.timer);
    for (const key of seat.keys) this.#seats.delete(key);
  }
}
