/** The room as a table: from whom, to whom, how far and which way. */
import type { Path, Rung } from '../../contract/basics.ts';
import { element, table } from '../check/dom.ts';
import { roomWords, rungText, rungWords } from './room-words.ts';
import type { SharedCell } from './shared-cells.ts';

type Names = ReadonlyMap<string, string>;

/** @param senders ids and names; oneself among the receivers, and among the senders unless all come mixed */
export function matrixView(
  senders: Names,
  receivers: Names,
  cells: readonly SharedCell[],
  path: Path,
): HTMLElement {
  const rows = [...senders].map(([from, name]) => [
    name,
    ...[...receivers.keys()].map((to) => cellView(from, to, cells)),
  ]);
  const heads = [roomWords.matrixCorner, ...receivers.values()];
  const matrix = table(element('h2', {}, roomWords.matrixTitle), heads, rows);
  matrix.append(element('p', { class: 'rungs' }, rungsIn(cells, path)));
  return matrix;
}

/** What the rungs in the table mean. */
function rungsIn(cells: readonly SharedCell[], path: Path): string {
  const seen = (Object.keys(rungWords) as Rung[]).filter((rung) => cells.some((cell) => cell.rung === rung));
  return seen.map((rung) => `${rung}: ${rungText(rung, path)}`).join(' · ');
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
