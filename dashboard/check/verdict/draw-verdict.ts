/** The card on top: works or not, why, what to do, and what to tell the IT department. */
import { checkCauses } from '../../../contract/check-causes.ts';
import { type Child, element, icon } from '../dom.ts';
import { mark } from '../mark.ts';
import type { CheckState } from '../state.ts';
import { words } from '../words/language.ts';
import { mainCause, type Verdict } from './judge.ts';
import { putIntoWords, shortList } from './put-into-words.ts';

const icons = { good: 'ok', limited: 'warned', bad: 'failed', unknown: 'unknown' } as const;

/** Draws the verdict into its place; gives the sentence for the screen reader, or null when there is no verdict yet. */
export function drawVerdict(place: HTMLElement, state: CheckState): string | null {
  const { verdict } = state;
  place.hidden = verdict === null;
  if (verdict === null) return null;
  const { headlines, verdict: said } = words();
  const headline = putIntoWords(verdict, words());
  place.dataset['status'] = verdict.status;
  place.dataset['code'] = verdict.code;
  place.dataset['cause'] = mainCause(verdict)?.id ?? '';
  const todo = headline.advice.map((entry) => element('li', {}, entry));
  place.replaceChildren(
    element('h2', { id: 'verdict-title' }, icon(icons[verdict.status]), headlines[verdict.status]),
    element('p', { class: 'sentence' }, headline.sentence),
    ...figures(state),
    ...others(verdict),
    ...(todo.length === 0 ? [] : [element('h3', {}, said.todo), element('ul', { class: 'advice' }, ...todo)]),
  );
  return `${headlines[verdict.status]}. ${headline.sentence}`;
}

function figures({ attempts }: CheckState): HTMLElement[] {
  const { direct, relay } = words().verdict;
  const marks = attempts
    .filter((attempt) => attempt.succeeded && attempt.echoRttMs !== null)
    .map((attempt) => {
      const name = attempt.path === 'relay' ? relay : direct;
      return mark('ok', `${name}: ${words().verdict.thereAndBack(attempt.echoRttMs ?? 0)}`);
    });
  return marks.length === 0 ? [] : [element('p', { class: 'figures' }, ...marks)];
}

/** What else was found; the main cause already stands in the sentence. */
function others(verdict: Verdict): HTMLElement[] {
  const main = mainCause(verdict);
  const rest = verdict.causes.filter(({ id }) => id !== main?.id);
  if (rest.length === 0) return [];
  const items = rest.map(({ id, urls }) => {
    const where: Child =
      urls.length === 0 ? null : element('span', { class: 'where' }, ` ${shortList(urls)}`);
    return element('li', { 'data-cause': id, 'data-blame': checkCauses[id] }, words().causes[id].what, where);
  });
  return [element('h3', {}, words().verdict.found), element('ul', { class: 'found' }, ...items)];
}
