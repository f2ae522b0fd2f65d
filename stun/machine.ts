/**
 * The one shape of all protocol and judging logic: bytes, a monotonic time and randomness go in, effects come
 * out. A machine holds no socket, timer, clock or promise. `stun/io/drive.ts` runs machines on real sockets,
 * `scenarios/sim/sim-net.ts` runs the same machines on a virtual clock and virtual NATs.
 */
import type { AddressFamily, Endpoint } from './endpoint.ts';

/** How bytes travel. `dtls` is not carried here. */
export type Transport = 'udp' | 'tcp' | 'tls';

/** A machine's own name for one of its sockets; unique within that machine. */
export type SocketId = string;

/** What went wrong below the protocol. `code` is an errno name (`ECONNREFUSED`), an OpenSSL code or `ETIMEDOUT`. */
export interface LinkError {
  readonly code: string;
  readonly message: string;
}

export type Input =
  /** The first input every machine gets. */
  | { readonly kind: 'start' }
  /** An `open` effect worked: UDP is bound, TCP/TLS is connected and shaken hands. */
  | {
      readonly kind: 'opened';
      readonly socket: SocketId;
      readonly local: Endpoint;
      /** Streams that `listen` brought in: who opened them. */
      readonly remote?: Endpoint;
    }
  | { readonly kind: 'open-failed'; readonly socket: SocketId; readonly error: LinkError }
  /** One datagram (UDP) or one chunk of the stream (TCP/TLS; frames are the machine's business). */
  | {
      readonly kind: 'received';
      readonly socket: SocketId;
      readonly from: Endpoint;
      readonly bytes: Uint8Array;
    }
  /** The kernel reported an error for a datagram sent earlier (ICMP unreachable, EPERM …). */
  | {
      readonly kind: 'send-failed';
      readonly socket: SocketId;
      readonly to: Endpoint;
      readonly error: LinkError;
    }
  /** The other side ended a stream, or it broke. */
  | { readonly kind: 'closed'; readonly socket: SocketId; readonly error?: LinkError }
  /** `nextDeadlineMs()` has been reached. */
  | { readonly kind: 'deadline' };

export type Effect<Event = never> =
  | {
      readonly kind: 'open';
      readonly socket: SocketId;
      readonly transport: Transport;
      readonly family: AddressFamily;
      /** Streams only: where to connect. UDP sockets are never connected. */
      readonly to?: Endpoint;
      /** The local endpoint to bind; port 0 is any free one. Without it the driver's choice of address. */
      readonly at?: Endpoint;
      /** TLS only: SNI and the name the certificate must carry. */
      readonly serverName?: string;
      /** Streams only: share the local address and port of this open stream of the machine's own. */
      readonly sameLocalAs?: SocketId;
    }
  /**
   * Accept TCP streams at a local endpoint, or at that of an open stream of the machine's own. `opened` or
   * `open-failed` follows for `socket`; accepted streams are called `socket`, `:` and a number, and come with an
   * `opened` of their own.
   */
  | { readonly kind: 'listen'; readonly socket: SocketId; readonly sameLocalAs: SocketId }
  | { readonly kind: 'listen'; readonly socket: SocketId; readonly at: Endpoint }
  | {
      readonly kind: 'send';
      readonly socket: SocketId;
      readonly to: Endpoint;
      readonly bytes: Uint8Array;
      /** Streams only: nothing of it may be dropped. The stream whose bytes these are is not read while they wait. */
      readonly reliable?: true;
    }
  /** Streams only: whether to go on reading. Until then no `received` comes; what arrives waits with the sender. */
  | { readonly kind: 'read'; readonly socket: SocketId; readonly on: boolean }
  /** `reset`: a stream ends at once, and the other side is told of an error. */
  | { readonly kind: 'close'; readonly socket: SocketId; readonly reset?: true }
  | { readonly kind: 'emit'; readonly event: Event }
  /** Deliberate silence, with the reason, so that silence can be tested. */
  | { readonly kind: 'ignore'; readonly reason: string };

export interface Machine<Event = never> {
  /** Advance to `nowMs` (monotonic milliseconds, never decreasing) and take in one input. Never throws. */
  handle(nowMs: number, input: Input): Effect<Event>[];
  /** When the machine next wants a `deadline` input; null: it waits for the network only, or is finished. */
  nextDeadlineMs(): number | null;
  /** True when nothing will ever come out of it again; the driver then closes what is left open. */
  isFinished(): boolean;
}

/** `size` fresh random bytes. Real code passes a cryptographic source, tests a seeded one. */
export type RandomBytes = (size: number) => Uint8Array;
