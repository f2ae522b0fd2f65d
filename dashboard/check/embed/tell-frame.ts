/** The page’s side of `<polynya-check>`: its height, and the verdict. */
import type { PerformedCheck } from '../perform-check.ts';
import { putIntoWords } from '../verdict/put-into-words.ts';
import { words } from '../words/language.ts';
import type { FrameMessage, FrameResult } from './frame-message.ts';

const isFramed = window.parent !== window;

function tell(result?: FrameResult): void {
  const { height } = document.documentElement.getBoundingClientRect();
  const message: FrameMessage = {
    polynya: 'check',
    height: Math.ceil(height),
    ...(result === undefined ? {} : { result }),
  };
  // The service’s Content Security Policy (frame-ancestors) decides who may be around this page.
  window.parent.postMessage(message, '*');
}

export function tellFrame({ state: { verdict } }: PerformedCheck): void {
  if (!isFramed || verdict === null) return;
  const { sentence } = putIntoWords(verdict, words());
  const { status, code, causes } = verdict;
  tell({ status, code, causes: causes.map(({ id }) => id), sentence });
}

if (isFramed) {
  document.documentElement.classList.add('framed');
  new ResizeObserver(() => tell()).observe(document.documentElement);
}
