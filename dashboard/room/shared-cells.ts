/** What members tell each other of their connections, so that everybody sees the whole room. Pure. */
import type { Rung } from '../../contract/basics.ts';
import type { LinkAttempt } from '../../contract/room-report.ts';
import { rungWords } from './room-words.ts';

/** One directed link: what `to` gets from `from`. */
export interface SharedCell {
  readonly from: string;
  readonly to: string;
  readonly rung: Rung;
  /** Types of the pair in use, e.g. `srflx ↔ host`; empty: none. */
  readonly way: string;
}

const prefix = 'cells ';
const longest = 8_192;
const mostCells = 64;

export function cellOf({ from, to, rung, pairs }: LinkAttempt): SharedCell {
  const pair = pairs.find(({ selected }) => selected);
  return { from, to, rung, way: pair === undefined ? '' : `${pair.local.type} ↔ ${pair.remote.type}` };
}

export function cellsText(cells: readonly SharedCell[]): string {
  return `${prefix}${JSON.stringify(cells.slice(0, mostCells))}`;
}

/** The cells of a message; null: it is another one. Only what the sender itself gets is believed. */
export function readCells(text: string, sender: string): SharedCell[] | null {
  if (!text.startsWith(prefix) || text.length > longest) return null;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(prefix.length));
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  return value.slice(0, mostCells).flatMap((cell) => (isCell(cell) && cell.to === sender ? [cell] : []));
}

function isCell(value: unknown): value is SharedCell {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, rung, way } = value as Readonly<Record<string, unknown>>;
  const isWay =
    typeof way === 'string' && /^((host|srflx|prflx|relay) ↔ (host|srflx|prflx|relay))?$/.test(way);
  const isRung = typeof rung === 'string' && Object.hasOwn(rungWords, rung);
  return typeof from === 'string' && typeof to === 'string' && isRung && isWay;
}
