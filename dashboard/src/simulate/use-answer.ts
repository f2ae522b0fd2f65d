import { useEffect, useRef, useState } from 'react';
import type { Answered, Question } from './engine.ts';

export interface AnswerState {
  /** To the newest question that has one; null: there is none yet. */
  readonly answered: Answered | null;
  /** A newer question is being worked on. */
  readonly busy: boolean;
  readonly problem: string | null;
}

/** Asks the worker one question at a time; of those that come up meanwhile the newest is next. */
class Engine {
  readonly #worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module' });
  readonly #tell: (state: Partial<AnswerState>) => void;
  #isBusy = false;
  #next: Question | null = null;

  constructor(tell: (state: Partial<AnswerState>) => void) {
    this.#tell = tell;
    this.#worker.onmessage = ({ data }: MessageEvent<Answered>) =>
      this.#done({ answered: data, problem: null });
    this.#worker.onerror = ({ message }) => this.#done({ problem: message });
  }

  ask(question: Question): void {
    this.#next = this.#isBusy ? question : null;
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#tell({ busy: true });
    this.#worker.postMessage(question);
  }

  #done(state: Partial<AnswerState>): void {
    this.#isBusy = false;
    this.#tell({ ...state, busy: this.#next !== null });
    if (this.#next !== null) this.ask(this.#next);
  }

  close(): void {
    this.#worker.terminate();
  }
}

export function useAnswer(question: Question): AnswerState {
  const [state, setState] = useState<AnswerState>({ answered: null, busy: true, problem: null });
  const engine = useRef<Engine | null>(null);
  useEffect(() => {
    const made = new Engine((part) => setState((before) => ({ ...before, ...part })));
    engine.current = made;
    return () => made.close();
  }, []);
  useEffect(() => engine.current?.ask(question), [question]);
  return state;
}
