/** Copies that a network makes must not fill the place of packets that it lost. */

const places = 1024;

/** Remembers the last 1024 sequence numbers of a flow. */
export class SeenWindow {
  readonly #seen = new Uint32Array(places);

  /** @param sequence from 1 @returns false: it was there before */
  isNew(sequence: number): boolean {
    const place = sequence % places;
    if (this.#seen[place] === sequence) return false;
    this.#seen[place] = sequence;
    return true;
  }
}
