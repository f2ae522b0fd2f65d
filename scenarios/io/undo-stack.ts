/** How to take something back: at once, and, where that helps, more politely while the process still runs. */
export interface Undo {
  readonly now: () => void;
  readonly gently?: () => Promise<void>;
}

const deadlySignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const live = new Set<UndoStack>();

/** What has to be taken back, last made first. It is also done when the process ends by itself or by a signal. */
export class UndoStack {
  readonly #undos: Undo[] = [];

  /** Call it before the thing is made. */
  add(undo: Undo): void {
    this.#undos.push(undo);
    watch(this);
  }

  async run(): Promise<void> {
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        await undo.gently?.();
      } finally {
        undo.now();
      }
    }
    unwatch(this);
  }

  runNow(): void {
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        undo.now();
      } catch {
        // One thing that resists must not keep the others.
      }
    }
    unwatch(this);
  }
}

function onExit(): void {
  for (const stack of [...live]) stack.runNow();
}

function onSignal(signal: NodeJS.Signals): void {
  onExit();
  // Our handler is off by now. Whoever else listens decides; if nobody does, the signal ends the process as usual.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function watch(stack: UndoStack): void {
  if (live.size === 0) {
    process.on('exit', onExit);
    for (const signal of deadlySignals) process.on(signal, onSignal);
  }
  live.add(stack);
}

function unwatch(stack: UndoStack): void {
  if (!live.delete(stack) || live.size > 0) return;
  process.off('exit', onExit);
  for (const signal of deadlySignals) process.off(signal, onSignal);
}
