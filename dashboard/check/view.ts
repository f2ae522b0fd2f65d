/** Draws the state. Knows the ids of check.html; decides nothing. */
import { showCode } from '../../contract/report-code.ts';
import { byId, element, icon } from './dom.ts';
import { codeLine } from './link/link-intro.ts';
import { mark } from './mark.ts';
import { natCard } from './nat/nat-card.ts';
import { relayGrid } from './relay/relay-grid.ts';
import type { CheckState, Sending, Step } from './state.ts';
import { stepIds } from './steps.ts';
import { detailTables } from './tables.ts';
import { drawVerdict } from './verdict/draw-verdict.ts';
import { words } from './words/language.ts';
import { ms } from './words/milliseconds.ts';

export function drawState(state: CheckState, before: CheckState): void {
  if (state.phase !== before.phase) drawPhase(state);
  if (state.steps !== before.steps) drawSteps(state.steps, before.steps);
  if (state.verdict !== before.verdict) drawResult(state);
  if (state.relays !== before.relays)
    byId('grid-place').replaceChildren(...(state.relays.length === 0 ? [] : [relayGrid(state.relays)]));
  if (state.nat !== before.nat)
    byId('nat-place').replaceChildren(...(state.nat === null ? [] : [natCard(state.nat)]));
  if (state.sending !== before.sending) drawSending(state.sending);
}

/** What stands on the page from the start, in the language that it speaks. */
export function drawTexts(): void {
  const { page } = words();
  document.title = `${page.title} · Polynya`;
  byId('title').textContent = page.title;
  byId('intro').replaceChildren(...page.intro.map((text) => element('p', {}, text)));
  byId('steps').setAttribute('aria-label', page.steps);
  byId('copy').textContent = page.copy;
  byId('download').textContent = page.download;
  byId('results-title').textContent = page.details;
}

export function drawPhase(state: CheckState): void {
  document.body.dataset['phase'] = state.phase;
  const button = byId('start');
  byId('intro').hidden = state.phase !== 'start';
  byId('steps').hidden = state.phase === 'start';
  byId('copy').hidden = state.phase !== 'done';
  byId('download').hidden = state.phase !== 'done';
  const { start, running, again } = words().page;
  button.textContent = state.phase === 'start' ? start : state.phase === 'running' ? running : again;
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
    announce(words().step.ended(words().titles[id], words().statuses[step.status], step.detail));
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
      element('span', { class: 'step-title' }, words().titles[step.id]),
      step.detail === '' ? null : element('span', { class: 'step-detail' }, step.detail),
    ),
    element(
      'span',
      { class: 'step-state' },
      words().statuses[step.status],
      time === '' ? null : element('span', { class: 'step-time' }, time),
    ),
  );
}

function drawResult(state: CheckState): void {
  const tables = state.verdict === null ? [] : detailTables(state);
  byId('details').replaceChildren(...tables);
  byId('results').hidden = tables.length === 0;
  const said = drawVerdict(byId('verdict'), state);
  if (said !== null) announce(said);
}

function drawSending(sending: Sending): void {
  const line = byId('sending');
  if (sending.state === 'none') line.replaceChildren();
  else if (sending.state === 'sending') line.replaceChildren(words().sending.sending);
  else if (sending.state === 'failed')
    line.replaceChildren(mark('failed', words().sending.failed(sending.reason)));
  else {
    line.replaceChildren(`${words().sending.sent} `, element('code', { id: 'report-id' }, sending.id));
    if (sending.canOpen) {
      const href = `/runs/${encodeURIComponent(sending.id)}`;
      line.append(' ', element('a', { href }, words().sending.open));
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
