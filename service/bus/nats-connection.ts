/**
 * The connection to NATS: made in the background, kept for ever. While there is none, the service goes on; a server
 * that is gone is noticed within a few seconds, and the next one is tried at once.
 */
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { type Failure, failure } from '../../contract/failures.ts';
import { settleWithin } from '../settle-within.ts';
import type { BusState } from './bus.ts';
import { natsFailure } from './nats-failure.ts';
import type { NatsTarget } from './nats-target.ts';
import { peekNats } from './peek-nats.ts';

/** Waits between two attempts: doubled up to the longest, half of it random, so that nodes do not come all at once. */
const shortestWaitMs = 100;
const longestWaitMs = 2_000;
/** A server that has not answered so many pings, so far apart, is gone. */
const pingMs = 1_000;
const pingsUnanswered = 2;
const connectMs = 3_000;
/** What `close` gives to messages that are still on their way. */
const drainMs = 1_000;

export interface ConnectionEvents {
  readonly onConnection: (connection: NatsConnection) => void;
  readonly onState: (state: BusState) => void;
  /** Why there is no connection; holds no secret. */
  readonly onFailure: (cause: Failure) => void;
}

export class NatsLink {
  readonly #options: NodeConnectionOptions & { readonly servers: readonly string[] };
  readonly #events: ConnectionEvents;
  #connection: NatsConnection | null = null;
  #failures = 0;
  #wake: (() => void) | null = null;
  #isClosed = false;
  readonly #done: Promise<void>;

  constructor(target: NatsTarget, name: string, events: ConnectionEvents) {
    this.#events = events;
    this.#options = {
      ...connectionOptions(target),
      name,
      reconnectDelayHandler: () => this.#waitMs(),
    };
    this.#done = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    const connection = this.#connection;
    if (connection !== null && !connection.isClosed()) {
      await settleWithin([connection.drain()], drainMs);
      await connection.close();
    }
    await this.#done;
  }

  /** The first connection is ours to try for; later ones are the library’s. */
  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const connection = await connect(this.#options);
        if (this.#isClosed) {
          await connection.close();
          return;
        }
        await this.#keep(connection);
      } catch (error) {
        this.#events.onFailure(await this.#whyNot(error));
      }
      if (!this.#isClosed) await this.#pause(this.#waitMs());
    }
  }

  /** Resolves when the library has given it up, which it does only when it is told to. */
  async #keep(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    this.#failures = 0;
    this.#events.onConnection(connection);
    this.#events.onState('up');
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#events.onState('away');
      else if (status.type === 'reconnect') {
        this.#failures = 0;
        this.#events.onState('up');
      } else if (status.type === 'error') this.#events.onFailure(natsFailure(status.error));
    }
    this.#connection = null;
    this.#events.onState('away');
    const reason = await connection.closed();
    if (reason instanceof Error && !this.#isClosed) this.#events.onFailure(natsFailure(reason));
  }

  /**
   * In TLS 1.3 a server refuses the certificate of a client after the handshake (RFC 8446 §4.4.2.4), which the library takes
   * for silence; what the server wants it says to everybody.
   */
  async #whyNot(error: unknown): Promise<Failure> {
    const cause = natsFailure(error);
    const [server] = this.#options.servers;
    if (cause.code !== 'bus-unreachable' || this.#options.tls === undefined || server === undefined)
      return cause;
    const info = await peekNats(server);
    return info?.tls_verify === true ? failure('bus-certificate-wanted', server) : cause;
  }

  #waitMs(): number {
    const fullMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    return fullMs / 2 + (fullMs / 2) * Math.random();
  }

  async #pause(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}

function connectionOptions({ servers, tls, user, password, token, credentials }: NatsTarget) {
  const wantsTls = tls !== null || servers.some((server) => server.startsWith('tls:'));
  const files = {
    ...(tls?.ca != null && { caFile: tls.ca }),
    ...(tls?.cert != null && { certFile: tls.cert }),
    ...(tls?.key != null && { keyFile: tls.key }),
  };
  return {
    servers: [...servers],
    timeout: connectMs,
    maxReconnectAttempts: -1,
    pingInterval: pingMs,
    maxPingOut: pingsUnanswered,
    // A password that is changed while the service runs may be wrong for a while.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(wantsTls && { tls: files }),
    ...(user !== null && { user, ...(password !== null && { pass: password }) }),
    ...(token !== null && { token }),
    ...(credentials !== null && { authenticator: authenticatorOf(credentials) }),
  } satisfies NodeConnectionOptions;
}

/** A `.creds` file has a JWT and a seed, each between two lines of dashes; a file of an nkey has the seed alone. */
function authenticatorOf(credentials: Uint8Array) {
  const text = Buffer.from(credentials).toString('utf8');
  if (text.includes('-----')) return credsAuthenticator(credentials);
  return nkeyAuthenticator(Buffer.from(text.trim()));
}
