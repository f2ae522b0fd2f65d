/** The service’s side of one room’s process: starts it, passes messages both ways, and says when it has died. */
import type { ChildProcess } from 'node:child_process';
import { forkService, stopChild, whenEnded } from '../../forked.ts';
import { type LinkNews, type RoomOrder, type RoomReport, roomNewsSchema } from '../room-messages.ts';

export interface SfuRoomEvents {
  readonly onNews: (news: LinkNews) => void;
  /** The process has died, or could not start; this room is no more. Not called after `close`. */
  readonly onLost: (reason: string) => void;
}

export class SfuRoom {
  readonly #child: ChildProcess;
  /** Askers for a report, who all get the next one. */
  #asking: ((report: RoomReport | null) => void)[] = [];
  #closed = false;

  /** Throws when the process is not built. */
  constructor({ onNews, onLost }: SfuRoomEvents) {
    const child = forkService('sfu/io/room-process');
    if (child === null) throw new Error('the SFU is not built (npm run build:node)');
    this.#child = child;
    child.on('message', (message) => {
      const news = roomNewsSchema.safeParse(message);
      if (!news.success || this.#closed) return;
      if (news.data.type === 'report') this.#answer(news.data);
      else onNews(news.data);
    });
    whenEnded(child, 'the process of this room’s SFU', (reason) => {
      if (this.#closed) return;
      this.#closed = true;
      this.#answer(null);
      onLost(reason);
    });
  }

  /** Of the room’s process; null before it runs. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  order(order: RoomOrder): void {
    // The callback takes the error of a process that dies meanwhile; its exit is what the room hears of.
    if (!this.#closed && this.#child.connected) this.#child.send(order, () => undefined);
  }

  /** What the room’s process has counted so far; null: it is gone. */
  report(): Promise<RoomReport | null> {
    if (this.#closed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#asking.push(resolve);
      if (this.#asking.length === 1) this.order({ type: 'report' });
    });
  }

  #answer(report: RoomReport | null): void {
    const asking = this.#asking;
    this.#asking = [];
    for (const resolve of asking) resolve(report);
  }

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#answer(null);
    await stopChild(this.#child);
  }
}
