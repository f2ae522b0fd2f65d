/**
 * How service nodes talk to each other: messages that reach whoever listens at the moment, questions with one answer,
 * and ledgers, which keep. One implementation speaks NATS (nats-bus.ts); tests also connect nodes within a process
 * (test/bus/). All that comes in is JSON that a zod schema has accepted; what no schema accepts is counted and dropped.
 */
import type { z } from 'zod';
import type { Failure } from '../../contract/failures.ts';
import type { BusTraffic } from './bus-traffic.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';

/** away: not connected just now; it comes back by itself. */
export type BusState = 'up' | 'away';

/** What goes with a message besides itself, such as the W3C `traceparent`. Names in lower case. */
export type BusHeaders = Readonly<Record<string, string>>;

export interface Heard<M> {
  readonly message: M;
  readonly subject: string;
  /** The node that said it; one hears oneself as well. */
  readonly from: string;
  readonly headers: BusHeaders;
}

export interface RequestOptions<S extends z.ZodType> {
  readonly reply: S;
  readonly timeoutMs: number;
  readonly headers?: BusHeaders;
}

export interface SubscribeOptions {
  /** Of all with the same group one hears each message; absent: everybody hears all. */
  readonly group?: string;
}

/** For the log; holds no secret. `cause`: why there is no connection, and what mends it; null: it is about one message. */
export type OnBusProblem = (problem: string, cause: Failure | null) => void;

/** Takes it back; later calls do nothing. */
export type Unsubscribe = () => void;

/** Subjects are those of NATS: tokens with dots between, `*` stands for one token, `>` at the end for all that follow. */
export interface Bus {
  /** Id of this node, made anew at each start, so that a process that came back is not taken for the one that died. */
  readonly node: string;
  readonly state: BusState;
  readonly traffic: BusTraffic;
  /** The listener is not called for the state that is. */
  onState(listener: (state: BusState) => void): Unsubscribe;
  /**
   * Reaches whoever listens now, at most once, in the order of this node. False: the bus is away, and nothing is kept
   * for later.
   */
  publish(subject: string, message: unknown, headers?: BusHeaders): boolean;
  subscribe<S extends z.ZodType>(
    subject: string,
    schema: S,
    listener: (heard: Heard<z.output<S>>) => void,
    options?: SubscribeOptions,
  ): Unsubscribe;
  /** Answers requests. Where `answer` rejects, the other end learns that it failed, and no more. */
  serve<S extends z.ZodType>(
    subject: string,
    schema: S,
    answer: (heard: Heard<z.output<S>>) => Promise<unknown>,
    options?: SubscribeOptions,
  ): Unsubscribe;
  /** Rejects with a {@link BusError}. */
  request<S extends z.ZodType>(
    subject: string,
    message: unknown,
    options: RequestOptions<S>,
  ): Promise<z.output<S>>;
  /** One per name; made where it is not there yet, as soon as it is first used. */
  ledger(name: string, options: LedgerOptions): Ledger;
  /** Says what is still to be said, and ends. */
  close(): Promise<void>;
}

/**
 * away: there is no connection · nobody: no one listens, known at once · timeout: no answer, whatever happened there ·
 * garbled: the answer is none that we know · failed: the other end, or the server of the bus, says so.
 */
export type BusProblem = 'away' | 'nobody' | 'timeout' | 'garbled' | 'failed';

export class BusError extends Error {
  override readonly name = 'BusError';
  readonly problem: BusProblem;

  constructor(problem: BusProblem, detail: string, options?: ErrorOptions) {
    super(`bus: ${problem}: ${detail}`, options);
    this.problem = problem;
  }
}
