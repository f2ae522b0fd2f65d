import type { Endpoint } from '../../stun/endpoint.ts';
import { StreamFramer } from '../../stun/framer.ts';
import { checkFingerprint } from '../../stun/integrity.ts';
import type { Effect, Input, Machine, SocketId } from '../../stun/machine.ts';
import { decodeMessage, methods, type StunMessage } from '../../stun/message.ts';
import { answerAllocate, answerBinding, type BindingQuestion } from './binding-answer.ts';
import { type Corner, type CornerEndpoints, isCorner } from './corners.ts';
import { defaultRateLimits, type RateLimits, RateTable } from './rate-table.ts';

export interface BindingServerOptions {
  readonly endpoints: CornerEndpoints;
  /** SOFTWARE text; null: none is sent. */
  readonly software: string | null;
  readonly limits?: Partial<RateLimits>;
  /** Answer RFC 3489 clients, which send no magic cookie. Default true. */
  readonly classic?: boolean;
}

/** Sockets of accepted streams are called `tcp:` and anything; UDP sockets are called after their corner. */
export const streamPrefix = 'tcp:';

/**
 * A STUN server (RFC 8489 Binding) with NAT behaviour discovery (RFC 5780). It keeps no state per client but a
 * token bucket and, per stream, the frame that is still incomplete. The caller owns the sockets: it feeds
 * `received` with the corner's name as socket id and carries out `send`.
 */
export class BindingServer implements Machine {
  readonly #options: BindingServerOptions;
  readonly #rate: RateTable;
  readonly #streams = new Map<SocketId, StreamFramer>();

  constructor(options: BindingServerOptions) {
    this.#options = options;
    this.#rate = new RateTable({ ...defaultRateLimits, ...options.limits });
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'closed') {
      this.#streams.delete(input.socket);
      return [];
    }
    if (input.kind !== 'received') return [];
    const { socket, from, bytes } = input;
    if (isCorner(socket)) return [this.#onDatagram(nowMs, socket, from, bytes)];
    if (socket.startsWith(streamPrefix)) return this.#onChunk(nowMs, socket, from, bytes);
    return [ignore(`socket ${socket} is not one of ours`)];
  }

  nextDeadlineMs(): null {
    return null;
  }

  isFinished(): boolean {
    return false;
  }

  #onDatagram(nowMs: number, asked: Corner, source: Endpoint, bytes: Uint8Array): Effect {
    const reply = this.#reply(nowMs, { asked, source, bytes, overStream: false });
    if (typeof reply === 'string') return ignore(reply);
    return { kind: 'send', socket: reply.from, to: reply.to, bytes: reply.bytes };
  }

  #onChunk(nowMs: number, socket: SocketId, source: Endpoint, chunk: Uint8Array): Effect[] {
    const framer = this.#streams.get(socket) ?? new StreamFramer();
    this.#streams.set(socket, framer);
    const { frames, problem } = framer.push(chunk);
    const effects = frames.map((frame): Effect => {
      if (frame.kind !== 'stun') return ignore('channel data, but this server does not relay');
      const reply = this.#reply(nowMs, { asked: 'PP', source, bytes: frame.bytes, overStream: true });
      if (typeof reply === 'string') return ignore(reply);
      return { kind: 'send', socket, to: source, bytes: reply.bytes };
    });
    if (problem !== undefined) {
      // RFC 8489 s6.2.2: once the framing is lost there is no way to find the next message.
      this.#streams.delete(socket);
      effects.push(ignore(problem), { kind: 'close', socket });
    }
    return effects;
  }

  #servesClassic(message: StunMessage): boolean {
    return (this.#options.classic ?? true) && message.method === methods.binding;
  }

  /** The reply, or the reason why there is none (RFC 8489 s6.3). */
  #reply(
    nowMs: number,
    arrival: { asked: Corner; source: Endpoint; bytes: Uint8Array; overStream: boolean },
  ): ReturnType<typeof answerBinding> | string {
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

    const question: BindingQuestion = {
      message,
      wireBytes: bytes.length,
      source,
      asked,
      overStream,
      withFingerprint: fingerprint === 'valid',
    };
    const { endpoints, software } = this.#options;
    return message.method === methods.allocate
      ? answerAllocate(question, software)
      : answerBinding(endpoints, software, question);
  }
}

/** Header and body as the length field has it; `decodeMessage` has made sure that they are there. */
function frameBytes(bytes: Uint8Array): number {
  return 20 + ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0);
}

function ignore(reason: string): Effect {
  return { kind: 'ignore', reason };
}
