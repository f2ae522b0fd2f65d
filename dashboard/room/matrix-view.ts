/** The room as a table: from whom, to whom, how far and which way. */
import { element, table } from '../check/dom.ts';
import { roomWords } from './room-words.ts';
import type { SharedCell } from './shared-cells.ts';

/** @param members ids and names, oneself among them */
export function matrixView(members: ReadonlyMap<string, string>, cells: readonly SharedCell[]): HTMLElement {
  const rows = [...members].map(([from, name]) => [
    name,
    ...[...members.keys()].map((to) => cellView(from, to, cells)),
  ]);
  const heads = [roomWords.matrixCorner, ...members.values()];
  return table(element('h2', {}, roomWords.matrixTitle), heads, rows);
}

function cellView(from: string, to: string, cells: readonly SharedCell[]): HTMLElement | string {
  if (from === to) return '–';
  const cell = cells.find((each) => each.from === from && each.to === to);
  if (cell === undefined) return roomWords.unknown;
  const { rung, way } = cell;
  const tone = rung === 'S6' || rung === 'S7' ? 'ok' : 'pending';
  return element(
    'span',
    { class: `cell cell-${tone}`, 'data-cell': `${rung} ${way}` },
    rung,
    way === '' ? '' : ` ${way}`,
  );
}
