/** A verdict in the words of a language. Pure. */
import type { Headline } from '../../../contract/basics.ts';
import { checkCauses } from '../../../contract/check-causes.ts';
import type { Words } from '../words/en.ts';
import { mainCause, type Verdict } from './judge.ts';

export function putIntoWords(verdict: Verdict, words: Words): Headline {
  const { sentences, relayCosts, otherNetwork } = words.verdict;
  const cause = mainCause(verdict);
  const sentence = [sentences[verdict.code], ...(cause === null ? [] : [words.causes[cause.id].what])].join(
    ' ',
  );
  const { status, code } = verdict;
  const advice = [
    ...verdict.causes.flatMap(({ id, urls }) => todo(id, urls, words)),
    ...(code === 'relay-only' ? [relayCosts] : []),
    ...(code === 'no-path' || code === 'signal-failed' ? [otherNetwork] : []),
  ];
  return { status, code, sentence: sentence.slice(0, 500), advice: advice.slice(0, 20) };
}

/** The visitor cannot mend a server; the sentence says whom it is for. */
function todo(id: keyof typeof checkCauses, urls: readonly string[], words: Words): string[] {
  const text = words.causes[id].todo;
  if (text === '') return [];
  const forOperator = checkCauses[id] === 'server' || id === 'no-relay';
  const where = urls.length === 0 ? '' : ` (${shortList(urls)})`;
  return [`${forOperator ? `${words.verdict.forOperator} ` : ''}${text}${where}`.slice(0, 500)];
}

const listed = 3;

export function shortList(urls: readonly string[]): string {
  const more = urls.length > listed ? `, … +${urls.length - listed}` : '';
  return `${urls.slice(0, listed).join(', ')}${more}`;
}
