/**
 * Entries per key that outlive every node. An entry is taken only from one who knows the last one, so of two who write
 * at the same time one is refused: that is what keeps a node that was cut off from acting on what is not its own any
 * more. With NATS a ledger is a JetStream stream, written to the disks of a majority of its replicas before it answers.
 */
export interface LedgerEntry {
  /** Rises with every entry of the ledger; 0 is before the first. */
  readonly revision: number;
  readonly text: string;
  /** By the clock of whoever keeps the ledger, so that differences hold whichever node wrote. */
  readonly atMs: number;
}

export interface LedgerOptions {
  /** Entries are forgotten after this. */
  readonly keptMs: number;
}

export interface AppendOptions {
  /** Revision of the last entry of the key; 0: it has none. */
  readonly after: number;
  /** All earlier entries of the key go: this one says all. */
  readonly replaces?: boolean;
}

export interface Ledger {
  /**
   * Resolves to the revision once the entry is safe. Rejects with a {@link LedgerConflict} when `after` is not the last
   * one, and with a `BusError` when it is not known what happened: it may be there, or come later.
   */
  append(key: string, text: string, options: AppendOptions): Promise<number>;
  /** Null: the key has none. Never an older one than a resolved append or a conflict has seen. */
  last(key: string): Promise<LedgerEntry | null>;
  /** All of the key, oldest first. */
  read(key: string): Promise<LedgerEntry[]>;
  /** Keys with entries. */
  keys(): Promise<string[]>;
  /** Forgets the key. */
  erase(key: string): Promise<void>;
}

/** Somebody else has written in between. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';

  constructor(key: string, after: number) {
    super(`${key}: ${after} is not its last revision`);
  }
}
