import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { StreamFramer } from '../../stun/framer.ts';
import { checkFingerprint } from '../../stun/integrity.ts';
import type { Effect, Input, Machine, SocketId } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import { answerAllocate, answerBinding, type BindingQuestion, type BindingReply } from './binding-answer.ts';
import { type Corner, type CornerEndpoints, isCorner } from './corners.ts';
import { DialIn, dialPrefix } from './dial-in.ts';
import { defaultRateLimits, type RateLimits, RateTable } from './rate-table.ts';

export interface BindingServerOptions {
  /** A function where they change while the server runs. */
  readonly endpoints: CornerEndpoints | (() => CornerEndpoints);
  /** SOFTWARE text; null: none is sent. */
  readonly software: string | null;
  readonly limits?: Partial<RateLimits>;
  /** Answer RFC 3489 clients, which send no magic cookie. Default true. */
  readonly classic?: boolean;
  /**
   * Streams are accepted at all corners, so that OTHER-ADDRESS holds for TCP too, and the caller carries out `open`,
   * so that CONNECT-BACK can be served. Default false: streams at `PP` only.
   */
  readonly streamsEverywhere?: boolean;
  /** How much later than others answers from the alternate address come, in ms; 0 and absent: not at all. */
  readonly alternateDelayMs?: () => number;
}

/**
 * Sockets of accepted streams are called `tcp:` and anything, or `tcp:`, their corner, `:` and anything; UDP sockets
 * are called after their corner.
 */
export const streamPrefix = 'tcp:';

/**
 * A STUN server (RFC 8489 Binding) with NAT behaviour discovery (RFC 5780). It keeps no state per client but a
 * token bucket and, per stream, the frame that is still incomplete. The caller owns the sockets: it feeds
 * `received` with the corner's name as socket id and carries out `send`.
 */
export class BindingServer implements Machine {
  readonly #options: BindingServerOptions;
  readonly #endpoints: () => CornerEndpoints;
  readonly #rate: RateTable;
  readonly #streams = new Map<SocketId, StreamFramer>();
  readonly #dials: DialIn;

  constructor(options: BindingServerOptions) {
    this.#options = options;
    const { endpoints } = options;
    this.#endpoints = typeof endpoints === 'function' ? endpoints : () => endpoints;
    this.#dials = new DialIn(this.#endpoints);
    this.#rate = new RateTable({ ...defaultRateLimits, ...options.limits });
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'deadline') return this.#dials.onDeadline(nowMs);
    if (input.kind === 'start') return [];
    if (input.socket.startsWith(dialPrefix)) return this.#onDial(input);
    if (input.kind === 'closed') {
      this.#streams.delete(input.socket);
      return this.#dials.onSessionClosed(input.socket);
    }
    if (input.kind !== 'received') return [];
    const { socket, from, bytes } = input;
    if (isCorner(socket)) return [this.#onDatagram(nowMs, socket, from, bytes)];
    if (socket.startsWith(streamPrefix)) return this.#onChunk(nowMs, socket, from, bytes);
    return [ignore(`socket ${socket} is not one of ours`)];
  }

  nextDeadlineMs(): number | null {
    return this.#dials.nextDeadlineMs();
  }

  isFinished(): boolean {
    return false;
  }

