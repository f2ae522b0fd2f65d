import { type Endpoint, familyOf, sameEndpoint } from '../../stun/endpoint.ts';
import { decodeChannelData, encodeChannelData, type Frame, StreamFramer } from '../../stun/framer.ts';
import type { Effect, LinkError, SocketId, Transport } from '../../stun/machine.ts';
import { rfc8489Schedule } from '../../stun/transaction.ts';

/** How a client machine reaches its server. */
export interface LinkOptions {
  readonly server: Endpoint;
  readonly transport: Transport;
  /** TLS: SNI and the name that the certificate must carry. */
  readonly serverName?: string;
  /** The machine's name for its socket; give each its own when several clients run in one machine. */
  readonly socket?: SocketId;
  /** UDP: first retransmission after this many ms. Default 500 (RFC 8489 s6.2.1). */
  readonly rtoMs?: number;
  /** One request, or the opening of a stream, is given up after this many ms. Default 39 500 (RFC 8489 s6.2). */
  readonly giveUpMs?: number;
}

/** RFC 8489 s6.2.2: Ti, the same time that seven transmissions over UDP take by default. */
const defaultGiveUpMs = 39_500;

/** For a stream that ended without an error of its own. */
export const closedByServer: LinkError = { code: 'ECONNRESET', message: 'the server closed the connection' };

/** One client's socket towards one server: what to open, what to send, and where a frame begins. */
export class ServerLink {
  readonly server: Endpoint;
  readonly transport: Transport;
  readonly socket: SocketId;
  readonly giveUpMs: number;
  readonly scheduleMs: readonly number[];
  readonly #options: LinkOptions;
  readonly #framer = new StreamFramer();

  constructor(options: LinkOptions, defaultSocket: SocketId) {
    this.#options = options;
    this.server = options.server;
    this.transport = options.transport;
    this.socket = options.socket ?? defaultSocket;
    const overUdp = rfc8489Schedule(options.rtoMs ?? 500);
    this.giveUpMs = options.giveUpMs ?? (options.transport === 'udp' ? overUdp.giveUpMs : defaultGiveUpMs);
    // RFC 8489 s6.2.2: a stream does its own retransmission.
    this.scheduleMs =
      options.transport === 'udp' ? overUdp.scheduleMs.filter((atMs) => atMs < this.giveUpMs) : [0];
  }

  open(): Effect {
    const { server, transport, socket } = this;
    const family = familyOf(server.address);
    if (transport === 'udp') return { kind: 'open', socket, transport, family };
    const { serverName } = this.#options;
    return {
      kind: 'open',
      socket,
      transport,
      family,
      to: server,
      ...(serverName === undefined ? {} : { serverName }),
    };
  }

  send(bytes: Uint8Array): Effect {
    return { kind: 'send', socket: this.socket, to: this.server, bytes };
  }

  /** RFC 8656 s12.4: over a stream ChannelData is padded to four bytes, over UDP it need not be. */
  sendChannelData(channel: number, data: Uint8Array): Effect {
    return this.send(encodeChannelData(channel, data, this.transport !== 'udp'));
  }

  close(): Effect {
    return { kind: 'close', socket: this.socket };
  }

  isFromServer(from: Endpoint): boolean {
    return this.transport !== 'udp' || sameEndpoint(from, this.server);
  }

  /** What one `received` input holds: one datagram, or the frames that a chunk of the stream completes. */
  frames(bytes: Uint8Array): { frames: readonly Frame[]; problem?: string } {
    if (this.transport !== 'udp') return this.#framer.push(bytes);
    const channelData = decodeChannelData(bytes);
    if (channelData !== null) return { frames: [{ kind: 'channel-data', ...channelData }] };
    return { frames: [{ kind: 'stun', bytes }] };
  }
}
