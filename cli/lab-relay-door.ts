/** The door of a relayed path: one allocation at a TURN server, with Polynya's own client. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LabIceServer } from '../contract/lab-agent.ts';
import type { DoorEvents, DoorProblem, IceDoor } from '../scenarios/io/agent/ice-door.ts';
import { iceKey } from '../service/rtc/repair-check.ts';
import { type Endpoint, formatEndpoint } from '../stun/endpoint.ts';
import { type Command, drive } from '../stun/io/drive.ts';
import { parseStunUri } from '../stun/uri.ts';
import { AllocationClient } from '../turn/client/allocation-client.ts';
import type { AllocationEvent } from '../turn/client/allocation-event.ts';
import { LoopbackBridge } from './lab-bridge.ts';

/** Long enough for three copies of a request over UDP; a server that is there answers in milliseconds. */
const giveUpMs = 3_000;

export class RelayDoor implements IceDoor {
  readonly #relayed: Promise<Endpoint | DoorProblem>;
  readonly #client: AllocationClient;
  readonly #bridges = new Map<string, LoopbackBridge>();
  readonly #ended: Promise<void>;
  readonly #abort = new AbortController();
  #command: Command<AllocationEvent> = () => {};
  #onPeer: (port: number, remote: Endpoint) => void = () => {};
  #key: Uint8Array | null = null;
  #sentBytes = 0;
  #receivedBytes = 0;

  constructor({ urls, username = '', credential = '' }: LabIceServer, caFile: string | null) {
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
    let settle: (result: Endpoint | DoorProblem) => void = () => {};
    this.#relayed = new Promise((resolve) => {
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

  open({ onCandidate, onPeer, onProblem }: DoorEvents): void {
    void this.#relayed.then((relayed) => {
      if ('code' in relayed) {
        onProblem(relayed);
        return;
      }
      this.#onPeer = (port, remote) =>
        onPeer(port, { local: { ...relayed, type: 'relay' }, remote: { ...remote, type: 'relay' } });
      // RFC 8445 §5.1.2.1 with type preference 0, which it recommends for relayed candidates.
      onCandidate(
        `candidate:2 1 UDP 16777215 ${relayed.address} ${relayed.port} typ relay raddr 0.0.0.0 rport 0`,
      );
    });
  }

  answersWith(password: string): void {
    this.#key = iceKey(password);
  }

  add(candidate: string): void {
    const peer = relayedEndpoint(candidate);
    if (peer !== null) void this.#bridge(peer);
  }

  async #bridge(peer: Endpoint): Promise<void> {
    if ('code' in (await this.#relayed)) return;
    const key = formatEndpoint(peer);
    if (this.#bridges.has(key)) return;
    const onBytes = (bytes: Uint8Array) => {
      this.#sentBytes += bytes.length;
      this.#command((nowMs) => this.#client.sendTo(nowMs, peer, bytes));
    };
    const bridge = new LoopbackBridge({ peer, key: () => this.#key, onBytes });
    this.#bridges.set(key, bridge);
    // RFC 8656 §9: nothing of the peer comes through without a permission for its address.
    this.#command((nowMs) => this.#client.createPermission(nowMs, [peer]));
    this.#onPeer(await bridge.open(), peer);
  }

  counters() {
    return { sentBytes: this.#sentBytes, receivedBytes: this.#receivedBytes };
  }

  async close(): Promise<void> {
    for (const bridge of this.#bridges.values()) bridge.close();
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

function relayedEndpoint(candidate: string): Endpoint | null {
  const match = /^(?:a=)?candidate:\S+ 1 udp \d+ (\S+) (\d+) typ relay/i.exec(candidate);
  return match?.[1] === undefined ? null : { address: match[1], port: Number(match[2]) };
}
