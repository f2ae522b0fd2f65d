/** A ledger in memory: what the one of NATS does, as long as the process lives. */
import {
  type AppendOptions,
  type Ledger,
  LedgerConflict,
  type LedgerEntry,
} from '../../service/bus/ledger.ts';

export class LocalLedger implements Ledger {
  readonly #entries = new Map<string, LedgerEntry[]>();
  readonly #nowMs: () => number;
  #revision = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async append(key: string, text: string, { after, replaces = false }: AppendOptions): Promise<number> {
    const known = this.#entries.get(key) ?? [];
    if ((known.at(-1)?.revision ?? 0) !== after) throw new LedgerConflict(key, after);
    this.#revision += 1;
    const entry = { revision: this.#revision, text, atMs: this.#nowMs() };
    this.#entries.set(key, replaces ? [entry] : [...known, entry]);
    return entry.revision;
  }

  async last(key: string): Promise<LedgerEntry | null> {
    return this.#entries.get(key)?.at(-1) ?? null;
  }

  async read(key: string): Promise<LedgerEntry[]> {
    return [...(this.#entries.get(key) ?? [])];
  }

  async keys(): Promise<string[]> {
    return [...this.#entries.keys()];
  }

  async erase(key: string): Promise<void> {
    this.#entries.delete(key);
  }
}
