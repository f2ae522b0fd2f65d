/** The visitor takes the report back: a button, a question, and what came of it. */
import { element } from '../dom.ts';
import { deleteReport } from '../service-api.ts';
import { language } from '../words/language.ts';
import { linkWords } from './link-words.ts';

/** @param onGone told what to say when it is deleted */
export function forgetReport(code: string, service: string, onGone: (said: string) => void): HTMLElement {
  const say = linkWords(language());
  const place = element('span', { class: 'forget' });
  const offer = (problem: string | null = null): HTMLElement => {
    const begin = button(say.forget, ask);
    const alert = problem === null ? null : element('span', { role: 'alert' }, ` ${problem}`);
    place.replaceChildren(...[begin, alert].filter((part) => part !== null));
    return begin;
  };
  const ask = (): void => {
    const keep = button(say.forgetNo, () => offer().focus());
    place.replaceChildren(
      `${say.forgetAsk} `,
      button(say.forgetYes, () => void remove()),
      ' ',
      keep,
    );
    keep.focus();
  };
  const remove = async (): Promise<void> => {
    if (await deleteReport(code, service)) onGone(say.forgotten);
    else offer(say.forgetFailed).focus();
  };
  offer();
  return place;
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', onClick);
  return made;
}
