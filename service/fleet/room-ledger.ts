/** What the machine wants of the ledger, and what the ledger says to it. */
import type { FastifyBaseLogger } from 'fastify';
import type { Bus } from '../bus/bus.ts';
import { type Ledger, LedgerConflict, type LedgerEntry } from '../bus/ledger.ts';
import type { FleetEffect, FleetInput } from './desk/fleet-traffic.ts';
import { type KeptEntry, roomEntrySchema } from './desk/room-entry.ts';

/** No room lives longer than a day. */
const keptMs = 26 * 3_600_000;

/** While the ledger is silent, each of its rooms finds out several times a second. */
const complainEveryMs = 5_000;

type LedgerEffect = Extract<FleetEffect, { kind: 'append' | 'read' | 'last' | 'list' | 'erase' }>;

export interface RoomLedgerOptions {
  readonly bus: Bus;
  readonly feed: (input: FleetInput) => void;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly onUnanswered: () => void;
}

export class RoomLedger {
  readonly #ledger: Ledger;
  readonly #feed: (input: FleetInput) => void;
  readonly #log: Pick<FastifyBaseLogger, 'warn'>;
  readonly #onUnanswered: () => void;
  #complainedMs = Number.NEGATIVE_INFINITY;

  constructor({ bus, feed, log, onUnanswered }: RoomLedgerOptions) {
    this.#ledger = bus.ledger('rooms', { keptMs });
    this.#feed = feed;
    this.#log = log;
    this.#onUnanswered = onUnanswered;
  }

  /** Never rejects. */
  async carryOut(effect: LedgerEffect): Promise<void> {
    switch (effect.kind) {
      case 'append':
        return await this.#append(effect);
      case 'read': {
        const { room } = effect;
        const entries = await this.#ask(room, () => this.#ledger.read(room), null);
        this.#feed({ kind: 'read', room, entries: entries === null ? null : allKept(entries) });
        return;
      }
      case 'last': {
        const { room } = effect;
        const last = await this.#ask(room, () => this.#ledger.last(room), 'unsure' as const);
        if (last === null) this.#feed({ kind: 'last', room, last: 'none' });
        else this.#feed({ kind: 'last', room, last: last === 'unsure' ? last : (keptOf(last) ?? 'unsure') });
        return;
      }
      case 'list': {
        const rooms = await this.#ask('all rooms', () => this.#ledger.keys(), []);
        this.#feed({ kind: 'listed', rooms });
        return;
      }
      case 'erase':
        await this.#ask(effect.room, () => this.#ledger.erase(effect.room), undefined);
    }
  }

  async #append({ room, entry, after, replaces }: Extract<LedgerEffect, { kind: 'append' }>): Promise<void> {
    try {
      const revision = await this.#ledger.append(room, JSON.stringify(entry), { after, replaces });
      this.#feed({ kind: 'appended', room, entry: entry.id, revision });
    } catch (error) {
      const problem = error instanceof LedgerConflict ? 'conflict' : 'unsure';
      if (problem === 'unsure') this.#complain(room, error);
      this.#feed({ kind: 'unappended', room, entry: entry.id, problem });
    }
  }

  async #ask<T, E>(about: string, ask: () => Promise<T>, otherwise: E): Promise<T | E> {
    try {
      return await ask();
    } catch (error) {
      this.#complain(about, error);
      return otherwise;
    }
  }

  #complain(about: string, error: unknown): void {
    this.#onUnanswered();
    const nowMs = performance.now();
    if (nowMs - this.#complainedMs < complainEveryMs) return;
    this.#complainedMs = nowMs;
    this.#log.warn({ room: about, err: error }, 'the ledger of rooms does not answer');
  }
}

/** Null: one of them is of another release. */
function allKept(entries: readonly LedgerEntry[]): KeptEntry[] | null {
  const kept = entries.map(keptOf);
  return kept.every((each) => each !== null) ? kept : null;
}

function keptOf({ revision, text, atMs }: LedgerEntry): KeptEntry | null {
  const parsed = roomEntrySchema.safeParse(JSON.parse(text));
  return parsed.success ? { revision, entry: parsed.data, ageMs: Math.max(0, Date.now() - atMs) } : null;
}
