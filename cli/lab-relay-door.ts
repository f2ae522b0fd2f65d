/** A relay door of the lab's agent, made with Polynya's own TURN client. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  isProblem,
  type OpenRelay,
  type RelayDoor,
  type RelayProblem,
} from '../scenarios/io/agent/relay-door.ts';
import { type Endpoint, formatEndpoint } from '../stun/endpoint.ts';
import { type Command, drive } from '../stun/io/drive.ts';
import { parseStunUri } from '../stun/uri.ts';
import { AllocationClient } from '../turn/client/allocation-client.ts';
import type { AllocationEvent } from '../turn/client/allocation-event.ts';

const loopback = '127.0.0.1';
/** Long enough for three copies of a request over UDP; a server that is there answers in milliseconds. */
const giveUpMs = 3_000;

export const openRelay: OpenRelay = (server, caFile) =>
  server.urls.length > 1 ? new FirstDoor(server, caFile) : new TurnDoor(server, caFile);

/** Several servers, asked in the order in which they are named, until one gives a relay. */
class FirstDoor implements RelayDoor {
  readonly relayed: Promise<Endpoint | RelayProblem>;
  #door: TurnDoor | null = null;

  constructor(server: Parameters<OpenRelay>[0], caFile: string | null) {
    this.relayed = this.#knock(server, caFile);
  }

  async #knock(server: Parameters<OpenRelay>[0], caFile: string | null): Promise<Endpoint | RelayProblem> {
    let answer: Endpoint | RelayProblem = { code: 'ice-no-candidates', detail: 'no server is named' };
    for (const url of server.urls) {
      const door = new TurnDoor({ ...server, urls: [url] }, caFile);
      this.#door = door;
      answer = await door.relayed;
      if (!isProblem(answer)) break;
      await door.close();
    }
    return answer;
  }

  async bridge(peer: Endpoint): Promise<number> {
    await this.relayed;
    return this.#door?.bridge(peer) ?? 0;
  }

  counters() {
    return this.#door?.counters() ?? { sentBytes: 0, receivedBytes: 0 };
  }

  async close(): Promise<void> {
    await this.relayed;
    await this.#door?.close();
  }
}

class TurnDoor implements RelayDoor {
  readonly relayed: Promise<Endpoint | RelayProblem>;
  readonly #client: AllocationClient;
  readonly #bridges = new Map<string, Bridge>();
  readonly #ended: Promise<void>;
  readonly #abort = new AbortController();
  #command: Command<AllocationEvent> = () => {};
  #sentBytes = 0;
  #receivedBytes = 0;

  constructor({ urls, username = '', credential = '' }: Parameters<OpenRelay>[0], caFile: string | null) {
    const [url = ''] = urls;
    const parsed = parseStunUri(url);
    if (!parsed.ok) throw new Error(`${url}: ${parsed.problem}`);
    const { host, port, transport } = parsed.uri;
    this.#client = new AllocationClient({
      server: { address: host, port },
      transport,
      family: 'ipv4',
      serverName: host,
      credentials: { username, password: credential },
      random: (size) => randomBytes(size),
      giveUpMs,
    });
    let settle: (result: Endpoint | RelayProblem) => void = () => {};
    this.relayed = new Promise((resolve) => {
      settle = resolve;
    });
    this.#ended = drive(this.#client, {
      connectTimeoutMs: giveUpMs,
      signal: this.#abort.signal,
      tls: caFile === null ? undefined : { ca: readFileSync(caFile, 'utf8') },
      onCommand: (command) => {
        this.#command = command;
      },
      onEvent: (event) => {
        if (event.kind === 'allocated') settle(event.relayed);
        else if (event.kind === 'failed') settle(event.failure);
        else if (event.kind === 'data') this.#fromPeer(event.from, event.bytes);
      },
    }).catch(() => settle({ code: 'cancelled', detail: '' }));
  }

  async bridge(peer: Endpoint): Promise<number> {
    if (isProblem(await this.relayed)) return 0;
    const key = formatEndpoint(peer);
    const known = this.#bridges.get(key);
    if (known !== undefined) return known.socket.address().port;
    const bridge = new Bridge((bytes) => {
      this.#sentBytes += bytes.length;
      this.#command((nowMs) => this.#client.sendTo(nowMs, peer, bytes));
    });
    this.#bridges.set(key, bridge);
    // RFC 8656 §9: nothing of the peer comes through without a permission for its address.
    this.#command((nowMs) => this.#client.createPermission(nowMs, [peer]));
    return bridge.open();
  }

  counters() {
    return { sentBytes: this.#sentBytes, receivedBytes: this.#receivedBytes };
  }

  async close(): Promise<void> {
    for (const { socket } of this.#bridges.values()) socket.close();
    this.#bridges.clear();
    const timer = setTimeout(() => this.#abort.abort(), giveUpMs);
    this.#command((nowMs) => {
      const effects = this.#client.release(nowMs);
      // Nothing to give back: it ends here.
      if (!effects.some(({ kind }) => kind === 'send')) this.#abort.abort();
      return effects;
    });
    await this.#ended;
    clearTimeout(timer);
  }

  #fromPeer(from: Endpoint, bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
    this.#bridges.get(formatEndpoint(from))?.deliver(bytes);
  }
}

/** The peer's packets that came before the library has asked; a few checks, or somebody who does not wait. */
const keptEarly = 16;

/** The port behind which one peer stands. Where the library is, it shows with its first packet. */
class Bridge {
  readonly socket: Socket = createSocket('udp4');
  readonly #early: Uint8Array[] = [];
  #library: number | null = null;

  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.socket.on('message', (bytes, { port }) => {
      this.#library = port;
      onBytes(bytes);
      for (const kept of this.#early.splice(0)) this.deliver(kept);
    });
    // Its other end closes first at the end of a run.
    this.socket.on('error', () => {});
  }

  async open(): Promise<number> {
    this.socket.bind(0, loopback);
    await once(this.socket, 'listening');
    return this.socket.address().port;
  }

  deliver(bytes: Uint8Array): void {
    if (this.#library !== null) this.socket.send(bytes, this.#library, loopback);
    else if (this.#early.length < keptEarly) this.#early.push(bytes);
  }
}
