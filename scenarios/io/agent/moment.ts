/** Something that happens once, and what waits for it. */
export class Moment {
  readonly #waiting: (() => void)[] = [];
  #hasCome = false;

  get hasCome(): boolean {
    return this.#hasCome;
  }

  /** At once where it has come already. */
  after(action: () => void): void {
    if (this.#hasCome) action();
    else this.#waiting.push(action);
  }

  come(): void {
    this.#hasCome = true;
    for (const action of this.#waiting.splice(0)) action();
  }
}
