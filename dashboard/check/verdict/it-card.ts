/** “What to tell your IT”: the text, and a button that copies it. */
import { element } from '../dom.ts';
import { copyText } from '../hand-over.ts';
import { words } from '../words/language.ts';

export function itCard(text: string, announce: (text: string) => void): HTMLElement {
  const { it } = words().report;
  const { copied, copyFailed } = words().page;
  const button = element('button', { type: 'button', id: 'copy-it' }, it.copy);
  button.addEventListener('click', async () => {
    const worked = await copyText(text);
    announce(worked ? copied : copyFailed);
    button.textContent = worked ? copied : it.copy;
    setTimeout(() => {
      button.textContent = it.copy;
    }, 2_000);
  });
  const frame = { class: 'it-text', id: 'it-text', tabindex: '0', role: 'region', 'aria-label': it.title };
  return element(
    'section',
    { class: 'it' },
    element('h2', {}, it.title),
    element('pre', frame, text),
    button,
  );
}
