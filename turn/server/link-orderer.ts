/**
 * The half of a link that gives orders. A session is asked for with a fresh nonce, granted with another one, and
 * counts as up once a ping was answered within it; then it is pinged as long as it lives.
 */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { getAttribute, transactionKey } from '../../stun/message.ts';
import { openingKey, sessionKey } from './link-keys.ts';
import {
  counterId,
  counterOf,
  encodeLinkFrame,
  isSealedBy,
  type LinkFrame,
  type LinkQuestion,
  linkMethods,
  maxCarriedBytes,
} from './link-wire.ts';

/** `ports-differ`: the other node answers, but RFC 5780 wants the same two ports on both addresses. */
export type LinkState = 'up' | 'down' | 'ports-differ';

export interface LinkPacing {
  /** Between two attempts to open a session. */
  readonly openEveryMs: number;
  /** Between two pings. */
  readonly pingEveryMs: number;
  /** A session is given up when no ping was answered for so long. */
  readonly lostAfterMs: number;
}

export const defaultLinkPacing: LinkPacing = { openEveryMs: 1_000, pingEveryMs: 1_000, lostAfterMs: 3_500 };

export interface OrdererOptions {
  readonly secret: string;
  /** Ports of this node, which the other one must have too. */
  readonly ports: { readonly primary: number; readonly alternate: number };
  readonly random: RandomBytes;
  readonly pacing: LinkPacing;
}

/** Round trips that {@link LinkOrderer.roundTripMs} looks at; one a second. */
const roundTripsKept = 10;

interface Session {
  readonly key: Uint8Array;
  /** When each ping that is not answered yet was sent, by its number. */
  readonly pinged: Map<number, number>;
  readonly roundTripsMs: number[];
  counter: number;
  heardMs: number;
  nextPingMs: number;
  confirmed: boolean;
}

export class LinkOrderer {
  readonly #options: OrdererOptions;
  readonly #openingKey: Uint8Array;
  #nonce: Uint8Array | null = null;
  #nextOpenMs = 0;
  #session: Session | null = null;
  #portsDiffer = false;

  constructor(options: OrdererOptions) {
    this.#options = options;
    this.#openingKey = openingKey(options.secret);
  }

