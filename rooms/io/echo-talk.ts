/** Both ends of a data channel ask, and answer what the other asks: `ping N` is answered by `pong N`. */
const fastAsks = 10;
const slowMs = 5_000;

export interface EchoTalkOptions {
  /** Says it to the other end; nothing where the channel is not open. */
  readonly send: (text: string) => void;
  /** An own question came back. */
  readonly onEcho: (rttMs: number) => void;
}

export class EchoTalk {
  readonly #options: EchoTalkOptions;
  #number = 0;
  #sentAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: EchoTalkOptions) {
    this.#options = options;
  }

  /** The channel is open: asks for the first time. */
  begin(): void {
    if (this.#number === 0) this.#ask();
  }

  /** Asks no more. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  hear(text: string): void {
    const ping = /^ping (\d{1,9})$/.exec(text)?.[1];
    if (ping !== undefined) {
      this.#options.send(`pong ${ping}`);
      return;
    }
    if (text !== `pong ${this.#number}`) return;
    this.#options.onEcho(Math.round((performance.now() - this.#sentAtMs) * 10) / 10);
    if (this.#number < fastAsks) this.#ask();
    else this.#timer = setTimeout(() => this.#ask(), slowMs);
  }

  #ask(): void {
    this.#number += 1;
    this.#sentAtMs = performance.now();
    this.#options.send(`ping ${this.#number}`);
  }
}
