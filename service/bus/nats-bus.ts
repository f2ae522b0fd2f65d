/** The bus over NATS: core subjects for what is said now, JetStream for ledgers. */
import {
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  headers as newHeaders,
  type Subscription,
} from '@nats-io/transport-node';
import type { z } from 'zod';
import {
  type Bus,
  BusError,
  type BusHeaders,
  type BusState,
  type Heard,
  type OnBusProblem,
  type RequestOptions,
  type SubscribeOptions,
  type Unsubscribe,
} from './bus.ts';
import { BusTraffic } from './bus-traffic.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';
import { NatsLink } from './nats-connection.ts';
import { NatsLedger } from './nats-ledger.ts';
import type { NatsTarget } from './nats-target.ts';
import { newNodeId } from './node-id.ts';
import { StateListeners } from './state-listeners.ts';

/** Which node said it. */
const nodeHeader = 'polynya-node';
/** The answer is that it failed. */
const failedHeader = 'polynya-failed';

/** Wanted from the first connection on, and on every later one. */
interface Wanted {
  readonly subject: string;
  readonly group: string | null;
  readonly take: (message: Msg) => void;
  live: Subscription | null;
}

export class NatsBus implements Bus {
  readonly node = newNodeId();
  readonly traffic = new BusTraffic();
  readonly #states = new StateListeners();
  readonly #target: NatsTarget;
  readonly #onProblem: OnBusProblem;
  readonly #wanted = new Set<Wanted>();
  readonly #ledgers = new Map<string, NatsLedger>();
  readonly #link: NatsLink;
  #connection: NatsConnection | null = null;

  constructor(target: NatsTarget, onProblem: OnBusProblem) {
    this.#target = target;
    this.#onProblem = onProblem;
    this.#link = new NatsLink(target, `polynya ${this.node}`, {
      onConnection: (connection) => {
        this.#connection = connection;
        for (const wanted of this.#wanted) this.#listen(connection, wanted);
      },
      onState: (state) => this.#states.become(state),
      onFailure: (cause) => onProblem(cause.message, cause),
    });
  }

  get state(): BusState {
    return this.#states.state;
  }

  onState(listener: (state: BusState) => void): Unsubscribe {
    return this.#states.listen(listener);
  }

  /** For what is built on JetStream itself. Throws a {@link BusError} while there is no connection. */
  connection(): NatsConnection {
    const connection = this.#connection;
    if (connection === null || this.state !== 'up') throw new BusError('away', 'no connection to NATS');
    return connection;
  }

  publish(subject: string, message: unknown, headers: BusHeaders = {}): boolean {
    // The library would keep it for later, without an end.
    if (this.#connection === null || this.state !== 'up') {
      this.traffic.drop();
      return false;
    }
    const text = this.traffic.encode(message);
    this.#connection.publish(subject, text, { headers: this.#marks(headers) });
    return true;
  }

  subscribe<S extends z.ZodType>(
    subject: string,
    schema: S,
    listener: (heard: Heard<z.output<S>>) => void,
    options: SubscribeOptions = {},
  ): Unsubscribe {
    return this.#want(subject, options, (message) => {
      const read = this.traffic.decode(schema, message.string());
      if (read !== null) listener(heardOf(message, read.message));
    });
  }

  serve<S extends z.ZodType>(
    subject: string,
    schema: S,
    answer: (heard: Heard<z.output<S>>) => Promise<unknown>,
    options: SubscribeOptions = {},
  ): Unsubscribe {
    const reply = async (message: Msg): Promise<void> => {
      const marks = this.#marks({});
      const read = this.traffic.decode(schema, message.string());
      let text = '';
      try {
        if (read === null) throw new BusError('garbled', subject);
        text = this.traffic.encode(await answer(heardOf(message, read.message)));
      } catch (error) {
        marks.set(failedHeader, '1');
        this.#onProblem(`${subject}: ${error instanceof Error ? error.message : String(error)}`, null);
      }
      if (this.state === 'up') message.respond(text, { headers: marks });
    };
    return this.#want(subject, options, (message) => void reply(message));
  }

  async request<S extends z.ZodType>(
    subject: string,
    message: unknown,
    { reply, timeoutMs, headers = {} }: RequestOptions<S>,
  ): Promise<z.output<S>> {
    const connection = this.connection();
    const text = this.traffic.encode(message);
    let answer: Msg;
    try {
      answer = await connection.request(subject, text, { timeout: timeoutMs, headers: this.#marks(headers) });
    } catch (error) {
      throw new BusError(problemOf(error), subject, { cause: error });
    }
    if (answer.headers?.has(failedHeader) === true) throw new BusError('failed', subject);
    const read = this.traffic.decode(reply, answer.string());
    if (read === null) throw new BusError('garbled', subject);
    return read.message;
  }

  ledger(name: string, { keptMs }: LedgerOptions): Ledger {
    const known = this.#ledgers.get(name);
    if (known !== undefined) return known;
    const { replicas } = this.#target;
    const made = new NatsLedger({ name, keptMs, replicas, connection: () => this.connection() });
    this.#ledgers.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    await this.#link.close();
    this.#states.become('away');
  }

  #want(subject: string, { group = null }: { group?: string | null }, take: Wanted['take']): Unsubscribe {
    const wanted: Wanted = { subject, group, take, live: null };
    this.#wanted.add(wanted);
    if (this.#connection !== null && !this.#connection.isClosed()) this.#listen(this.#connection, wanted);
    return () => {
      this.#wanted.delete(wanted);
      if (wanted.live?.isClosed() === false) wanted.live.unsubscribe();
      wanted.live = null;
    };
  }

  #listen(connection: NatsConnection, wanted: Wanted): void {
    const { subject, group, take } = wanted;
    wanted.live = connection.subscribe(subject, {
      ...(group !== null && { queue: group }),
      callback: (error, message) => {
        if (error === null) take(message);
        else this.#onProblem(`${subject}: ${error.message}`, null);
      },
    });
  }

  #marks(headers: BusHeaders): MsgHdrs {
    const marks = newHeaders();
    for (const [name, value] of Object.entries(headers)) marks.set(name, value);
    marks.set(nodeHeader, this.node);
    return marks;
  }
}

function heardOf<M>({ subject, headers }: Msg, message: M): Heard<M> {
  const names = headers?.keys() ?? [];
  const all = Object.fromEntries(names.map((name) => [name.toLowerCase(), headers?.get(name) ?? '']));
  const { [nodeHeader]: from = '', ...rest } = all;
  return { message, subject, from, headers: rest };
}

function problemOf(error: unknown): 'nobody' | 'timeout' | 'failed' {
  if (error instanceof errors.NoRespondersError) return 'nobody';
  if (error instanceof errors.RequestError && error.isNoResponders()) return 'nobody';
  return error instanceof errors.TimeoutError ? 'timeout' : 'failed';
}
