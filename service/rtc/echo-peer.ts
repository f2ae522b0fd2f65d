/**
 * One WebRTC peer that answers a data-channel offer and sends every message back. Runs only in the echo process
 * (see echo-process.ts): the native library must not be loaded twice in one process, and may crash.
 */
import { isIPv4, isIPv6 } from 'node:net';
import nodeDataChannel, { type DataChannel, type PeerConnection } from 'node-datachannel';
import { maxBufferedBytes, maxChannels, maxEchoesPerSecond, maxMessageBytes } from './echo-limits.ts';
import type { EchoNews, EchoOrder } from './echo-messages.ts';
import { bindAddressOf, loopbackAddresses, outsideAddresses } from './own-addresses.ts';
import { candidateValue, hostCandidate, withCopies } from './reachable-candidates.ts';
import { RelayDoor } from './relay-door.ts';

type OfferOrder = Extract<EchoOrder, { type: 'offer' }>;

export class EchoPeer {
  readonly #session: string;
  readonly #tell: (news: EchoNews) => void;
  readonly #connection: PeerConnection;
  /** The library’s objects live only as long as something in JavaScript holds them. */
  readonly #channels = new Set<DataChannel>();
  #door: RelayDoor | null = null;
  /** Through the door every remote is learned from its own checks, under the door’s inner address. */
  readonly #takesCandidates: boolean;
  #closed = false;

  /** Throws when the library refuses the offer. */
  constructor(order: OfferOrder, tell: (news: EchoNews) => void) {
    this.#session = order.session;
    this.#tell = tell;
    this.#takesCandidates = !order.relayOnly;
    const bindAddress = order.relayOnly ? '127.0.0.1' : bindAddressOf(order);
    this.#connection = new nodeDataChannel.PeerConnection(`echo-${order.session}`, {
      iceServers: [],
      maxMessageSize: maxMessageBytes,
      ...(bindAddress === null ? {} : { bindAddress }),
    });
    const { session } = order;
    this.#connection.onLocalDescription((sdp, type) => {
      if (type === 'answer') this.#tell({ type: 'answer', session, sdp });
    });
    this.#connection.onStateChange((state) => {
      if (!this.#closed) this.#tell({ type: 'peer-state', session, state });
    });
    this.#connection.onDataChannel((channel) => this.#serve(channel));
    if (order.relayOnly) this.#announceDoor(order);
    else this.#announceItself(bindAddress === null && order.clientIsLocal, order.announce);
    try {
      this.#connection.setRemoteDescription(order.sdp, 'offer');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The peer’s own sockets, under every address that they can be reached at. */
  #announceItself(onLoopbackToo: boolean, announce: readonly string[]): void {
    const also = [...(onLoopbackToo ? loopbackAddresses : []), ...announce];
    this.#connection.onLocalCandidate(
      withCopies(also, (candidate, mid) => this.#tellCandidate(candidate, mid)),
    );
  }

  /** Only the door in front of the peer. */
  #announceDoor(order: OfferOrder): void {
    this.#connection.onLocalCandidate((line, mid) => {
      const port = Number(candidateValue(line).split(' ')[5]);
      const password = /^a=ice-pwd:(\S+)/m.exec(this.#connection.localDescription()?.sdp ?? '')?.[1];
      if (this.#door !== null || this.#closed || password === undefined || !(port > 0)) return;
      const door = new RelayDoor(password, port);
      this.#door = door;
      for (const [index, { listenOn, reachableAt }] of doorAddresses(order).entries()) {
        door.listen(listenOn, (doorPort) => {
          for (const [rank, address] of reachableAt.entries()) {
            this.#tellCandidate(hostCandidate(address, doorPort, index * 16 + rank), mid);
          }
        });
      }
    });
  }

  #tellCandidate(candidate: string, mid: string): void {
    if (!this.#closed) this.#tell({ type: 'candidate', session: this.#session, candidate, mid });
  }

  #serve(channel: DataChannel): void {
    if (this.#channels.size >= maxChannels) {
      channel.close();
      return;
    }
    this.#channels.add(channel);
    let windowStartMs = 0;
    let echoedInWindow = 0;
    channel.onClosed(() => this.#channels.delete(channel));
    channel.onMessage((message) => {
      const nowMs = performance.now();
      if (nowMs - windowStartMs >= 1000) {
        windowStartMs = nowMs;
        echoedInWindow = 0;
      }
      echoedInWindow += 1;
      if (echoedInWindow > maxEchoesPerSecond) return;
      try {
        if (!channel.isOpen() || channel.bufferedAmount() > maxBufferedBytes) return;
        if (typeof message === 'string') channel.sendMessage(message);
        else channel.sendMessageBinary(message instanceof ArrayBuffer ? new Uint8Array(message) : message);
      } catch {
        // Its thread has closed the channel since the look. What is thrown out of a listener ends the process.
      }
    });
  }

  addCandidate(candidate: string, mid: string): void {
    if (this.#closed || !this.#takesCandidates) return;
    try {
      this.#connection.addRemoteCandidate(candidate, mid);
    } catch {
      // The library throws for a candidate that comes after the transport has failed; it can no longer matter.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#door?.close();
    for (const channel of this.#channels) channel.close();
    this.#channels.clear();
    this.#connection.close();
  }
}

interface DoorAddress {
  readonly listenOn: string;
  readonly reachableAt: readonly string[];
}

/** One socket per family, and the addresses under which a TURN server may reach it. */
function doorAddresses(order: OfferOrder): DoorAddress[] {
  const { bindAddress, clientIsLocal, announce } = order;
  const own = bindAddress === null ? outsideAddresses() : [bindAddress];
  // A TURN server on this machine relays to loopback only if it is told to; it comes last.
  const all = [...own, ...announce, ...(bindAddress === null && clientIsLocal ? loopbackAddresses : [])];
  const families = [
    { listenOn: '0.0.0.0', reachableAt: all.filter((address) => isIPv4(address)) },
    { listenOn: '::', reachableAt: all.filter((address) => isIPv6(address)) },
  ];
  return families
    .filter(({ reachableAt }) => reachableAt.length > 0)
    .filter(({ listenOn }) => bindAddress === null || isIPv6(bindAddress) === isIPv6(listenOn))
    .map((entry) => (bindAddress === null ? entry : { ...entry, listenOn: bindAddress }));
}
