import type { Attribute } from '../../stun/attributes.ts';
import { type ConnectBackOutcome, connectBackCode } from '../../stun/connect-back.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, SocketId } from '../../stun/machine.ts';
import { encodeMessage, getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import { type Corner, type CornerChange, type CornerEndpoints, changedCorner } from './corners.ts';
import { type RateLimits, RateTable } from './rate-table.ts';

/** One request with CONNECT-BACK, and the stream that it came over. */
export interface DialRequest {
  readonly session: SocketId;
  /** The other end of that stream, as seen here: the only endpoint that is ever dialled. */
  readonly client: Endpoint;
  readonly asked: Corner;
  readonly message: StunMessage;
  /** Sends the answer to the request, with these attributes added. */
  readonly answer: (extra: readonly Attribute[]) => Effect;
}

interface Dial {
  readonly request: DialRequest;
  readonly giveUpMs: number;
}

/** Sockets of connections that the server opens are called `dial:` and a number. */
export const dialPrefix = 'dial:';

/**
 * Three SYNs of a usual kernel (0, 1 and 3 s) and the answer to the third on a path of 500 ms. RFC 5382 REQ-4: a NAT
 * must not reject an unsolicited SYN for six seconds, so a filter shows itself by silence.
 */
const dialForMs = 3_600;
/** At the same time, for all clients together. */
const maxDials = 64;
/** A probe asks four times; the rest is for others behind the same address. */
const dialRates: RateLimits = { perSecond: 1, burst: 40, sources: 4_096 };
/** Over one stream, in all. */
const maxDialsPerSession = 4;

/**
 * The server's side of CONNECT-BACK (`stun/connect-back.ts`). It cannot be aimed: the stream itself has proved by its
 * handshake that the client receives what is sent to its endpoint, and nothing but a SYN to that same endpoint ever
 * leaves, while the stream is alive and within the limits above.
 */
export class DialIn {
  readonly #endpoints: () => CornerEndpoints;
  readonly #dials = new Map<SocketId, Dial>();
  readonly #perSession = new Map<SocketId, number>();
  readonly #rate = new RateTable(dialRates);
  #made = 0;

  constructor(endpoints: () => CornerEndpoints) {
    this.#endpoints = endpoints;
  }

  /** Null where the request does not ask for it. */
  begin(nowMs: number, request: DialRequest): Effect[] | null {
    const change = getAttribute(request.message, 'CONNECT-BACK');
    if (change === undefined) return null;
    const from = this.#sourceOf(request.asked, change);
    const soFar = this.#perSession.get(request.session) ?? 0;
    const allowed = this.#dials.size < maxDials && soFar < maxDialsPerSession;
    if (from === null || !allowed || !this.#rate.take(nowMs, request.client.address)) {
      return [request.answer(resultOf('not-possible'))];
    }
    this.#perSession.set(request.session, soFar + 1);
    this.#made += 1;
    const socket = `${dialPrefix}${this.#made}`;
    this.#dials.set(socket, { request, giveUpMs: nowMs + dialForMs });
    const { client } = request;
    const family = familyOf(client.address);
    return [{ kind: 'open', socket, transport: 'tcp', family, to: client, at: { address: from, port: 0 } }];
  }

  onOpened(socket: SocketId, local: Endpoint): Effect[] {
    const dial = this.#dials.get(socket);
    if (dial === undefined) return [{ kind: 'close', socket }];
    const { message, client } = dial.request;
    const bytes = encodeMessage({
      method: methods.binding,
      class: 'indication',
      transactionId: message.transactionId,
      attributes: [{ name: 'RESPONSE-ORIGIN', value: local }],
    });
    return [
      { kind: 'send', socket, to: client, bytes },
      { kind: 'close', socket },
      ...this.#end(socket, 'connected'),
    ];
  }

  onOpenFailed(socket: SocketId, errno: string): Effect[] {
    const dial = this.#dials.get(socket);
    if (dial === undefined) return [];
    const own = errno === 'EADDRNOTAVAIL' || errno === 'EMFILE' || errno === 'EPERM';
    const outcome = errno === 'ECONNREFUSED' ? 'refused' : own ? 'not-possible' : 'unanswered';
    return this.#end(socket, outcome);
  }

  onDeadline(nowMs: number): Effect[] {
    return [...this.#dials].flatMap(([socket, { giveUpMs }]): Effect[] =>
      nowMs < giveUpMs ? [] : [{ kind: 'close', socket }, ...this.#end(socket, 'unanswered')],
    );
  }

  /** A client that has gone is not called back. */
  onSessionClosed(session: SocketId): Effect[] {
    this.#perSession.delete(session);
    return [...this.#dials].flatMap(([socket, { request }]): Effect[] => {
      if (request.session !== session) return [];
      this.#dials.delete(socket);
      return [{ kind: 'close', socket }];
    });
  }

  nextDeadlineMs(): number | null {
    const ends = [...this.#dials.values()].map(({ giveUpMs }) => giveUpMs);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** The address to dial from, always with another port than the listening ones. Null: this server lacks it. */
  #sourceOf(asked: Corner, change: CornerChange): string | null {
    return this.#endpoints()[changedCorner(asked, change)]?.address ?? null;
  }

  #end(socket: SocketId, outcome: ConnectBackOutcome): Effect[] {
    const dial = this.#dials.get(socket);
    this.#dials.delete(socket);
    return dial === undefined ? [] : [dial.request.answer(resultOf(outcome))];
  }
}

function resultOf(outcome: ConnectBackOutcome): Attribute[] {
  return [{ name: 'CONNECT-BACK-RESULT', value: connectBackCode(outcome) }];
}
