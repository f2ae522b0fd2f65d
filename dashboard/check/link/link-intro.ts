/** The page’s start by a link: what the operator asks consent for, or why the link does not work. */
import type { VisitorLink } from '../../../contract/links.ts';
import { byId, element, icon } from '../dom.ts';
import { language } from '../words/language.ts';
import { linkWords } from './link-words.ts';
import type { VisitLink } from './visit-link.ts';
import { knownVisitor } from './visitor-id.ts';

const say = () => linkWords(language());

export function drawOpening(): void {
  byId('sending').textContent = say().opening;
}

/** Returns whether the check may be offered. */
export function drawVisitLink(visit: VisitLink): boolean {
  byId('sending').textContent = '';
  if (visit.state === 'open') {
    byId('intro').append(consentCard(visit.link));
    byId('start').textContent = say().agree;
    return true;
  }
  byId('intro').replaceChildren(closedCard(visit));
  return false;
}

/** Has the visitor agreed to be recognised? */
export function wantsToBeKnown(): boolean {
  const box = document.getElementById('remember');
  return box instanceof HTMLInputElement && box.checked;
}

/** The code under the verdict. */
export function codeLine(code: string): HTMLElement {
  return element(
    'span',
    { class: 'report-code' },
    `${say().code} `,
    element('strong', { id: 'report-code' }, code),
  );
}

function consentCard({ consent, contact }: VisitorLink): HTMLElement {
  const box = element('input', { type: 'checkbox', id: 'remember', 'aria-describedby': 'remember-hint' });
  box.checked = knownVisitor(() => localStorage) !== null;
  return element(
    'section',
    { class: 'link-card', 'aria-labelledby': 'consent-title' },
    element('h2', { id: 'consent-title' }, say().consentTitle),
    consent === null ? null : element('p', { class: 'consent-text' }, consent),
    element('p', { class: 'remember' }, box, element('label', { for: 'remember' }, say().remember)),
    element('p', { class: 'hint', id: 'remember-hint' }, say().rememberHint),
    contact === null ? null : element('p', {}, say().contact(contact)),
  );
}

function closedCard(visit: Exclude<VisitLink, { state: 'open' }>): HTMLElement {
  const closed = visit.state === 'closed';
  const parts = closed
    ? [element('p', {}, say().closed[visit.code] ?? say().closedOther), element('p', {}, say().closedNext)]
    : [element('p', {}, say().unreachable), retryButton()];
  return element(
    'section',
    {
      class: 'link-card closed',
      role: 'alert',
      'aria-labelledby': 'closed-title',
      'data-code': closed ? visit.code : 'service-unreachable',
    },
    element('h2', { id: 'closed-title' }, icon(closed ? 'failed' : 'unknown'), say().closedTitle),
    ...parts,
  );
}

function retryButton(): HTMLElement {
  const button = element('button', { type: 'button', class: 'primary' }, say().retry);
  button.addEventListener('click', () => location.reload());
  return button;
}
