/**
 * A ledger as a JetStream stream: one subject per key. The server takes an entry only when the last one of its subject
 * is the one that the writer knows (`Nats-Expected-Last-Subject-Sequence`), and answers when a majority of the replicas
 * has it.
 */
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
} from '@nats-io/jetstream';
import { headers, type NatsConnection, nanos } from '@nats-io/transport-node';
import { BusError } from './bus.ts';
import {
  type AppendOptions,
  type Ledger,
  LedgerConflict,
  type LedgerEntry,
  type LedgerOptions,
} from './ledger.ts';

/** Replicas of every entry where the servers are a cluster. */
const clusterReplicas = 3;
const answerMs = 2_000;

interface Opened {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

export interface NatsLedgerOptions extends LedgerOptions {
  readonly name: string;
  /** Null: three in a cluster, one without. */
  readonly replicas: number | null;
  /** Throws a {@link BusError} while there is no connection. */
  readonly connection: () => NatsConnection;
}

export class NatsLedger implements Ledger {
  readonly #options: NatsLedgerOptions;
  readonly #stream: string;
  readonly #prefix: string;
  #opened: { readonly connection: NatsConnection; readonly parts: Promise<Opened> } | null = null;

  constructor(options: NatsLedgerOptions) {
    this.#options = options;
    this.#stream = `POLYNYA_${options.name.toUpperCase()}`;
    this.#prefix = `polynya.ledger.${options.name}.`;
  }

  append(key: string, text: string, { after, replaces = false }: AppendOptions): Promise<number> {
    return this.#with(async ({ client }) => {
      const marks = headers();
      // Takes the place of all earlier ones of its subject, in one step.
      if (replaces) marks.set('Nats-Rollup', 'sub');
      try {
        const { seq } = await client.publish(this.#prefix + key, text, {
          headers: marks,
          timeout: answerMs,
          expect: { streamName: this.#stream, lastSubjectSequence: after },
        });
        return seq;
      } catch (error) {
        if (isConflict(error)) throw new LedgerConflict(key, after);
        throw error;
      }
    });
  }

  last(key: string): Promise<LedgerEntry | null> {
    return this.#with(async ({ manager }) => {
      // Asked of the leader of the stream: any other replica may be behind.
      const found = await manager.streams.getMessage(this.#stream, { last_by_subj: this.#prefix + key });
      return found === null ? null : entryOf(found);
    });
  }

  read(key: string): Promise<LedgerEntry[]> {
    return this.#with(async ({ manager }) => {
      const entries: LedgerEntry[] = [];
      const next = { seq: 1, next_by_subj: this.#prefix + key };
      for (;;) {
        const found = await manager.streams.getMessage(this.#stream, next);
        if (found === null) return entries;
        entries.push(entryOf(found));
        next.seq = found.seq + 1;
      }
    });
  }

  keys(): Promise<string[]> {
    return this.#with(async ({ manager }) => {
      const { state } = await manager.streams.info(this.#stream, { subjects_filter: `${this.#prefix}>` });
      return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(this.#prefix.length));
    });
  }

  erase(key: string): Promise<void> {
    return this.#with(async ({ manager }) => {
      await manager.streams.purge(this.#stream, { filter: this.#prefix + key });
    });
  }

  async #with<T>(act: (parts: Opened) => Promise<T>): Promise<T> {
    const connection = this.#options.connection();
    try {
      return await act(await this.#parts(connection));
    } catch (error) {
      if (error instanceof LedgerConflict || error instanceof BusError) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      const isRefusal = error instanceof JetStreamApiError;
      throw new BusError(isRefusal ? 'failed' : 'timeout', `${this.#stream}: ${detail}`, { cause: error });
    }
  }

  /** Makes the stream where it is not there; where that fails the next one tries again. */
  #parts(connection: NatsConnection): Promise<Opened> {
    if (this.#opened?.connection === connection) return this.#opened.parts;
    const parts = this.#open(connection);
    this.#opened = { connection, parts };
    parts.catch(() => {
      if (this.#opened?.parts === parts) this.#opened = null;
    });
    return parts;
  }

  async #open(connection: NatsConnection): Promise<Opened> {
    const options = { timeout: answerMs };
    const manager = await jetstreamManager(connection, { ...options, checkAPI: false });
    try {
      await manager.streams.info(this.#stream);
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound)
        throw error;
      const isCluster = connection.info?.cluster !== undefined;
      await manager.streams.add({
        name: this.#stream,
        subjects: [`${this.#prefix}>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        num_replicas: this.#options.replicas ?? (isCluster ? clusterReplicas : 1),
        max_age: nanos(this.#options.keptMs),
        allow_rollup_hdrs: true,
      });
    }
    return { client: jetstream(connection, options), manager };
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence;
}

function entryOf(found: StoredMsg): LedgerEntry {
  return { revision: found.seq, text: found.string(), atMs: found.time.getTime() };
}
