/** What a packet of the generator carries in its payload, so that whoever receives it knows when it was due. */

/** The first packets through a new channel are tries; they belong to no step. */
export const trialStep = 0;

/** Bytes of the stamp: due time, sequence number, step, token. */
export const stampBytes = 20;

/** Written in place; `at` is where the payload begins. */
export class Stamper {
  readonly #view: DataView;
  readonly #at: number;

  /** @param token of this run: packets of others are no answers to ours */
  constructor(frame: Uint8Array, at: number, token: number) {
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    this.#at = at;
    this.#view.setUint32(at + 16, token);
  }

  write(dueMs: number, sequence: number, step: number): void {
    this.#view.setFloat64(this.#at, dueMs);
    this.#view.setUint32(this.#at + 8, sequence);
    this.#view.setUint32(this.#at + 12, step);
  }
}

/** Reads without making anything: one reader serves all packets of a flow. */
export class StampReader {
  readonly #token: number;
  /** A view on every packet would be an object for every packet. */
  readonly #stamp = new Uint8Array(stampBytes);
  readonly #view = new DataView(this.#stamp.buffer);
  dueMs = 0;
  sequence = 0;
  step = 0;

  constructor(token: number) {
    this.#token = token;
  }

  /** False: no packet of this run. */
  read(bytes: Uint8Array, at: number): boolean {
    if (bytes.length < at + stampBytes) return false;
    for (let i = 0; i < stampBytes; i += 1) this.#stamp[i] = bytes[at + i] ?? 0;
    return this.readFrom(this.#view, 0, stampBytes);
  }

  /** Where there is a view already. @param end of the packet */
  readFrom(view: DataView, at: number, end: number): boolean {
    if (end < at + stampBytes || view.getUint32(at + 16) !== this.#token) return false;
    this.dueMs = view.getFloat64(at);
    this.sequence = view.getUint32(at + 8);
    this.step = view.getUint32(at + 12);
    return true;
  }
}
