/** Nodes within one process: for tests of what is built on a bus, with links that can be cut. */
import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type Bus,
  BusError,
  type BusHeaders,
  type BusState,
  type Heard,
  type RequestOptions,
  type SubscribeOptions,
  type Unsubscribe,
} from '../../service/bus/bus.ts';
import { BusTraffic } from '../../service/bus/bus-traffic.ts';
import type { Ledger } from '../../service/bus/ledger.ts';
import { newNodeId } from '../../service/bus/node-id.ts';
import { StateListeners } from '../../service/bus/state-listeners.ts';
import { LocalLedger } from './local-ledger.ts';
import { fitsSubject } from './subject.ts';

interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly from: string;
  readonly headers: BusHeaders;
}

interface Ear {
  readonly node: LocalBus;
  readonly pattern: string;
  readonly group: string | null;
  /** Its answer, where it answers. */
  readonly take: (letter: Letter) => Promise<string> | undefined;
}

/** What the nodes have in common. */
export class LocalExchange {
  readonly #ears = new Set<Ear>();
  readonly #ledgers = new Map<string, LocalLedger>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  connect(node = newNodeId()): LocalBus {
    return new LocalBus(this, node);
  }

  listen(ear: Ear): Unsubscribe {
    this.#ears.add(ear);
    return () => this.#ears.delete(ear);
  }

  /** Those who hear it now: everybody without a group, and one of each group. */
  earsOf(subject: string): Ear[] {
    const groups = new Set<string>();
    return [...this.#ears].filter(({ node, pattern, group }) => {
      if (node.state !== 'up' || !fitsSubject(pattern, subject)) return false;
      if (group === null) return true;
      const isFirst = !groups.has(`${pattern} ${group}`);
      groups.add(`${pattern} ${group}`);
      return isFirst;
    });
  }

  ledger(name: string): LocalLedger {
    const known = this.#ledgers.get(name) ?? new LocalLedger(this.#nowMs);
    this.#ledgers.set(name, known);
    return known;
  }
}

export class LocalBus implements Bus {
  readonly node: string;
  readonly traffic = new BusTraffic();
  readonly #exchange: LocalExchange;
  readonly #states = new StateListeners();
  readonly #undo = new Set<Unsubscribe>();

  constructor(exchange: LocalExchange, node: string) {
    this.#exchange = exchange;
    this.node = node;
    this.#states.become('up');
  }

  get state(): BusState {
    return this.#states.state;
  }

  /** Cuts this node off, or heals its link. */
  become(state: BusState): void {
    this.#states.become(state);
  }

  onState(listener: (state: BusState) => void): Unsubscribe {
    return this.#states.listen(listener);
  }

  publish(subject: string, message: unknown, headers: BusHeaders = {}): boolean {
    if (this.state !== 'up') {
      this.traffic.drop();
      return false;
    }
    const letter = this.#letter(subject, message, headers);
    for (const ear of this.#exchange.earsOf(subject)) queueMicrotask(() => void ear.take(letter));
    return true;
  }

  subscribe<S extends z.ZodType>(
    subject: string,
    schema: S,
    listener: (heard: Heard<z.output<S>>) => void,
    options: SubscribeOptions = {},
  ): Unsubscribe {
    return this.#listen(subject, options.group ?? null, (letter) => {
      const read = this.traffic.decode(schema, letter.text);
      if (read !== null) listener({ ...letter, message: read.message });
      return undefined;
    });
  }

  serve<S extends z.ZodType>(
    subject: string,
    schema: S,
    answer: (heard: Heard<z.output<S>>) => Promise<unknown>,
    options: SubscribeOptions = {},
  ): Unsubscribe {
    return this.#listen(subject, options.group ?? null, async (letter) => {
      const read = this.traffic.decode(schema, letter.text);
      if (read === null) throw new BusError('failed', 'the request is garbled');
      return this.traffic.encode(await answer({ ...letter, message: read.message }));
    });
  }

  async request<S extends z.ZodType>(
    subject: string,
    message: unknown,
    { reply, timeoutMs, headers = {} }: RequestOptions<S>,
  ): Promise<z.output<S>> {
    if (this.state !== 'up') throw new BusError('away', subject);
    const letter = this.#letter(subject, message, headers);
    const [ear] = this.#exchange.earsOf(subject);
    if (ear === undefined) throw new BusError('nobody', subject);
    const late = new AbortController();
    const text = await Promise.race([
      Promise.resolve(ear.take(letter)).catch((cause: unknown) => {
        throw new BusError('failed', subject, { cause });
      }),
      setTimeout(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]).finally(() => late.abort());
    if (this.state !== 'up' || ear.node.state !== 'up' || text === undefined) {
      throw new BusError('timeout', subject);
    }
    const read = this.traffic.decode(reply, text);
    if (read === null) throw new BusError('garbled', subject);
    return read.message;
  }

  ledger(name: string): Ledger {
    const ledger = this.#exchange.ledger(name);
    const whenUp = async <T>(act: () => Promise<T>): Promise<T> => {
      if (this.state !== 'up') throw new BusError('away', name);
      return act();
    };
    return {
      append: (key, text, options) => whenUp(() => ledger.append(key, text, options)),
      last: (key) => whenUp(() => ledger.last(key)),
      read: (key) => whenUp(() => ledger.read(key)),
      keys: () => whenUp(() => ledger.keys()),
      erase: (key) => whenUp(() => ledger.erase(key)),
    };
  }

  async close(): Promise<void> {
    for (const undo of this.#undo) undo();
    this.#states.become('away');
  }

  #letter(subject: string, message: unknown, headers: BusHeaders): Letter {
    return { subject, text: this.traffic.encode(message), from: this.node, headers };
  }

  #listen(pattern: string, group: string | null, take: Ear['take']): Unsubscribe {
    const undo = this.#exchange.listen({ node: this, pattern, group, take });
    this.#undo.add(undo);
    return undo;
  }
}
