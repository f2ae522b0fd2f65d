/** All workers of a load, asked together. */
import type { WorkerNews, WorkerOrder } from '../orders.ts';
import type { OpenWorker, WorkerLink } from './worker-link.ts';

interface Member {
  readonly link: WorkerLink;
  isGone: boolean;
  /** What it has been asked for; null: nothing. */
  waiting: {
    readonly kinds: readonly WorkerNews['kind'][];
    readonly settle: (news: WorkerNews | null) => void;
  } | null;
}

export class Crew {
  readonly #members: Member[];

  constructor(open: OpenWorker, size: number) {
    this.#members = Array.from({ length: size }, () => {
      const member: Member = {
        link: open({
          onNews: (news) => {
            if (member.waiting?.kinds.includes(news.kind)) member.waiting.settle(news);
          },
          onEnd: () => {
            member.isGone = true;
            member.waiting?.settle(null);
          },
        }),
        isGone: false,
        waiting: null,
      };
      return member;
    });
  }

  /** What each of them answers; null: it is gone, or did not answer in time. */
  ask(
    orderFor: (worker: number) => WorkerOrder,
    kinds: readonly WorkerNews['kind'][],
    patienceMs: number,
  ): Promise<(WorkerNews | null)[]> {
    return Promise.all(
      this.#members.map(
        (member, worker) =>
          new Promise<WorkerNews | null>((resolve) => {
            if (member.isGone) {
              resolve(null);
              return;
            }
            const timer = setTimeout(() => member.waiting?.settle(null), patienceMs);
            // A question that is still open is answered by nobody any more.
            member.waiting?.settle(null);
            member.waiting = {
              kinds,
              settle: (news) => {
                clearTimeout(timer);
                member.waiting = null;
                resolve(news);
              },
            };
            member.link.order(orderFor(worker));
          }),
      ),
    );
  }

  kill(): void {
    for (const { link } of this.#members) link.kill();
  }
}
