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

/** Reads without making an object: one reader serves all packets of a worker. */
export class StampReader {
  readonly #token: number;
  dueMs = 0;
  sequence = 0;
  step = 0;

  constructor(token: number) {
    this.#token = token;
  }

  /** False: no packet of this run. */
  read(bytes: Uint8Array, at: number): boolean {
    if (bytes.length < at + stampBytes) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (view.getUint32(at + 16) !== this.#token) return false;
    this.dueMs = view.getFloat64(at);
    this.sequence = view.getUint32(at + 8);
    this.step = view.getUint32(at + 12);
    return true;
  }
}
