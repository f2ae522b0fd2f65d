/** One end's messages of a call: numbered, at a steady rate, over whichever connection there is at the time. */
import type { DataChannel } from 'node-datachannel';
import type { LabAgentNewsInput, LabLinkState } from '../../../contract/lab-agent.ts';

/** So long nothing comes before the application takes it for an outage. */
const silentMs = 2_000;
const tickMs = 5;
/** Two messages of Opus; what counts is that they come. */
const padding = '.'.repeat(120);
/** More waits for a path that does not take it; further messages are lost here. */
const mostBuffered = 16_384;

export class CallStream {
  readonly #run: number;
  readonly #intervalMs: number;
  readonly #tell: (news: LabAgentNewsInput) => void;
  readonly #sent: number[] = [];
  readonly #received: [number, number][] = [];
  #channel: DataChannel | null = null;
  #timer: NodeJS.Timeout | undefined;
  #nextMs = 0;
  #heardMs = 0;
  #silent = false;

  constructor(run: number, messagesPerSec: number, tell: (news: LabAgentNewsInput) => void) {
    this.#run = run;
    this.#intervalMs = 1_000 / messagesPerSec;
    this.#tell = tell;
  }

  /** From now on over this channel; the one before is of a connection that was given up. */
  use(channel: DataChannel): void {
    this.#channel = channel;
    channel.onMessage((message) => this.#hear(Number.parseInt(String(message), 10)));
  }

  talk(on: boolean): void {
    clearInterval(this.#timer);
    if (!on) return;
    this.#nextMs = Date.now();
    this.#heardMs = this.#nextMs;
    this.#timer = setInterval(() => this.#tick(Date.now()), tickMs);
  }

  link(state: LabLinkState): void {
    this.#tell({ news: 'link', run: this.#run, state });
  }

  tellMessages(): void {
    this.#tell({ news: 'messages', run: this.#run, sent: this.#sent, received: this.#received });
  }

  #tick(nowMs: number): void {
    for (; this.#nextMs <= nowMs; this.#nextMs += this.#intervalMs) this.#send(nowMs);
    if (this.#silent || nowMs - this.#heardMs < silentMs) return;
    this.#silent = true;
    this.link('silent');
  }

  #send(nowMs: number): void {
    const number = this.#sent.push(nowMs) - 1;
    const channel = this.#channel;
    try {
      if (channel?.isOpen() && channel.bufferedAmount() < mostBuffered)
        channel.sendMessage(`${number} ${padding}`);
    } catch {
      // The connection is gone, and the message with it.
    }
  }

  #hear(number: number): void {
    const nowMs = Date.now();
    this.#received.push([number, nowMs]);
    this.#heardMs = nowMs;
    if (!this.#silent) return;
    this.#silent = false;
    this.link('talking');
  }
}
