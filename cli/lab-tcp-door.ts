/**
 * The door of a direct path over TCP: ICE-TCP (RFC 6544) with active, passive and simultaneous-open candidates, for a
 * library that has active ones at most. Every connection that comes about is one peer.
 */
import { createServer, type Server, Socket } from 'node:net';
import type { DoorEvents, IceDoor, PairEnd } from '../scenarios/io/agent/ice-door.ts';
import { iceKey } from '../service/rtc/repair-check.ts';
import type { Endpoint } from '../stun/endpoint.ts';
import { LoopbackBridge } from './lab-bridge.ts';
import { FrameReader, frameOf } from './lab-rfc4571.ts';
import { type Reflexive, reflexiveOverTcp } from './lab-tcp-mapping.ts';
import { ownAddress } from './own-address.ts';
import { candidateLine, readTcpCandidate, type TcpCandidate } from './tcp-candidate.ts';

/** As long as a check over UDP is repeated; a SYN has been sent three times by then. */
const giveUpMs = 3_800;
/** Where the other end's NAT refuses what it does not expect yet. */
const againMs = 300;

export class TcpDoor implements IceDoor {
  readonly #stun: Endpoint;
  readonly #sockets = new Set<Socket>();
  readonly #bridges: LoopbackBridge[] = [];
  readonly #server: Server = createServer((socket) => this.#accepted(socket));
  #reflexive: Promise<Reflexive | null> = Promise.resolve(null);
  #events: DoorEvents | null = null;
  #key: Uint8Array | null = null;
  #patience: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param stun answers Binding requests over TCP */
  constructor(stun: Endpoint) {
    this.#stun = stun;
  }

  open(events: DoorEvents): void {
    this.#events = events;
    const address = ownAddress();
    this.#server.on('error', () => {});
    this.#server.listen(0, address, () => {
      const bound = this.#server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      const local = { type: 'host', address } as const;
      this.#announce({ ...local, port, tcpType: 'passive' });
      // RFC 6544 §4.5: an active candidate has no port yet; 9 stands for it.
      this.#announce({ ...local, port: 9, tcpType: 'active' });
    });
    this.#reflexive = reflexiveOverTcp(this.#stun, address).then((found) => {
      if (found === null) return null;
      this.#keep(found.socket);
      this.#announce({ type: 'srflx', ...found.mapped, tcpType: 'so' }, found.local);
      return found;
    });
  }

  answersWith(password: string): void {
    this.#key = iceKey(password);
  }

  add(candidate: string): void {
    const remote = readTcpCandidate(candidate);
    if (remote === null || this.#isClosed) return;
    this.#patience ??= setTimeout(() => {
      if (this.#bridges.length === 0) this.#events?.onExhausted();
    }, giveUpMs);
    if (remote.tcpType === 'passive') this.#connect(remote, null, performance.now());
    if (remote.tcpType === 'so') {
      void this.#reflexive.then((own) => {
        if (own !== null) this.#connect(remote, own, performance.now());
      });
    }
  }

  /** No relay. */
  counters(): null {
    return null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#patience);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    for (const bridge of this.#bridges) bridge.close();
  }

  #announce(own: TcpCandidate, base?: Endpoint): void {
    if (!this.#isClosed) this.#events?.onCandidate(candidateLine(own, base));
  }

  /**
   * @param own for a simultaneous open: both ends connect from the ports that they have told each other, and NATs that
   * keep a port for all destinations let the two meet (RFC 6544 §7.2)
   */
  #connect(remote: TcpCandidate, own: Reflexive | null, startMs: number): void {
    if (this.#isClosed) return;
    const socket = new Socket();
    this.#keep(socket);
    socket.once('connect', () => {
      const { localAddress: address = '', localPort: port = 0 } = socket;
      const local: PairEnd =
        own === null ? { type: 'host', address, port } : { type: 'srflx', ...own.mapped };
      void this.#join(socket, local, remote);
    });
    socket.once('error', () => {
      const isEarly = own !== null && performance.now() - startMs < giveUpMs;
      if (isEarly) setTimeout(() => this.#connect(remote, own, startMs), againMs);
    });
    const { address: host, port } = remote;
    const from = own === null ? {} : { localAddress: own.local.address, localPort: own.local.port };
    socket.connect({ host, port, ...from });
  }

  #accepted(socket: Socket): void {
    this.#keep(socket);
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
    const local: PairEnd = { type: 'host', address: localAddress, port: localPort };
    // An active end's port is known by its connection only (RFC 6544 §7.2: peer reflexive).
    void this.#join(socket, local, { type: 'prflx', address: remoteAddress, port: remotePort });
  }

  async #join(socket: Socket, local: PairEnd, { type, address, port }: PairEnd): Promise<void> {
    const bridge = new LoopbackBridge({
      peer: { address: socket.remoteAddress ?? address, port: socket.remotePort ?? port },
      key: () => this.#key,
      onBytes: (bytes) => void socket.write(frameOf(bytes)),
    });
    this.#bridges.push(bridge);
    const frames = new FrameReader((bytes) => bridge.deliver(bytes));
    socket.on('data', (chunk) => frames.push(chunk));
    this.#events?.onPeer(await bridge.open(), { local, remote: { type, address, port } });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#isClosed) socket.destroy();
  }
}
