/** One client transaction: a request, its transmissions and what came back (RFC 8489 s6.2). Pure. */
import { readUint16 } from './bytes.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from './endpoint.ts';
import { checkFingerprint } from './integrity.ts';
import type { LinkError, Transport } from './machine.ts';
import { type StunMessage, transactionKey } from './message.ts';
import type { TransactionOutcome, TransactionRecord } from './transaction-record.ts';

export interface TransactionSpec {
  /** See {@link TransactionRecord.purpose}. */
  readonly purpose: string;
  readonly transport: Transport;
  readonly to: Endpoint;
  /** The encoded request, sent again unchanged (RFC 8489 s6.2.1). */
  readonly request: Uint8Array;
  readonly transactionId: Uint8Array;
  /** When each transmission goes out, in ms after the start; the first is 0. One entry for streams. */
  readonly scheduleMs: readonly number[];
  /** When silence is final, in ms after the start. */
  readonly giveUpMs: number;
  /**
   * Where an answer may come from. Default: `to` alone, which is what a NAT and a client can rely on. CHANGE-REQUEST
   * tests expect another endpoint of the server.
   */
  readonly acceptFrom?: readonly Endpoint[] | 'any';
}

/** RFC 8489 s6.2.1: RTO 500 ms, doubled each time, Rc 7 transmissions, then Rm 16 times the RTO: 39.5 s in all. */
export function rfc8489Schedule(rtoMs = 500, rc = 7, rm = 16): { scheduleMs: number[]; giveUpMs: number } {
  const scheduleMs: number[] = [];
  let at = 0;
  let gap = rtoMs;
  for (let i = 0; i < rc; i++) {
    scheduleMs.push(at);
    at += gap;
    gap *= 2;
  }
  return { scheduleMs, giveUpMs: (scheduleMs.at(-1) ?? 0) + rm * rtoMs };
}

/** A flood of stray answers must not grow the record. */
const maxNotes = 16;

export class ClientTransaction {
  readonly #spec: TransactionSpec;
  readonly #methodBits: number;
  readonly #key: string;
  readonly #sentMs: number[] = [];
  readonly #notes: string[] = [];
  #droppedNotes = 0;
  #startedMs = 0;
  /** Index of the next transmission in the schedule. */
  #next = 0;
  #local: Endpoint | null = null;
  #outcome: TransactionOutcome = 'pending';
  #from: Endpoint | null = null;
  #receivedMs: number | null = null;
  #rttMs: number | null = null;
  #response: StunMessage | null = null;
  #error: LinkError | null = null;

  constructor(spec: TransactionSpec) {
    this.#spec = spec;
    this.#key = transactionKey(spec.transactionId);
    const type = readUint16(spec.request, 0);
    this.#methodBits = (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
  }

  /** The first transmission. */
  start(nowMs: number, local: Endpoint | null): Uint8Array {
    this.#startedMs = nowMs;
    this.#local = local;
    this.#next = 1;
    this.#sentMs.push(nowMs);
    return this.#spec.request;
  }

  nextDeadlineMs(): number | null {
    if (this.settled || this.#sentMs.length === 0) return null;
    const offset = this.#spec.scheduleMs[this.#next] ?? this.#spec.giveUpMs;
    return this.#startedMs + Math.min(offset, this.#spec.giveUpMs);
  }

  /** Bytes to send again, or null: it was too early, or silence is now final. */
  onDeadline(nowMs: number): Uint8Array | null {
    const deadline = this.nextDeadlineMs();
    if (deadline === null || nowMs < deadline) return null;
    const elapsed = nowMs - this.#startedMs;
    if (elapsed >= this.#spec.giveUpMs) {
      this.#outcome = 'silent';
      return null;
    }
    // A late wake-up sends once, not one for every transmission it slept through.
    while ((this.#spec.scheduleMs[this.#next] ?? Number.POSITIVE_INFINITY) <= elapsed) this.#next++;
    this.#sentMs.push(nowMs);
    return this.#spec.request;
  }

  /** True: this is the answer, and the transaction is settled by it. False: not ours, or ours but not acceptable. */
  onMessage(nowMs: number, from: Endpoint, bytes: Uint8Array, message: StunMessage): boolean {
    if (this.#sentMs.length === 0 || transactionKey(message.transactionId) !== this.#key) return false;
    const objection = this.#objection(from, bytes, message);
    if (objection !== null) {
      this.#note(`${objection} from ${formatEndpoint(from)}, ignored`);
      return false;
    }
    this.#outcome = message.class === 'success' ? 'answered' : 'refused';
    this.#from = from;
    this.#receivedMs = nowMs;
    this.#response = message;
    // Karn: with two requests on their way nobody knows which one the answer belongs to.
    const [sentMs] = this.#sentMs;
    if (this.#sentMs.length === 1 && sentMs !== undefined) this.#rttMs = nowMs - sentMs;
    return true;
  }

  onLinkError(_nowMs: number, error: LinkError): void {
    if (this.settled) return;
    this.#outcome = 'failed';
    this.#error = error;
  }

  get settled(): boolean {
    return this.#outcome !== 'pending';
  }

  get record(): TransactionRecord {
    const { purpose, transport, to } = this.#spec;
    const more = this.#droppedNotes > 0 ? [`${this.#droppedNotes} more notes left out`] : [];
    return {
      purpose,
      transport,
      local: this.#local,
      to,
      sentMs: [...this.#sentMs],
      outcome: this.#outcome,
      from: this.#from,
      receivedMs: this.#receivedMs,
      rttMs: this.#rttMs,
      response: this.#response,
      error: this.#error,
      notes: [...this.#notes, ...more],
    };
  }

  #objection(from: Endpoint, bytes: Uint8Array, message: StunMessage): string | null {
    if (message.class !== 'success' && message.class !== 'error') return `${message.class} with our id`;
    if (message.method !== this.#methodBits) return 'answer to another method';
    if (message.classicCookie !== undefined) return 'answer without the magic cookie';
    if (!this.#mayComeFrom(from)) return 'answer';
    // RFC 8489 s6.3: a message whose FINGERPRINT does not fit is discarded.
    if (checkFingerprint(bytes) === 'invalid') return 'answer with a wrong FINGERPRINT';
    return this.settled ? 'duplicate answer' : null;
  }

  #mayComeFrom(from: Endpoint): boolean {
    const { acceptFrom, to } = this.#spec;
    if (acceptFrom === undefined) return sameEndpoint(from, to);
    return acceptFrom === 'any' || acceptFrom.some((endpoint) => sameEndpoint(from, endpoint));
  }

  #note(text: string): void {
    if (this.#notes.length < maxNotes) this.#notes.push(text);
    else this.#droppedNotes++;
  }
}
