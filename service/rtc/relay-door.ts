/**
 * A door in front of an echo peer for sessions that come through a TURN server. The peer listens on loopback only;
 * the door listens outside, passes datagrams both ways, and repairs the checks (see repair-check.ts). Each remote
 * address gets an inner socket of its own, so the peer can tell them apart.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import { iceKey, isSignedCheck, withMappedAddress, withTieBreaker } from './repair-check.ts';

/** Remote addresses per session; a TURN server gives one per allocation. */
const maxRemotes = 16;

interface Inner {
  readonly socket: Socket;
  /** Sends are only possible once the socket is connected; until then checks are simply repeated by the browser. */
  connected: boolean;
}

export class RelayDoor {
  readonly #key: Uint8Array;
  readonly #peerPort: number;
  readonly #outer: Socket[] = [];
  readonly #inner = new Map<string, Inner>();
  #closed = false;

  /** `password`: the peer’s own ICE password. `peerPort`: where the peer listens on 127.0.0.1. */
  constructor(password: string, peerPort: number) {
    this.#key = iceKey(password);
    this.#peerPort = peerPort;
  }

  /** Listens on one address; tells the port once it is bound. A family that this host lacks stays silent. */
  listen(address: string, onBound: (port: number) => void): void {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', ipv6Only: isIPv6(address) });
    this.#outer.push(socket);
    socket.on('error', () => this.#drop(socket));
    socket.on('message', (bytes, from) => this.#fromOutside(socket, bytes, from));
    socket.bind(0, address, () => {
      if (!this.#closed) onBound(socket.address().port);
    });
  }

  close(): void {
    this.#closed = true;
    for (const socket of [...this.#outer]) this.#drop(socket);
    for (const { socket } of this.#inner.values()) socket.close();
    this.#inner.clear();
  }

  #drop(socket: Socket): void {
    const index = this.#outer.indexOf(socket);
    if (index < 0) return;
    this.#outer.splice(index, 1);
    socket.close();
  }

  #fromOutside(outer: Socket, bytes: Uint8Array, from: Endpoint): void {
    if (this.#closed) return;
    const name = formatEndpoint(from);
    let inner = this.#inner.get(name);
    if (inner === undefined) {
      // The first datagram of an address must be a check signed for this very session.
      if (this.#inner.size >= maxRemotes || !isSignedCheck(bytes, this.#key)) return;
      inner = this.#open(outer, { address: from.address, port: from.port });
      this.#inner.set(name, inner);
    }
    if (inner.connected) inner.socket.send(withTieBreaker(bytes, this.#key));
  }

  #open(outer: Socket, remote: Endpoint): Inner {
    const socket = createSocket('udp4');
    const inner: Inner = { socket, connected: false };
    // A peer that has gone answers with ICMP; the session’s end closes the door anyway.
    socket.on('error', () => undefined);
    socket.on('message', (bytes) => {
      if (this.#closed || !this.#outer.includes(outer)) return;
      outer.send(withMappedAddress(bytes, this.#key, remote), remote.port, remote.address);
    });
    socket.connect(this.#peerPort, '127.0.0.1', () => {
      inner.connected = true;
    });
    return inner;
  }
}
