/**
 * Who did what. An entry is in the store before the thing is done, and is given its outcome before the answer leaves: what
 * cannot be written down is not done. Only while the store is away, and looked after, entries wait for it – rooms and
 * checks go on then – and stand in the service’s log meanwhile.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { AuditEntry } from '../../contract/access/audit.ts';
import type { Who } from '../../contract/access/principal.ts';
import { isStoreAway, RequestFault } from '../fault.ts';
import type { AuditStore } from '../store/access/access-store.ts';

/** Attempts of one kind that are refused within this are one entry: nobody fills the store by being refused. */
const togetherMs = 60_000;
/** Entries that wait for the store at most; further ones are in the service’s log alone. */
const mostWaiting = 1_000;

export interface AuditEvent {
  readonly principal: Who | null;
  readonly operation: string;
  readonly target: string | null;
  readonly requestId: string;
}

export interface AuditLogParts {
  readonly store: Pick<AuditStore, 'put'>;
  readonly now: () => Date;
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>;
}

export class AuditLog {
  readonly #parts: AuditLogParts;
  /** By kind of attempt; refused again since it was written: `isOld`. */
  readonly #refused = new Map<string, { entry: AuditEntry; isOld: boolean }>();
  readonly #waiting = new Map<string, AuditEntry>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#settle(), togetherMs).unref();
  }

  /** Does it, between an entry and its outcome. The reply’s own id is what it was about, where the request names none. */
  async record<T>(event: AuditEvent, act: () => T | Promise<T>): Promise<T> {
    const begun = this.#entryOf(event, null);
    await this.#put(begun);
    try {
      const reply = await act();
      await this.#end({ ...begun, outcome: 'done', target: event.target ?? idIn(reply) });
      return reply;
    } catch (error) {
      await this.#end({ ...begun, outcome: outcomeOf(error) });
      throw error;
    }
  }

  /** Never throws: whoever is refused is refused, whatever becomes of the entry. */
  async refused(event: AuditEvent, outcome: string): Promise<void> {
    const kind = JSON.stringify([event.principal?.id, event.operation, outcome]);
    const known = this.#refused.get(kind);
    if (known !== undefined) {
      known.entry = { ...known.entry, times: known.entry.times + 1 };
      known.isOld = true;
      return;
    }
    const entry = this.#entryOf(event, outcome);
    this.#refused.set(kind, { entry, isOld: false });
    await this.#end(entry);
  }

  /** Writes what it still has to write. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#settle();
  }

  #entryOf({ principal, operation, target, requestId }: AuditEvent, outcome: string | null): AuditEntry {
    const who = principal === null ? null : { kind: principal.kind, id: principal.id, name: principal.name };
    const id = `a${randomBytes(12).toString('base64url')}`;
    return { id, at: this.#parts.now().toISOString(), who, operation, target, outcome, requestId, times: 1 };
  }

  async #end(entry: AuditEntry): Promise<void> {
    try {
      await this.#put(entry);
    } catch (error) {
      this.#parts.log.error({ err: error, audit: entry }, 'the audit log could not be written');
    }
  }

  async #put(entry: AuditEntry): Promise<void> {
    try {
      await this.#parts.store.put(entry);
      this.#waiting.delete(entry.id);
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      this.#parts.log.warn({ audit: entry }, 'an entry of the audit log waits for the store');
      if (this.#waiting.has(entry.id) || this.#waiting.size < mostWaiting) this.#waiting.set(entry.id, entry);
    }
  }

  /** How often attempts were refused since, and what had to wait. */
  async #settle(): Promise<void> {
    const kinds = [...this.#refused.values()];
    this.#refused.clear();
    for (const { entry, isOld } of kinds) if (isOld) await this.#end(entry);
    for (const entry of [...this.#waiting.values()]) {
      await this.#end(entry);
      // It is still away.
      if (this.#waiting.has(entry.id)) return;
    }
  }
}

function outcomeOf(error: unknown): string {
  return error instanceof RequestFault ? error.failure.code : 'harness-fault';
}

/** Of what was made: `{id}`, or `{link: {id}, …}`. */
function idIn(reply: unknown): string | null {
  if (typeof reply !== 'object' || reply === null) return null;
  for (const part of [reply, ...Object.values(reply)]) {
    const id: unknown = typeof part === 'object' && part !== null ? Reflect.get(part, 'id') : undefined;
    if (typeof id === 'string') return id;
  }
  return null;
}
