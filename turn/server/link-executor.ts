/**
 * The half of a link that takes orders. It believes a frame only within a session that it granted with a nonce of its
 * own, each number once; an order is the client's request itself, to be answered as if it had come to us.
 */
import { mayName } from '../../stun/address-scope.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { getAttribute, type StunMessage } from '../../stun/message.ts';
import { openingKey, sessionKey } from './link-keys.ts';
import { encodePage, sightingsPerPage } from './link-sightings.ts';
import {
  counterOf,
  encodeLinkFrame,
  isSealedBy,
  type LinkFrame,
  type LinkMessage,
  linkMethods,
  maxCarriedBytes,
} from './link-wire.ts';
import { type RateLimits, RateTable } from './rate-table.ts';
import { ReplayWindow } from './replay-window.ts';
import { prefixBytes, type WitnessLog } from './witness-log.ts';

/** Orders of all clients together. A probe makes some 30; so this is sixty people in the same second. */
export const defaultOrderLimits: RateLimits = { perSecond: 1_000, burst: 2_000, sources: 1 };
/** Recorded requests for a session may be sent again by anybody; more grants than this nobody needs. */
const grantEveryMs = 200;

export interface ExecutorOptions {
  readonly secret: string;
  readonly peer: Endpoint;
  /** This node's own two endpoints. */
  readonly primary: Endpoint;
  readonly alternate: Endpoint;
  readonly random: RandomBytes;
  readonly limits: RateLimits;
  /** What the other node may have watched here; absent: nothing. */
  readonly witness?: WitnessLog;
}

/** A request that a client sent to the other node, at its primary or its alternate port. */
export interface Order {
  readonly source: Endpoint;
  readonly asked: 'primary' | 'alternate';
  readonly bytes: Uint8Array;
}

export type Executed =
  | { readonly kind: 'answer'; readonly frame: Uint8Array }
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'refused'; readonly reason: string };

interface Session {
  readonly key: Uint8Array;
  readonly window: ReplayWindow;
}

export class LinkExecutor {
  readonly #options: ExecutorOptions;
  readonly #openingKey: Uint8Array;
  readonly #rate: RateTable;
  #current: Session | null = null;
  /** Granted, but nothing was said in it yet: until then it may be the echo of a recorded request. */
  #granted: Session | null = null;
  #nextGrantMs = 0;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#openingKey = openingKey(options.secret);
    this.#rate = new RateTable(options.limits);
  }

  take(nowMs: number, frame: LinkFrame): Executed {
    const { message } = frame;
    if (message.method === linkMethods.open && message.class === 'request') return this.#grant(nowMs, frame);
    const session = this.#sessionOf(frame);
    if (session === null) return refused('a frame of no session');
    const counter = counterOf(message.transactionId);
    if (counter === null || !session.window.accept(counter)) return refused('a frame that came before');
    if (message.method === linkMethods.order && message.class === 'indication')
      return this.#order(nowMs, frame);
    const answer = message.class === 'request' ? this.#answerTo(nowMs, message) : null;
    if (answer !== null) {
      const { method, transactionId } = message;
      const frame = encodeLinkFrame({ method, transactionId, class: 'success', ...answer }, session.key);
      return { kind: 'answer', frame };
    }
    return refused(`method ${message.method} is not known`);
  }

  /** Null: there is no such question. */
  #answerTo(
    nowMs: number,
    message: StunMessage,
  ): (Pick<LinkMessage, 'attributes'> & { class?: 'error' }) | null {
    const { witness } = this.#options;
    const data = getAttribute(message, 'DATA') ?? new Uint8Array();
    const prefix = data.subarray(0, prefixBytes);
    switch (message.method) {
      case linkMethods.ping:
        return {};
      case linkMethods.watch: {
        const isWatched =
          prefix.length === prefixBytes && witness !== undefined && witness.watch(nowMs, prefix);
        return isWatched ? {} : { class: 'error' };
      }
      case linkMethods.sightings: {
        const seen = witness?.read(nowMs, prefix) ?? null;
        if (seen === null || data.length !== prefixBytes + 2) return { class: 'error' };
        const first = new DataView(data.buffer, data.byteOffset).getUint16(prefixBytes);
        const sightings = seen.sightings.slice(first, first + sightingsPerPage);
        return {
          attributes: encodePage({ total: seen.sightings.length, complete: seen.complete, sightings }),
        };
      }
      default:
        return null;
    }
  }

  #grant(nowMs: number, frame: LinkFrame): Executed {
    if (!isSealedBy(frame, this.#openingKey)) return refused('a request for a session with the wrong seal');
    if (nowMs < this.#nextGrantMs) return refused('too many requests for a session');
    this.#nextGrantMs = nowMs + grantEveryMs;
    const { secret, random, primary, alternate } = this.#options;
    const { transactionId } = frame.message;
    const nonce = random(12);
    this.#granted = { key: sessionKey(secret, transactionId, nonce), window: new ReplayWindow() };
    const grant = {
      method: linkMethods.open,
      class: 'success',
      transactionId,
      attributes: [
        { name: 'DATA', value: nonce },
        { name: 'RESPONSE-ORIGIN', value: primary },
        { name: 'OTHER-ADDRESS', value: alternate },
      ],
    } as const;
    return { kind: 'answer', frame: encodeLinkFrame(grant, this.#openingKey) };
  }

  #sessionOf(frame: LinkFrame): Session | null {
    if (this.#current !== null && isSealedBy(frame, this.#current.key)) return this.#current;
    if (this.#granted === null || !isSealedBy(frame, this.#granted.key)) return null;
    this.#current = this.#granted;
    this.#granted = null;
    return this.#current;
  }

  #order(nowMs: number, { message }: LinkFrame): Executed {
    const source = getAttribute(message, 'XOR-PEER-ADDRESS');
    const asked = getAttribute(message, 'RESPONSE-ORIGIN');
    const bytes = getAttribute(message, 'DATA');
    if (source === undefined || asked === undefined || bytes === undefined)
      return refused('an incomplete order');
    if (bytes.length > maxCarriedBytes) return refused('an order with too long a request');
    const { peer, primary, alternate } = this.#options;
    if (!mayName(peer, source))
      return refused('an order to answer an address that is no client of the other node');
    if (asked.port !== primary.port && asked.port !== alternate.port)
      return refused('an order about another port');
    if (!this.#rate.take(nowMs, peer.address)) return refused('too many orders');
    const at = asked.port === primary.port ? 'primary' : 'alternate';
    return { kind: 'order', order: { source, asked: at, bytes } };
  }
}

function refused(reason: string): Executed {
  return { kind: 'refused', reason };
}
