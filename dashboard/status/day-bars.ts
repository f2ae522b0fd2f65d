/** Ninety bars, one a day: as high as the share that succeeded, so that colour is not the only sign. */
import { element } from '../check/dom.ts';
import { formatShare } from '../src/format/measure.ts';
import {
  type DayTone,
  dateOfSlot,
  dayTone,
  dayTones,
  type StatusDay,
  shareOf,
  shownDays,
} from './status-days.ts';
import { formatDate, type Spoken } from './status-words.ts';

const svg = 'http://www.w3.org/2000/svg';
/** Of a drawing 40 high; a day on which all failed still has a bar. */
const height = 40;
const least = 7;

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

export function dayBars(
  slots: readonly (StatusDay | null)[],
  now: string,
  label: string,
  spoken: Spoken,
): HTMLElement {
  const { words } = spoken;
  const picture = shape('svg', {
    class: 'bars',
    role: 'img',
    'aria-label': label,
    viewBox: `0 0 ${shownDays * 3} ${height}`,
    preserveAspectRatio: 'none',
  });
  for (const [index, day] of slots.entries()) {
    const bar = barOf(dayTone(day), day === null ? 0 : shareOf(day), index * 3);
    const title = document.createElementNS(svg, 'title');
    const told = day === null ? words.notMeasured : formatShare(shareOf(day));
    title.textContent = words.day(formatDate(dateOfSlot(index, now), spoken), told);
    bar.append(title);
    picture.append(bar);
  }
  const ends = element(
    'div',
    { class: 'ends', 'aria-hidden': 'true' },
    element('span', {}, words.first(shownDays - 1)),
    element('span', {}, words.last),
  );
  return element('div', {}, picture, ends);
}

function barOf(tone: DayTone, share: number, x: number): SVGElement {
  const high = tone === 'none' ? 3 : least + share * (height - least);
  return shape('rect', { class: `day-${tone}`, x, y: height - high, width: 2, height: high });
}

/** @param names of the tones, in their order */
export function dayLegend(names: readonly string[]): HTMLElement {
  const items = dayTones.map((tone, index) => {
    const sample = shape('svg', { class: 'sample', viewBox: '0 0 10 10', 'aria-hidden': 'true' });
    sample.append(shape('rect', { class: `day-${tone}`, width: 10, height: 10 }));
    return element('li', {}, sample, names[index] ?? '');
  });
  return element('ul', { class: 'legend' }, ...items);
}
