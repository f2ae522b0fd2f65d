import type { Socket } from 'node:net';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Link } from '../../stun/io/link.ts';
import { openUdpLink } from '../../stun/io/udp-link.ts';
import type { SocketId } from '../../stun/machine.ts';
import type { Corner, CornerEndpoints } from '../server/corners.ts';
import { type Listener, streamPrefix, udpSocket } from '../server/turn-server-options.ts';
import { planCorners } from './corner-plan.ts';
import { listenError } from './listen-error.ts';
import { openAlternateCorners } from './open-corners.ts';
import { type Certificate, type StreamEvents, type StreamLimits, StreamListener } from './stream-listener.ts';

export interface ListenAt {
  readonly address: string;
  /** 0: any free one, the same for UDP and TCP. */
  readonly port: number;
  readonly transports: readonly ('udp' | 'tcp' | 'tls')[];
}

export interface ListenPlan {
  readonly listen: readonly ListenAt[];
  /** Second address and port of the first entry, for RFC 5780; null: none. */
  readonly alternate: { readonly address: string; readonly port: number } | null;
  /** Needed where an entry has `tls`. */
  readonly certificate: Certificate | null;
  readonly limits: StreamLimits;
  /** Other processes may listen at the same endpoints. */
  readonly sharesPorts: boolean;
}

/** Kernel memory for requests and ChannelData that arrive while the process is busy. */
const receiveBufferBytes = 4_194_304;

/** All listening sockets of a TURN server. */
export class TurnListeners {
  readonly links = new Map<SocketId, Link>();
  readonly streams: StreamListener[] = [];
  #sharesPort = false;
  readonly #events: StreamEvents;

  constructor(events: StreamEvents) {
    this.#events = events;
  }

  /** Opens everything or rejects with a `ListenError`; then `close` what there is. */
  async open(plan: ListenPlan): Promise<{ listeners: Listener[]; uris: string[]; note: string | null }> {
    this.#sharesPort = plan.sharesPorts;
    const listeners: Listener[] = [];
    const uris: string[] = [];
    let note: string | null = null;
    for (const [index, at] of plan.listen.entries()) {
      const opened = await this.#openEntry(`${index}`, at, plan);
      uris.push(...opened.uris);
      let endpoints: CornerEndpoints = { PP: opened.endpoint };
      if (index === 0 && plan.alternate !== null && at.transports.includes('udp')) {
        const corners = planCorners(opened.endpoint, plan.alternate);
        const open = (corner: Corner, wanted: Endpoint) => this.#openUdp(udpSocket('0', corner), wanted);
        ({ endpoints, note } = await openAlternateCorners(corners, opened.endpoint, open));
      }
      listeners.push({ name: `${index}`, endpoints });
    }
    return { listeners, uris, note };
  }

  /** An accepted stream; null: none of these. */
  streamOf(socket: SocketId): Socket | null {
    for (const listener of this.streams) {
      const stream = listener.streamOf(socket);
      if (stream !== null) return stream;
    }
    return null;
  }

  async close(): Promise<void> {
    const links = [...this.links.values()];
    this.links.clear();
    await Promise.all([
      ...links.map((link) => link.close('flush')),
      ...this.streams.splice(0).map((stream) => stream.close()),
    ]);
  }

  async #openEntry(
    name: string,
    at: ListenAt,
    plan: ListenPlan,
  ): Promise<{ endpoint: Endpoint; uris: string[] }> {
    let endpoint: Endpoint = { address: at.address, port: at.port };
    const uris: string[] = [];
    for (const transport of at.transports) {
      if (transport === 'udp') endpoint = await this.#openUdp(udpSocket(name, 'PP'), endpoint);
      else endpoint = await this.#openStream(name, transport, endpoint, plan);
      const scheme = transport === 'tls' ? 'turns' : 'turn';
      const host = familyOf(endpoint.address) === 'ipv6' ? `[${endpoint.address}]` : endpoint.address;
      uris.push(`${scheme}:${host}:${endpoint.port}?transport=${transport === 'udp' ? 'udp' : 'tcp'}`);
    }
    return { endpoint, uris };
  }

  #openUdp(socket: SocketId, wanted: Endpoint): Promise<Endpoint> {
    const { address: bindAddress, port } = wanted;
    const family = familyOf(bindAddress);
    return new Promise((resolve, reject) => {
      const link = openUdpLink(
        // What the kernel refuses is lost, as it is on the way: there is nobody to be told.
        { family, bindAddress, port, receiveBufferBytes, sharesPort: this.#sharesPort, tells: 'none' },
        {
          onOpen: resolve,
          onOpenFailed: ({ code, message }) => {
            this.links.delete(socket);
            reject(listenError(Object.assign(new Error(message), { code }), 'udp', wanted));
          },
          onBytes: (from, bytes) => this.#events.onBytes(socket, from, bytes),
          onSendFailed: () => {},
          onClosed: () => this.#events.onClosed(socket),
        },
      );
      this.links.set(socket, link);
    });
  }

  async #openStream(
    name: string,
    transport: 'tcp' | 'tls',
    wanted: Endpoint,
    { certificate, limits }: ListenPlan,
  ): Promise<Endpoint> {
    const secure = transport === 'tls' ? certificate : null;
    const listener = new StreamListener(
      {
        wanted,
        prefix: streamPrefix(transport, name),
        certificate: secure,
        limits,
        sharesPort: this.#sharesPort,
      },
      this.#events,
    );
    const endpoint = await listener.listen();
    this.streams.push(listener);
    return endpoint;
  }
}
