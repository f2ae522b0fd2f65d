/** Some lines at the foot of a terminal that are written again and again. */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';

export class LiveRegion {
  readonly #stream: NodeJS.WriteStream;
  #height = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param lines none wider than the terminal: what wraps would stay behind */
  draw(lines: readonly string[]): void {
    this.clear();
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#height = lines.length;
  }

  clear(): void {
    if (this.#height === 0) return;
    moveCursor(this.#stream, 0, -this.#height);
    cursorTo(this.#stream, 0);
    clearScreenDown(this.#stream);
    this.#height = 0;
  }
}
