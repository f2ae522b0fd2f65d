/** A worker as its coordinator sees it. */
import { fork } from 'node:child_process';
import type { WorkerNews, WorkerOrder } from '../orders.ts';
import { LoadWorker } from './load-worker.ts';

export interface WorkerLink {
  order(order: WorkerOrder): void;
  /** At once; what it holds at the server ends with its lifetime. */
  kill(): void;
}

export interface WorkerEvents {
  readonly onNews: (news: WorkerNews) => void;
  /** It is gone, told or not. */
  readonly onEnd: () => void;
}

export type OpenWorker = (events: WorkerEvents) => WorkerLink;

/** @param program the built command; it is started as `PROGRAM turn load-worker` */
export function forkWorkers(program: string): OpenWorker {
  return ({ onNews, onEnd }) => {
    const child = fork(program, ['turn', 'load-worker'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    // What started it is this program: it tells nothing else.
    child.on('message', (message) => onNews(message as WorkerNews));
    child.once('exit', onEnd);
    child.once('error', onEnd);
    return {
      order: (order) => {
        if (child.connected) child.send(order);
      },
      kill: () => child.kill('SIGKILL'),
    };
  };
}

/** In this process: for programs that embed the generator, and for tests. */
export const workersInProcess: OpenWorker = ({ onNews, onEnd }) => {
  const worker = new LoadWorker(onNews, true);
  return {
    order: (order) => {
      void worker.take(order);
    },
    kill: () => {
      worker.close();
      onEnd();
    },
  };
};
