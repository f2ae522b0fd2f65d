import type { Script } from './script.ts';

/** Runs a script and collects the evidence of all its shots into `ids`. */
export function* traced<T>(script: Script<T>, ids: string[]): Script<T> {
  let step = script.next();
  while (step.done !== true) {
    const answer = yield step.value;
    if (answer.kind === 'replies') ids.push(...answer.replies.map(({ evidence }) => evidence));
    step = script.next(answer);
  }
  return step.value;
}
