/** A process that makes load: takes orders, one at a time, and tells what it counted. */
import type { Preparation, WorkerNews, WorkerOrder } from '../orders.ts';
import { AllocationTask } from './allocation-task.ts';
import { ChurnTask } from './churn-task.ts';
import { HeldTask } from './held-task.ts';
import type { LoadTask } from './load-task.ts';
import { PacketTask } from './packet-task.ts';
import { PeerRequestTask } from './peer-request-task.ts';

function taskOf(preparation: Preparation, sharesThread: boolean): LoadTask {
  switch (preparation.axis) {
    case 'packets':
      return new PacketTask(preparation, sharesThread);
    case 'allocations':
      return new AllocationTask(preparation);
    case 'held':
      return new HeldTask(preparation);
    case 'permissions':
    case 'channels':
      return new PeerRequestTask(preparation);
    case 'churn':
      return new ChurnTask(preparation);
  }
}

export class LoadWorker {
  readonly #tell: (news: WorkerNews) => void;
  readonly #sharesThread: boolean;
  #task: LoadTask | null = null;

  /** @param sharesThread others have work in this thread, and may not wait for ours */
  constructor(tell: (news: WorkerNews) => void, sharesThread: boolean) {
    this.#sharesThread = sharesThread;
    this.#tell = tell;
  }

  async take(order: WorkerOrder): Promise<void> {
    switch (order.kind) {
      case 'prepare': {
        this.#task = taskOf(order.preparation, this.#sharesThread);
        const prepared = await this.#task.prepare();
        if (!prepared.ok) this.#tell({ kind: 'failed', failure: prepared.failure });
        else {
          const { software, engine } = prepared;
          this.#tell({ kind: 'prepared', software, ...(engine === undefined ? {} : { engine }) });
        }
        return;
      }
      case 'step': {
        const count = await this.#task?.step(order);
        if (count !== undefined) this.#tell({ kind: 'counted', count });
        return;
      }
      case 'finish':
        await this.finish();
        this.#tell({ kind: 'finished' });
    }
  }

  /** Stops sending, and gives back what is allocated. */
  async finish(): Promise<void> {
    await this.#task?.finish();
  }

  /** Drops everything at once. */
  close(): void {
    this.#task?.close();
  }
}

/** Nobody waits for what a server does not give back by then. */
const mostFinishMs = 5_000;

/** In a process of its own: ends with the one that started it, however that ends: it stops sending and gives back. */
export function serveLoadOrders(): void {
  const tell = (news: WorkerNews): void => {
    // What nobody hears any more would end this process before it has given back what it holds.
    if (process.connected) process.send?.(news);
  };
  const worker = new LoadWorker(tell, false);
  process.on('disconnect', () => {
    setTimeout(() => process.exit(), mostFinishMs);
    void worker.finish().finally(() => process.exit());
  });
  // Ctrl+C reaches the whole group; when to end is told by the coordinator.
  process.on('SIGINT', () => undefined);
  // The coordinator is this program too.
  process.on('message', (order) => void worker.take(order as WorkerOrder));
}
