/** Both ends of a data channel ask, and answer what the other asks: `ping N` is answered by `pong N`. */
const fastAsks = 10;
const slowMs = 5_000;

export class EchoTalk {
  readonly #channel: RTCDataChannel;
  readonly #onEcho: (rttMs: number) => void;
  #number = 0;
  #sentAtMs = 0;

  /** @param onEcho an own question came back */
  constructor(channel: RTCDataChannel, onEcho: (rttMs: number) => void) {
    this.#channel = channel;
    this.#onEcho = onEcho;
    channel.addEventListener('message', ({ data }) => this.#hear(String(data)));
    if (channel.readyState === 'open') this.#ask();
    else channel.addEventListener('open', () => this.#ask(), { once: true });
  }

  #hear(text: string): void {
    const ping = /^ping (\d{1,9})$/.exec(text)?.[1];
    if (ping !== undefined) {
      this.#send(`pong ${ping}`);
      return;
    }
    if (text !== `pong ${this.#number}`) return;
    this.#onEcho(Math.round((performance.now() - this.#sentAtMs) * 10) / 10);
    if (this.#number < fastAsks) this.#ask();
    else setTimeout(() => this.#ask(), slowMs);
  }

  #ask(): void {
    this.#number += 1;
    this.#sentAtMs = performance.now();
    this.#send(`ping ${this.#number}`);
  }

  #send(text: string): void {
    if (this.#channel.readyState === 'open') this.#channel.send(text);
  }
}
