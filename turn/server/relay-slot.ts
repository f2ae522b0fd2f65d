import { type AddressFamily, type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, RandomBytes, SocketId } from '../../stun/machine.ts';
import { PortPool, type PortRange, type PortWish } from './port-pool.ts';

/** An address that relay sockets are bound to. */
export interface RelayAddress {
  readonly local: string;
  /** As peers see it; the same as `local` unless a NAT stands in front. */
  readonly external: string;
  readonly family: AddressFamily;
  readonly pool: PortPool;
}

export interface RelayAddressPlan {
  readonly local: string;
  readonly external: string;
}

export function makeRelayAddresses(
  plans: readonly RelayAddressPlan[],
  ports: PortRange,
  random: RandomBytes,
): RelayAddress[] {
  return plans.map(({ local, external }) => ({
    local,
    external,
    family: familyOf(local),
    pool: new PortPool(ports, random),
  }));
}

/** A relayed port: a UDP socket, or a TCP one that listens (RFC 6062). */
export interface BoundRelay {
  readonly socket: SocketId;
  readonly transport: 'udp' | 'tcp';
  readonly address: RelayAddress;
  readonly local: Endpoint;
}

/** Ports that another program holds are found only by trying; after this many the answer is 508. */
const maxAttempts = 8;

/** Finds one relay port, or a pair of them, by choosing and binding until it works. */
export class RelaySlot {
  readonly family: AddressFamily;
  readonly #transport: 'udp' | 'tcp';
  readonly #wish: PortWish;
  readonly #addresses: readonly RelayAddress[];
  readonly #nextSocket: () => SocketId;
  #attempts = 0;
  #sockets: { readonly socket: SocketId; readonly port: number; local: Endpoint | null }[] = [];
  #address: RelayAddress | null = null;

  constructor(spec: {
    family: AddressFamily;
    transport: 'udp' | 'tcp';
    wish: PortWish;
    addresses: readonly RelayAddress[];
    nextSocket: () => SocketId;
  }) {
    this.family = spec.family;
    this.#transport = spec.transport;
    this.#wish = spec.wish;
    this.#addresses = spec.addresses.filter(({ family }) => family === spec.family);
    this.#nextSocket = spec.nextSocket;
  }

  get state(): 'opening' | 'open' | 'failed' {
    if (this.#sockets.length === 0) return 'failed';
    return this.#sockets.every(({ local }) => local !== null) ? 'open' : 'opening';
  }

  get sockets(): readonly SocketId[] {
    return this.#sockets.map(({ socket }) => socket);
  }

  /** One socket, or with `pair` the even one and then the one above; empty unless open. */
  get bound(): readonly BoundRelay[] {
    const address = this.#address;
    if (address === null) return [];
    const transport = this.#transport;
    return this.#sockets.flatMap(({ socket, local }) =>
      local === null ? [] : [{ socket, transport, address, local }],
    );
  }

  /** Chooses and tries. No effects and state `failed`: there is nothing left to try. */
  attempt(): Effect[] {
    this.#sockets = [];
    for (; this.#attempts < maxAttempts; this.#attempts += 1) {
      const address = this.#addresses[this.#attempts % Math.max(1, this.#addresses.length)];
      const port = address?.pool.take(this.#wish) ?? null;
      if (address === undefined || port === null) continue;
      this.#attempts += 1;
      this.#address = address;
      const ports = this.#wish === 'pair' ? [port, port + 1] : [port];
      this.#sockets = ports.map((each) => ({ socket: this.#nextSocket(), port: each, local: null }));
      return this.#sockets.map(({ socket, port: each }): Effect => {
        const at = { address: address.local, port: each };
        if (this.#transport === 'tcp') return { kind: 'listen', socket, at };
        return { kind: 'open', socket, transport: 'udp', family: this.family, at };
      });
    }
    return [];
  }

  onOpened(socket: SocketId, local: Endpoint): void {
    const mine = this.#sockets.find((each) => each.socket === socket);
    if (mine !== undefined) mine.local = local;
  }

  /** The next attempt. Ports that were refused stay marked until then, so that another one is chosen. */
  onFailed(): Effect[] {
    const before = this.#sockets;
    const address = this.#address;
    const closing = before.map(({ socket }): Effect => ({ kind: 'close', socket }));
    const opening = this.attempt();
    for (const { port } of before) address?.pool.release(port);
    return [...closing, ...opening];
  }

  /** Closes what is open and gives the ports back. */
  abandon(): Effect[] {
    const before = this.#sockets;
    this.#sockets = [];
    for (const { port } of before) this.#address?.pool.release(port);
    return before.map(({ socket }) => ({ kind: 'close', socket }));
  }
}
