import { toHex } from '../../../stun/bytes.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { LinkError, SocketId } from '../../../stun/machine.ts';
import { decodeMessage, type StunMessage } from '../../../stun/message.ts';
import { earlier } from '../../client/named-deadlines.ts';
import type { Timing } from './pace.ts';
import type { Reply, Shot } from './script.ts';

export interface Flight {
  readonly shot: Shot;
  /** Transmissions. */
  readonly sentMs: number[];
  receivedMs: number | null;
  reply: Omit<Reply, 'evidence' | 'more'> | null;
  readonly more: Uint8Array[];
}

/** Bytes 8–19 of a STUN header, also of an RFC 3489 one. */
export function keyOf(bytes: Uint8Array): string | null {
  return bytes.length < 20 ? null : toHex(bytes.subarray(8, 20));
}

/** Shots that were fired together, until each has an answer or its time is over. */
export class Volley {
  readonly #flights: readonly Flight[];
  readonly #byKey = new Map<string, Flight>();
  readonly #startMs: number;
  /** Asked anew each time: what is learned about losses meanwhile counts at once. */
  readonly #timingOf: (shot: Shot) => Timing;

  constructor(nowMs: number, shots: readonly Shot[], timingOf: (shot: Shot) => Timing) {
    this.#startMs = nowMs;
    this.#timingOf = timingOf;
    this.#flights = shots.map((shot) => ({
      shot,
      sentMs: [],
      receivedMs: null,
      reply: null,
      more: [],
    }));
    for (const flight of this.#flights) {
      const key = keyOf(flight.shot.bytes);
      if (key !== null) this.#byKey.set(key, flight);
    }
  }

  get flights(): readonly Flight[] {
    return this.#flights;
  }

  /** What is due now; also ends flights whose time is over. */
  due(nowMs: number): readonly Shot[] {
    const elapsed = nowMs - this.#startMs;
    return this.#flights.flatMap((flight) => {
      if (flight.reply !== null) return [];
      const { offsetsMs, endMs } = this.#timingOf(flight.shot);
      const next = offsetsMs[flight.sentMs.length];
      if (next !== undefined && elapsed >= next) {
        flight.sentMs.push(nowMs);
        return [flight.shot];
      }
      if (elapsed >= endMs) flight.reply = none('silent', null);
      return [];
    });
  }

  /** True: it belonged to one of the shots. */
  onMessage(nowMs: number, socket: SocketId, from: Endpoint, bytes: Uint8Array): boolean {
    const key = keyOf(bytes);
    const flight = key === null ? undefined : this.#byKey.get(key);
    if (flight === undefined || flight.sentMs.length === 0) return false;
    const decoded = decodeMessage(bytes);
    if (!decoded.ok || (decoded.message.class !== 'success' && decoded.message.class !== 'error'))
      return false;
    if (flight.reply !== null) {
      flight.more.push(bytes);
      return true;
    }
    flight.receivedMs = nowMs;
    flight.reply = answered(decoded.message, { bytes, from, socket }, rttOf(flight, nowMs));
    return true;
  }

  onBroken(socket: SocketId, error: LinkError): void {
    for (const flight of this.#flights) {
      if (flight.shot.socket === socket && flight.reply === null) flight.reply = none('broken', error);
    }
  }

  get isOver(): boolean {
    return this.#flights.every(({ reply }) => reply !== null);
  }

  nextDeadlineMs(): number | null {
    let next: number | null = null;
    for (const { reply, shot, sentMs } of this.#flights) {
      if (reply !== null) continue;
      const { offsetsMs, endMs } = this.#timingOf(shot);
      next = earlier(next, this.#startMs + (offsetsMs[sentMs.length] ?? endMs));
    }
    return next;
  }
}

/** Karn: with two requests on their way nobody knows which one the answer belongs to. */
function rttOf({ sentMs }: Flight, nowMs: number): number | null {
  const [first] = sentMs;
  return sentMs.length === 1 && first !== undefined ? nowMs - first : null;
}

function none(outcome: 'silent' | 'broken', error: LinkError | null): NonNullable<Flight['reply']> {
  return { outcome, message: null, bytes: null, from: null, socket: null, rttMs: null, error };
}

function answered(
  message: StunMessage,
  where: { readonly bytes: Uint8Array; readonly from: Endpoint; readonly socket: SocketId },
  rttMs: number | null,
): NonNullable<Flight['reply']> {
  const outcome = message.class === 'success' ? 'success' : 'error';
  return { outcome, message, ...where, rttMs, error: null };
}
