/**
 * A bot’s relay: an allocation of our own TURN client, which speaks UDP, TCP and TLS (the native library speaks UDP
 * only), and a socket on loopback for each address of the other end.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { RelayCarrier, TransportAddress } from '../../rooms/bot/io/relay-carrier.ts';
import type { IceConfiguration } from '../../rooms/io/peer-connection.ts';
import { iceKey, withMappedAddress, withTieBreaker } from '../../service/rtc/repair-check.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { type Command, drive } from '../../stun/io/drive.ts';
import { parseStunUri, type StunUri } from '../../stun/uri.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import type { Credentials } from '../../turn/client/auth-ladder.ts';

const loopback = '127.0.0.1';
/** A page tells one address for each of its own and each of its TURN servers. */
const maxDoors = 16;
/** An allocation that nobody confirms the end of ends by itself. */
const releasedWithinMs = 1_000;

/** A socket on loopback that stands for one address of the other end. */
interface Door {
  readonly socket: Socket;
  /** null: it was closed before it was open. */
  readonly port: Promise<number | null>;
}

/** Where the connection is, and how its checks are known. */
interface Served {
  readonly port: number;
  readonly key: Uint8Array;
}

export class BotRelay implements RelayCarrier {
  readonly transport: StunUri['transport'];
  readonly url: string;
  readonly relayed: Promise<TransportAddress | null>;
  readonly #doors = new Map<string, Door>();
  readonly #ended = new AbortController();
  #isClosed = false;
  #giveUp: NodeJS.Timeout | undefined;
  #problem: string | null = null;
  #command: Command<AllocationEvent> = () => undefined;
  #client: AllocationClient | null = null;
  #served: Served | null = null;

  constructor(uri: StunUri, credentials: Credentials) {
    this.transport = uri.transport;
    this.url = uri.text;
    this.relayed = new Promise((resolve) => {
      this.#run(uri, credentials, resolve)
        .catch((error: unknown) => {
          this.#problem = `${uri.text}: ${error instanceof Error ? error.message : String(error)}`;
        })
        .finally(() => {
          resolve(null);
          clearTimeout(this.#giveUp);
          this.#closeDoors();
        });
    });
  }

  get problem(): string | null {
    return this.#problem;
  }

  serve(port: number, password: string): void {
    this.#served = { port, key: iceKey(password) };
  }

  async doorTo(peer: TransportAddress): Promise<number | null> {
    if ((await this.relayed) === null || this.#isClosed) return null;
    const name = formatEndpoint(peer);
    const known = this.#doors.get(name);
    if (known !== undefined) return known.port;
    if (this.#doors.size >= maxDoors) return null;
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.on('message', (bytes, from) => {
      if (from.port === this.#served?.port) this.#toPeer(peer, bytes, this.#served.key);
    });
    const port = new Promise<number | null>((resolve) => {
      socket.once('listening', () => resolve(socket.address().port));
      socket.once('close', () => resolve(null));
    });
    socket.bind(0, loopback);
    this.#doors.set(name, { socket, port });
    this.#tell((client, nowMs) => client.channelBind(nowMs, peer));
    return port;
  }

  /** Gives the allocation back; what waits for it is ended. */
  close(): void {
    this.#isClosed = true;
    if (this.#client === null) this.#ended.abort();
    else {
      this.#tell((client, nowMs) => client.release(nowMs));
      this.#giveUp = setTimeout(() => this.#ended.abort(), releasedWithinMs);
    }
    this.#closeDoors();
  }

  async #run(
    { host, port, transport }: StunUri,
    credentials: Credentials,
    resolve: (relayed: TransportAddress) => void,
  ): Promise<void> {
    const address = isIP(host) === 0 ? (await lookup(host, { family: 4 })).address : host;
    const { signal } = this.#ended;
    const client = new AllocationClient({
      server: { address, port },
      transport,
      // Without a name the certificate has to carry the address.
      ...(address === host ? {} : { serverName: host }),
      family: 'ipv4',
      credentials,
      random: (size) => randomBytes(size),
    });
    await drive(client, {
      signal,
      onCommand: (command) => {
        this.#command = command;
      },
      onEvent: (event) => {
        if (event.kind === 'allocated') {
          this.#client = client;
          resolve(event.relayed);
        } else if (event.kind === 'failed') throw new Error(event.failure.detail);
        else if (event.kind === 'data') this.#toConnection(event.from, event.bytes);
      },
    });
  }

  #tell(act: (client: AllocationClient, nowMs: number) => ReturnType<AllocationClient['release']>): void {
    const client = this.#client;
    if (client !== null) this.#command((nowMs) => act(client, nowMs));
  }

  /** The answer to a check names the address that the check came from, not the door’s. */
  #toPeer(peer: TransportAddress, bytes: Uint8Array, key: Uint8Array): void {
    this.#tell((client, nowMs) => client.sendTo(nowMs, peer, withMappedAddress(bytes, key, peer)));
  }

  /** Who has no door has told no candidate, and is not heard. */
  #toConnection(peer: TransportAddress, bytes: Uint8Array): void {
    const door = this.#doors.get(formatEndpoint(peer));
    if (door === undefined || this.#served === null) return;
    const { port, key } = this.#served;
    door.socket.send(withTieBreaker(bytes, key), port, loopback);
  }

  #closeDoors(): void {
    for (const { socket } of this.#doors.values()) socket.close();
    this.#doors.clear();
  }
}

/** Over the first TURN server of a room; null: there is none. */
export function openBotRelay({ iceServers }: IceConfiguration): BotRelay | null {
  for (const { urls, username = '', credential = '' } of iceServers) {
    for (const url of [urls].flat()) {
      const parsed = parseStunUri(url);
      if (parsed.ok && /^turns?$/.test(parsed.uri.scheme)) {
        return new BotRelay(parsed.uri, { username, password: credential });
      }
    }
  }
  return null;
}
