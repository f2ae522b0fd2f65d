/** What epoll_wait(2) tells: who is ready. `struct epoll_event` is packed on x86-64 alone. */

export class ReadyList {
  readonly most: number;
  readonly address: bigint;
  readonly #view: DataView;
  readonly #eventBytes: number;

  /** @param addressOf as for `MessageBlock` */
  constructor(most: number, isPacked: boolean, addressOf: (memory: Uint8Array) => bigint) {
    this.most = most;
    this.#eventBytes = isPacked ? 12 : 16;
    const memory = new Uint8Array(most * this.#eventBytes);
    this.#view = new DataView(memory.buffer);
    this.address = addressOf(memory);
  }

  /** One event at the front, for epoll_ctl(2). @param key what `keyOf` tells of it later */
  write(events: number, key: number): void {
    this.#view.setUint32(0, events, true);
    this.#view.setUint32(this.#eventBytes - 8, key, true);
  }

  keyOf(event: number): number {
    return this.#view.getUint32((event + 1) * this.#eventBytes - 8, true);
  }
}