  /** What comes in over a connection that we opened is of no interest. */
  #onDial(input: Input & { readonly socket: SocketId }): Effect[] {
    if (input.kind === 'opened') return this.#dials.onOpened(input.socket, input.local);
    if (input.kind === 'open-failed') return this.#dials.onOpenFailed(input.socket, input.error.code);
    return [];
  }

  #onDatagram(nowMs: number, asked: Corner, source: Endpoint, bytes: Uint8Array): Effect {
    const question = this.#question(nowMs, { asked, source, bytes, overStream: false });
    if (typeof question === 'string') return ignore(question);
    const reply = this.#reply(question, this.#delayNotice(question.message));
    return { kind: 'send', socket: reply.from, to: reply.to, bytes: reply.bytes };
  }

  #onChunk(nowMs: number, socket: SocketId, source: Endpoint, chunk: Uint8Array): Effect[] {
    const framer = this.#streams.get(socket) ?? new StreamFramer();
    this.#streams.set(socket, framer);
    const { frames, problem } = framer.push(chunk);
    const effects = frames.flatMap((frame): Effect[] =>
      frame.kind === 'stun'
        ? this.#onStreamMessage(nowMs, socket, source, frame.bytes)
        : [ignore('channel data, but this server does not relay')],
    );
    if (problem !== undefined) {
      // RFC 8489 s6.2.2: once the framing is lost there is no way to find the next message.
      this.#streams.delete(socket);
      effects.push(ignore(problem), { kind: 'close', socket }, ...this.#dials.onSessionClosed(socket));
    }
    return effects;
  }

  #onStreamMessage(nowMs: number, socket: SocketId, source: Endpoint, bytes: Uint8Array): Effect[] {
    const asked = cornerOf(socket);
    const question = this.#question(nowMs, { asked, source, bytes, overStream: true });
    if (typeof question === 'string') return [ignore(question)];
    const answer = (extra?: readonly Attribute[]): Effect => {
      return { kind: 'send', socket, to: source, bytes: this.#reply(question, extra).bytes };
    };
    const { message } = question;
    if (!this.#streamsEverywhere || message.method !== methods.binding) return [answer()];
    const dial = { session: socket, client: source, asked, message, answer };
    return this.#dials.begin(nowMs, dial) ?? [answer()];
  }

  /** For clients that judge a silence by the round trip of other answers; see docs/linked-servers.md. */
  #delayNotice(message: StunMessage): Attribute[] {
    const delayMs = Math.ceil(this.#options.alternateDelayMs?.() ?? 0);
    const isPlain =
      message.classicCookie === undefined && getAttribute(message, 'CHANGE-REQUEST') === undefined;
    return delayMs > 0 && isPlain ? [{ name: 'ALTERNATE-DELAY', value: delayMs }] : [];
  }

  get #streamsEverywhere(): boolean {
    return this.#options.streamsEverywhere ?? false;
  }

  #servesClassic(message: StunMessage): boolean {
    return (this.#options.classic ?? true) && message.method === methods.binding;
  }

  /** A request to be answered, or the reason why it is not (RFC 8489 s6.3). */
  #question(
    nowMs: number,
    arrival: { asked: Corner; source: Endpoint; bytes: Uint8Array; overStream: boolean },
  ): BindingQuestion | string {
    const { asked, source, bytes, overStream } = arrival;
    if (source.port === 0) return 'source port 0 cannot be answered';
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return decoded.problem;
    if (bytes.length !== frameBytes(bytes)) return 'bytes follow the message';
    const { message } = decoded;
    if (message.class !== 'request') return `a ${message.class} needs no answer`;
    if (message.method !== methods.binding && message.method !== methods.allocate) {
      return `method 0x${message.method.toString(16).padStart(3, '0')} is not served here`;
    }
    const classic = message.classicCookie !== undefined;
    if (classic && !this.#servesClassic(message)) return 'no magic cookie';
    const fingerprint = classic ? 'absent' : checkFingerprint(bytes);
    if (fingerprint === 'invalid') return 'wrong FINGERPRINT';
    // Last, so that junk does not use up the tokens of a real client behind the same address.
    if (!this.#rate.take(nowMs, source.address)) return 'too many requests from this source';

    return {
      message,
      wireBytes: bytes.length,
      source,
      asked,
      overStream,
      streamsEverywhere: this.#streamsEverywhere,
      withFingerprint: fingerprint === 'valid',
    };
  }

  #reply(question: BindingQuestion, extra?: readonly Attribute[]): BindingReply {
    const { software } = this.#options;
    return question.message.method === methods.allocate
      ? answerAllocate(question, software)
      : answerBinding(this.#endpoints(), software, question, extra);
  }
}

/** Where an accepted stream was accepted. */
function cornerOf(stream: SocketId): Corner {
  const corner = stream.slice(streamPrefix.length).split(':', 1)[0] ?? '';
  return isCorner(corner) ? corner : 'PP';
}

/** Header and body as the length field has it; `decodeMessage` has made sure that they are there. */
function frameBytes(bytes: Uint8Array): number {
  return 20 + ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0);
}

function ignore(reason: string): Effect {
  return { kind: 'ignore', reason };
}
