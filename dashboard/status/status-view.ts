/** Draws the Status page. Text is always text: names of monitors come from elsewhere. */
import type { MonitorState, PublicStatus } from '../../contract/fleet/monitor.ts';
import { element, icon, table } from '../check/dom.ts';
import { mark } from '../check/mark.ts';
import { formatShare } from '../src/format/measure.ts';
import { worstFirst } from '../src/monitors/monitor-tones.ts';
import { dayBars, dayLegend } from './day-bars.ts';
import { daySlots, type StatusMonitor, shareOf, sumDays } from './status-days.ts';
import { formatDate, formatMoment, type Spoken } from './status-words.ts';

const marks = { up: 'ok', degraded: 'warned', down: 'failed', unknown: 'unknown' } as const;
const cards = { up: 'good', degraded: 'limited', down: 'bad', unknown: 'unknown' } as const;

/** The state that the headline tells; null: nothing is shown. */
export function overallOf({ monitors }: PublicStatus): MonitorState | null {
  return worstFirst.find((state) => monitors.some((monitor) => monitor.state === state)) ?? null;
}

export function overallCard(state: MonitorState | null, { words }: Spoken): HTMLElement {
  if (state === null) return element('p', {}, words.none);
  return messageCard(cards[state], marks[state], words.overall[state]);
}

/** @param text below the title; null: none */
export function messageCard(
  status: string,
  iconName: string,
  title: string,
  text: string | null = null,
): HTMLElement {
  return element(
    'section',
    { class: 'card', 'data-status': status },
    element('h2', {}, icon(iconName), title),
    text === null ? null : element('p', {}, text),
  );
}

export function monitorCard(monitor: StatusMonitor, now: string, spoken: Spoken): HTMLElement {
  const { words } = spoken;
  const slots = daySlots(monitor.days, now);
  const since =
    monitor.since === null
      ? null
      : element('span', { class: 'since' }, words.since(formatMoment(monitor.since, spoken)));
  return element(
    'section',
    { class: 'monitor' },
    element(
      'div',
      { class: 'monitor-head' },
      element('h2', {}, monitor.name),
      mark(marks[monitor.state], words.states[monitor.state]),
      since,
    ),
    regionList(monitor, spoken),
    dayBars(slots, now, words.bars(monitor.name), spoken),
    ...sentences(monitor, now, spoken).map((sentence) => element('p', { class: 'sum' }, sentence)),
    badDays(monitor, now, spoken),
  );
}

function regionList({ regions }: StatusMonitor, { words }: Spoken): HTMLElement | null {
  if (regions.length === 0) return null;
  const items = regions.map(({ region, state }) =>
    element('li', {}, mark(marks[state], `${region}: ${words.states[state]}`)),
  );
  return element('ul', { class: 'regions', 'aria-label': words.regions }, ...items);
}

/** The bars in words. */
function sentences({ days }: StatusMonitor, now: string, spoken: Spoken): string[] {
  const { words, language } = spoken;
  const { measured, succeeded, attempts, bad } = sumDays(daySlots(days, now));
  if (measured === 0) return [words.nothing];
  const number = (value: number) => value.toLocaleString(language);
  const [worst] = bad;
  return [
    words.sum(formatShare(succeeded / attempts), number(attempts), measured),
    worst === undefined
      ? words.noFailures
      : words.failures(number(bad.length), formatDate(worst.at, spoken), formatShare(shareOf(worst))),
  ];
}

/** The days that were not all good, as a table. */
function badDays({ name, days }: StatusMonitor, now: string, spoken: Spoken): HTMLElement | null {
  const { words, language } = spoken;
  const { bad } = sumDays(daySlots(days, now));
  if (bad.length === 0) return null;
  const rows = bad.map((day) => [
    formatDate(day.at, spoken),
    formatShare(shareOf(day)),
    day.attempts.toLocaleString(language),
  ]);
  const title = element('h3', { class: 'off-screen' }, words.badDaysOf(name));
  return element('details', {}, element('summary', {}, words.badDays), table(title, words.heads, rows));
}

export function legend({ words }: Spoken): HTMLElement {
  return dayLegend(words.legend);
}
