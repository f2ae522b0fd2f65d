/**
 * The service’s side of the echo process: starts it when the first session needs it, starts it anew after it
 * died, and passes messages between it and the sessions.
 */
import type { ChildProcess } from 'node:child_process';
import { forkService, stopChild, whenEnded } from '../forked.ts';
import { type EchoNews, type EchoOrder, echoNewsSchema } from './echo-messages.ts';

/** What a session is told. `lost`: the echo process died or could not start. */
export type EchoListener = (news: EchoNews | { readonly type: 'lost'; readonly reason: string }) => void;

export class EchoPool {
  readonly #listeners = new Map<string, EchoListener>();
  #child: ChildProcess | null = null;

  /** Process id of the running echo process; null while none runs. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Peers that are open. */
  get size(): number {
    return this.#listeners.size;
  }

  /**
   * Starts the process if none runs, so that its start does not count as network time of the first session.
   * False: it is not built.
   */
  warm(): boolean {
    this.#child ??= this.#start();
    return this.#child !== null;
  }

  /** Sends an offer; answers and candidates come to `listener` until `close`. */
  open(order: Extract<EchoOrder, { type: 'offer' }>, listener: EchoListener): void {
    if (!this.warm()) {
      listener({ type: 'lost', reason: 'the echo peer is not built (npm run build:node)' });
      return;
    }
    this.#listeners.set(order.session, listener);
    this.#send(order);
  }

  candidate(session: string, candidate: string, mid: string): void {
    if (this.#listeners.has(session)) this.#send({ type: 'candidate', session, candidate, mid });
  }

  close(session: string): void {
    if (this.#listeners.delete(session)) this.#send({ type: 'close', session });
  }

  /** Ends the echo process; resolves when it is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#listeners.clear();
    if (child !== null) await stopChild(child);
  }

  #send(order: EchoOrder): void {
    // The callback takes the error of a process that dies meanwhile; its exit is what the sessions hear of.
    if (this.#child?.connected === true) this.#child.send(order, () => undefined);
  }

  #start(): ChildProcess | null {
    const child = forkService('rtc/echo-process');
    if (child === null) return null;
    child.on('message', (message) => {
      const news = echoNewsSchema.safeParse(message);
      if (news.success) this.#listeners.get(news.data.session)?.(news.data);
    });
    whenEnded(child, 'the echo process', (reason) => {
      if (this.#child !== child) return;
      this.#child = null;
      const lost = [...this.#listeners.values()];
      this.#listeners.clear();
      for (const listener of lost) listener({ type: 'lost', reason });
    });
    return child;
  }
}
