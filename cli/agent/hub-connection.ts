/** The WebSocket to the hub: kept up for as long as the agent runs. */
import { WebSocket } from 'ws';
import { type Failure, failure } from '../../contract/failures.ts';
import { type AgentMessage, type HubMessage, hubMessageSchema } from '../../contract/fleet/agent-signal.ts';
import { retryAfterMs } from '../../service/agents/judge/retry.ts';

export interface HubConnectionOptions {
  readonly hub: URL;
  /** As it is at the time. */
  readonly key: () => string;
  readonly onOpen: () => void;
  readonly onMessage: (message: HubMessage) => void;
  /** It tries again after so long. */
  readonly onClosed: (reason: string, againMs: number) => void;
  /** The hub does not want this agent any more; nothing is tried again. */
  readonly onRefused: (cause: Failure) => void;
}

const growth = { firstMs: 1_000, longestMs: 60_000 };
/** The hub pings every fifteen seconds: without a ping the way is dead, whatever the socket believes. */
const silenceMs = 40_000;
const handshakeMs = 10_000;
/** See agent-hub.ts. */
const closeRevoked = 4003;

export class HubConnection {
  readonly #options: HubConnectionOptions;
  #socket: WebSocket | null = null;
  #failures = 0;
  #retry: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: HubConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    const { hub, key, onOpen, onMessage, onRefused } = this.#options;
    const url = new URL('/ws/agents', hub);
    url.protocol = hub.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${key()}` },
      handshakeTimeout: handshakeMs,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    let reason = '';
    socket.on('open', () => {
      this.#listen();
      onOpen();
    });
    socket.on('ping', () => this.#listen());
    socket.on('message', (data) => {
      const message = read(String(data));
      if (message?.type === 'welcome') this.#failures = 0;
      if (message !== null) onMessage(message);
    });
    socket.on('unexpected-response', (_request, response) => {
      reason = `HTTP ${response.statusCode}`;
      if (response.statusCode === 401) {
        this.#stopped = true;
        onRefused(failure('agent-key-invalid'));
      }
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error) => {
      reason ||= error.message;
    });
    socket.on('close', (code, text) => {
      if (this.#silence !== null) clearTimeout(this.#silence);
      if (code === closeRevoked && !this.#stopped) {
        this.#stopped = true;
        onRefused(failure('agent-key-invalid', 'withdrawn'));
      }
      this.#closed(reason || String(text) || `closed with ${code}`);
    });
  }

  /** False: there is no connection, so it was not said. */
  send(message: AgentMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#socket?.close(1000, 'the agent stops');
  }

  #listen(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket?.terminate(), silenceMs).unref();
  }

  #closed(reason: string): void {
    this.#socket = null;
    if (this.#stopped) return;
    this.#failures += 1;
    const againMs = retryAfterMs(this.#failures, growth, Math.random());
    this.#options.onClosed(reason, againMs);
    this.#retry = setTimeout(() => this.start(), againMs);
  }
}

/** Null: from a newer hub, or no message at all. */
function read(text: string): HubMessage | null {
  try {
    return hubMessageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
