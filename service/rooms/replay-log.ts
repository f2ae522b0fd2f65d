/** What one member has been told and has not yet confirmed, so that it can be told again after its socket broke. */
import type { SequencedMessage } from '../../contract/signalling.ts';
import type { LogCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';

type Unnumbered<M> = M extends SequencedMessage ? Omit<M, 'seq'> : never;
export type Telling = Unnumbered<SequencedMessage>;

/** Characters of the fields around an SDP; the others are short. */
const envelopeCharacters = 100;

export class ReplayLog {
  readonly #limits: RoomLimits['kept'];
  #kept: SequencedMessage[] = [];
  #characters = 0;
  #lastSeq = 0;
  /** Everything after this is kept. */
  #forgottenSeq = 0;

  constructor(limits: RoomLimits['kept']) {
    this.#limits = limits;
  }

  static restored(limits: RoomLimits['kept'], { lastSeq, forgottenSeq, kept }: LogCopy): ReplayLog {
    const log = new ReplayLog(limits);
    log.#lastSeq = lastSeq;
    log.#forgottenSeq = forgottenSeq;
    log.#kept = [...kept];
    for (const message of kept) log.#characters += charactersOf(message);
    return log;
  }

  copy(): LogCopy {
    return { lastSeq: this.#lastSeq, forgottenSeq: this.#forgottenSeq, kept: [...this.#kept] };
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Numbers the message and keeps it. Beyond the limits all is forgotten: who was away then begins anew. */
  add(telling: Telling): SequencedMessage {
    this.#lastSeq += 1;
    const message: SequencedMessage = { ...telling, seq: this.#lastSeq };
    this.#kept.push(message);
    this.#characters += charactersOf(message);
    if (this.#kept.length > this.#limits.messages || this.#characters > this.#limits.characters) this.clear();
    return message;
  }

  /** It has all up to `seq`. */
  confirm(seq: number): void {
    const upTo = Math.min(seq, this.#lastSeq);
    if (upTo <= this.#forgottenSeq) return;
    const confirmed = this.#kept.splice(0, upTo - this.#forgottenSeq);
    for (const message of confirmed) this.#characters -= charactersOf(message);
    this.#forgottenSeq = upTo;
  }

  /** What came after `seq`; null: some of it is forgotten, or `seq` was never reached. */
  after(seq: number): readonly SequencedMessage[] | null {
    if (seq < this.#forgottenSeq || seq > this.#lastSeq) return null;
    return this.#kept.slice(seq - this.#forgottenSeq);
  }

  clear(): void {
    this.#kept = [];
    this.#characters = 0;
    this.#forgottenSeq = this.#lastSeq;
  }
}

function charactersOf(message: SequencedMessage): number {
  return envelopeCharacters + ('sdp' in message ? message.sdp.length : 0);
}
