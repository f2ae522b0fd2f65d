import type { Endpoint } from '../../stun/endpoint.ts';
import { type Frame, StreamFramer } from '../../stun/framer.ts';
import type { SocketId, Transport } from '../../stun/machine.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import type { FiveTuple } from './five-tuple.ts';

/** How long a stream may stay without an allocation. */
export const strangerMs = 60_000;
/** A stranger has no business with longer frames: an Allocate request with all that it may carry is shorter. */
const strangerFrameBytes = 1024;

interface ClientStream {
  readonly socket: SocketId;
  readonly transport: Transport;
  readonly server: Endpoint;
  readonly framer: StreamFramer;
  tuple: FiveTuple | null;
  /** Null while it holds an allocation. */
  strangerUntilMs: number | null;
}

/** The accepted TCP and TLS streams: framing, and how long a stranger may stay. */
export class ClientStreams {
  readonly #streams = new Map<SocketId, ClientStream>();
  readonly #strangers = new ExpiryQueue<ClientStream>((stream) =>
    this.#streams.get(stream.socket) === stream ? stream.strangerUntilMs : null,
  );

  readonly #lastChannel: number;

  constructor(lastChannel: number) {
    this.#lastChannel = lastChannel;
  }

  get size(): number {
    return this.#streams.size;
  }

  accept(nowMs: number, socket: SocketId, transport: Transport, server: Endpoint): void {
    const framer = new StreamFramer(this.#lastChannel);
    framer.limitFrames(strangerFrameBytes);
    const strangerUntilMs = nowMs + strangerMs;
    const stream: ClientStream = { socket, transport, server, framer, tuple: null, strangerUntilMs };
    this.#streams.set(socket, stream);
    this.#strangers.add(stream);
  }

  has(socket: SocketId): boolean {
    return this.#streams.has(socket);
  }

  /** Null: the stream is not (or no longer) ours. */
  push(
    socket: SocketId,
    from: Endpoint,
    chunk: Uint8Array,
  ): { tuple: FiveTuple; frames: readonly Frame[]; problem?: string } | null {
    const stream = this.#streams.get(socket);
    if (stream === undefined) return null;
    const { transport, server } = stream;
    stream.tuple ??= { key: socket, socket, transport, client: from, server };
    return { tuple: stream.tuple, ...stream.framer.push(chunk) };
  }

  /** It holds an allocation now, so it may send whatever it likes and stay as long as that lives. */
  welcome(socket: SocketId): void {
    const stream = this.#streams.get(socket);
    if (stream === undefined) return;
    stream.strangerUntilMs = null;
    stream.framer.limitFrames(Number.POSITIVE_INFINITY);
  }

  /** Its allocation has ended. */
  estrange(nowMs: number, socket: SocketId): void {
    const stream = this.#streams.get(socket);
    if (stream === undefined || stream.strangerUntilMs !== null) return;
    stream.strangerUntilMs = nowMs + strangerMs;
    stream.framer.limitFrames(strangerFrameBytes);
    this.#strangers.add(stream);
  }

  remove(socket: SocketId): void {
    this.#streams.delete(socket);
  }

  all(): readonly SocketId[] {
    return [...this.#streams.keys()];
  }

  nextExpiryMs(): number | null {
    return this.#strangers.nextMs();
  }

  takeExpired(nowMs: number): { readonly socket: SocketId; readonly client: Endpoint | null }[] {
    return this.#strangers
      .takeDue(nowMs)
      .map(({ socket, tuple }) => ({ socket, client: tuple?.client ?? null }));
  }
}
