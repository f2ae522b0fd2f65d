/** The room as a table: from whom, to whom, how far and which way. */
import { element, table } from '../check/dom.ts';
import { roomWords } from './room-words.ts';
import type { SharedCell } from './shared-cells.ts';

type Names = ReadonlyMap<string, string>;

/** @param senders ids and names; oneself among the receivers, and among the senders unless all come mixed */
export function matrixView(senders: Names, receivers: Names, cells: readonly SharedCell[]): HTMLElement {
  const rows = [...senders].map(([from, name]) => [
    name,
    ...[...receivers.keys()].map((to) => cellView(from, to, cells)),
  ]);
  const heads = [roomWords.matrixCorner, ...receivers.values()];
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
