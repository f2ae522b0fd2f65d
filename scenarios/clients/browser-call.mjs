/** One end's messages of a call: numbered, at a steady rate, over whichever channel there is at the time. */

/** So long nothing comes before the application takes it for an outage. */
const silentMs = 2_000;
const tickMs = 5;
const padding = '.'.repeat(120);
/** More waits for a path that does not take it; further messages are lost here. */
const mostBuffered = 16_384;

export class CallStream {
  #run;
  #intervalMs;
  #tell;
  #sent = [];
  #received = [];
  #channel = null;
  #timer;
  #nextMs = 0;
  #heardMs = 0;
  #silent = false;

  constructor(run, messagesPerSec, tell) {
    this.#run = run;
    this.#intervalMs = 1_000 / messagesPerSec;
    this.#tell = tell;
  }

  use(channel) {
    this.#channel = channel;
    channel.onmessage = ({ data }) => this.#hear(Number.parseInt(data, 10));
  }

  talk(on) {
    clearInterval(this.#timer);
    if (!on) return;
    this.#nextMs = Date.now();
    this.#heardMs = this.#nextMs;
    this.#timer = setInterval(() => this.#tick(Date.now()), tickMs);
  }

  link(state) {
    this.#tell({ news: 'link', run: this.#run, state });
  }

  tellMessages() {
    this.#tell({ news: 'messages', run: this.#run, sent: this.#sent, received: this.#received });
  }

  #tick(nowMs) {
    for (; this.#nextMs <= nowMs; this.#nextMs += this.#intervalMs) {
      const number = this.#sent.push(nowMs) - 1;
      const channel = this.#channel;
      if (channel?.readyState === 'open' && channel.bufferedAmount < mostBuffered)
        channel.send(`${number} ${padding}`);
    }
    if (this.#silent || nowMs - this.#heardMs < silentMs) return;
    this.#silent = true;
    this.link('silent');
  }

  #hear(number) {
    const nowMs = Date.now();
    this.#received.push([number, nowMs]);
    this.#heardMs = nowMs;
    if (!this.#silent) return;
    this.#silent = false;
    this.link('talking');
  }
}