  get state(): LinkState {
    if (this.#session?.confirmed === true) return 'up';
    return this.#portsDiffer ? 'ports-differ' : 'down';
  }

  /** The longest of the latest round trips to the other node; 0 while the link is not up. */
  get roundTripMs(): number {
    return Math.max(0, ...(this.#session?.roundTripsMs ?? []));
  }

  nextDeadlineMs(): number {
    const session = this.#session;
    if (session === null) return this.#nextOpenMs;
    return Math.min(session.nextPingMs, session.heardMs + this.#options.pacing.lostAfterMs);
  }

  /** Frames that are due now; also the first ones. */
  onTime(nowMs: number): Uint8Array[] {
    const { pacing } = this.#options;
    if (this.#session !== null && nowMs >= this.#session.heardMs + pacing.lostAfterMs) {
      this.#session = null;
      this.#nextOpenMs = nowMs;
    }
    if (this.#session !== null)
      return nowMs >= this.#session.nextPingMs ? [this.#ping(nowMs, this.#session)] : [];
    if (nowMs < this.#nextOpenMs) return [];
    this.#nextOpenMs = nowMs + pacing.openEveryMs;
    this.#nonce = this.#options.random(12);
    const open = { method: linkMethods.open, class: 'request', transactionId: this.#nonce } as const;
    return [encodeLinkFrame(open, this.#openingKey)];
  }

  /** An answer of the other node; gives what to say next, or why the frame was not heeded. */
  onAnswer(nowMs: number, frame: LinkFrame): Uint8Array[] | string {
    const { method } = frame.message;
    if (method === linkMethods.open) return this.#onGrant(nowMs, frame);
    if (method === linkMethods.ping) return this.#onPong(nowMs, frame);
    return `an answer to method ${method}, which was not asked`;
  }

  /** The frame that has the other node answer this request; null while the link is not up, or it is too long. */
  order(request: { source: Endpoint; asked: Endpoint; bytes: Uint8Array }): Uint8Array | null {
    const session = this.#session;
    if (session === null || !session.confirmed || request.bytes.length > maxCarriedBytes) return null;
    return this.#seal(session, {
      method: linkMethods.order,
      class: 'indication',
      attributes: [
        { name: 'XOR-PEER-ADDRESS', value: request.source },
        { name: 'RESPONSE-ORIGIN', value: request.asked },
        { name: 'DATA', value: request.bytes },
      ],
    });
  }

  /** A question of the session, with the number that its answer will carry; null while the link is not up. */
  ask(question: LinkQuestion): { readonly frame: Uint8Array; readonly transactionId: Uint8Array } | null {
    const session = this.#session;
    if (session === null || !session.confirmed) return null;
    const transactionId = counterId(session.counter);
    return { frame: this.#seal(session, { ...question, class: 'request' }), transactionId };
  }

  isOfSession(frame: LinkFrame): boolean {
    return this.#session !== null && isSealedBy(frame, this.#session.key);
  }

  #onGrant(nowMs: number, frame: LinkFrame): Uint8Array[] | string {
    const { message } = frame;
    const mine =
      this.#nonce !== null && transactionKey(this.#nonce) === transactionKey(message.transactionId);
    if (this.#nonce === null || !mine) return 'a grant that was not asked for';
    if (!isSealedBy(frame, this.#openingKey)) return 'a grant with the wrong seal';
    const granted = getAttribute(message, 'DATA');
    const primary = getAttribute(message, 'RESPONSE-ORIGIN');
    const alternate = getAttribute(message, 'OTHER-ADDRESS');
    if (granted === undefined || primary === undefined || alternate === undefined)
      return 'an incomplete grant';
    const { ports, secret } = this.#options;
    this.#portsDiffer = primary.port !== ports.primary || alternate.port !== ports.alternate;
    if (this.#portsDiffer) return 'the other node has other ports';
    const key = sessionKey(secret, this.#nonce, granted);
    // One grant per nonce: a copy of it must not start the counters again.
    this.#nonce = null;
    const session: Session = {
      key,
      pinged: new Map(),
      roundTripsMs: [],
      counter: 0,
      heardMs: nowMs,
      nextPingMs: nowMs,
      confirmed: false,
    };
    this.#session = session;
    return [this.#ping(nowMs, session)];
  }

  #onPong(nowMs: number, frame: LinkFrame): Uint8Array[] | string {
    const session = this.#session;
    if (session === null || !isSealedBy(frame, session.key)) return 'a pong of no session';
    const counter = counterOf(frame.message.transactionId);
    const sentMs = counter === null ? undefined : session.pinged.get(counter);
    if (counter === null || sentMs === undefined) return 'a stale pong';
    // What was sent before is not waited for any more.
    for (const earlier of session.pinged.keys()) if (earlier <= counter) session.pinged.delete(earlier);
    session.roundTripsMs.push(nowMs - sentMs);
    if (session.roundTripsMs.length > roundTripsKept) session.roundTripsMs.shift();
    session.heardMs = nowMs;
    session.confirmed = true;
    return [];
  }

  #ping(nowMs: number, session: Session): Uint8Array {
    session.nextPingMs = nowMs + this.#options.pacing.pingEveryMs;
    session.pinged.set(session.counter, nowMs);
    return this.#seal(session, { method: linkMethods.ping, class: 'request' });
  }

  #seal(session: Session, message: Omit<Parameters<typeof encodeLinkFrame>[0], 'transactionId'>): Uint8Array {
    const transactionId = counterId(session.counter);
    session.counter += 1;
    return encodeLinkFrame({ ...message, transactionId }, session.key);
  }
}
