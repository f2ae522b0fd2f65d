/** Draws the state. Knows the ids of check.html; decides nothing. */
import type { Headline } from '../../contract/basics.ts';
import { showCode } from '../../contract/report-code.ts';
import { byId, element, icon } from './dom.ts';
import { codeLine } from './link/link-intro.ts';
import { natCard } from './nat/nat-card.ts';
import { type CheckState, type Sending, type Step, stepIds } from './state.ts';
import { detailTables, mark } from './tables.ts';
import { headlineWords, ms, say, statusWords, stepTitles } from './words.ts';

const verdictIcon = { good: 'ok', limited: 'warned', bad: 'failed', unknown: 'unknown' } as const;

export function drawState(state: CheckState, before: CheckState): void {
  if (state.phase !== before.phase) drawPhase(state);
  if (state.steps !== before.steps) drawSteps(state.steps, before.steps);
  if (state.headline !== before.headline) drawVerdict(state);
  if (state.nat !== before.nat)
    byId('nat-place').replaceChildren(...(state.nat === null ? [] : [natCard(state.nat)]));
  if (state.sending !== before.sending) drawSending(state.sending);
}

function drawPhase(state: CheckState): void {
  document.body.dataset['phase'] = state.phase;
  const button = byId('start');
  byId('intro').hidden = state.phase !== 'start';
  byId('steps').hidden = state.phase === 'start';
  byId('results').hidden = state.phase !== 'done';
  byId('copy').hidden = state.phase !== 'done';
  byId('download').hidden = state.phase !== 'done';
  button.textContent =
    state.phase === 'start' ? say.start : state.phase === 'running' ? say.running : say.again;
  button.toggleAttribute('aria-disabled', state.phase === 'running');
  if (state.phase === 'running') byId('sending').replaceChildren();
}

function drawSteps(steps: readonly Step[], before: readonly Step[]): void {
  byId('steps').replaceChildren(...steps.filter(({ id }) => id !== 'verdict').map(stepItem));
  // One message per step, when it ends; the verdict has its own.
  for (const id of stepIds) {
    const step = steps.find((entry) => entry.id === id);
    const old = before.find((entry) => entry.id === id);
    if (step === undefined || step.status === old?.status || id === 'verdict') continue;
    if (step.status === 'waiting' || step.status === 'running') continue;
    announce(say.stepEnded(stepTitles[id], statusWords[step.status], step.detail));
  }
}

function stepItem(step: Step): HTMLElement {
  const time = step.ms === null || step.status === 'skipped' ? '' : ms(step.ms);
  return element(
    'li',
    { class: `step step-${step.status}`, 'data-step': step.id, 'data-status': step.status },
    icon(step.status),
    element(
      'div',
      { class: 'step-text' },
      element('span', { class: 'step-title' }, stepTitles[step.id]),
      step.detail === '' ? null : element('span', { class: 'step-detail' }, step.detail),
    ),
    element(
      'span',
      { class: 'step-state' },
      statusWords[step.status],
      time === '' ? null : element('span', { class: 'step-time' }, time),
    ),
  );
}

function drawVerdict(state: CheckState): void {
  const verdict = byId('verdict');
  const headline = state.headline;
  if (headline === null) {
    verdict.hidden = true;
    byId('details').replaceChildren();
    return;
  }
  verdict.hidden = false;
  verdict.dataset['status'] = headline.status;
  verdict.dataset['code'] = headline.code;
  verdict.replaceChildren(...verdictParts(headline, state));
  byId('details').replaceChildren(...detailTables(state));
  announce(`${headlineWords[headline.status]}. ${headline.sentence}`);
}

function verdictParts(headline: Headline, state: CheckState): HTMLElement[] {
  const title = element(
    'h2',
    { id: 'verdict-title' },
    icon(verdictIcon[headline.status]),
    headlineWords[headline.status],
  );
  const parts: HTMLElement[] = [title, element('p', { class: 'sentence' }, headline.sentence)];
  const figures = state.attempts
    .filter((attempt) => attempt.succeeded && attempt.echoRttMs !== null)
    .map((attempt) => {
      const name = attempt.path === 'relay' ? 'Relay' : 'Direct';
      return mark('ok', `${name}: ${ms(attempt.echoRttMs ?? 0)} there and back`);
    });
  if (figures.length > 0) parts.push(element('p', { class: 'figures' }, ...figures));
  if (headline.advice.length > 0) {
    parts.push(
      element('h3', {}, 'What to do'),
      element('ul', { class: 'advice' }, ...headline.advice.map((entry) => element('li', {}, entry))),
    );
  }
  return parts;
}

function drawSending(sending: Sending): void {
  const line = byId('sending');
  if (sending.state === 'none') line.replaceChildren();
  else if (sending.state === 'sending') line.replaceChildren(say.reportSending);
  else if (sending.state === 'failed') line.replaceChildren(mark('failed', say.reportFailed(sending.reason)));
  else {
    line.replaceChildren(`${say.reportSent} `, element('code', { id: 'report-id' }, sending.id));
    if (sending.canOpen) {
      const href = `/runs/${encodeURIComponent(sending.id)}`;
      line.append(' ', element('a', { href }, say.reportOpen));
    }
    if (sending.code !== null) line.append(codeLine(showCode(sending.code)));
  }
}

/** The one polite live region. Lines are added, so that steps that end together are all read. */
export function announce(text: string): void {
  const region = byId('status');
  region.append(element('p', {}, text));
  while (region.childElementCount > 4) region.firstElementChild?.remove();
}
