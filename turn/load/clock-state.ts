/** What time services say about the clock of this machine. */
import type { LoadPart } from '../../contract/load-parts.ts';

export type ClockState = LoadPart['clock'];

export const unknownClock: ClockState = { isSynchronised: null, offByMs: null };

/** Of `chronyc -c tracking`, the fields that count: how far the system’s clock is off, in s, and the leap status. */
const [offsetField, leapField] = [4, 13];

/** @param line of `chronyc -c tracking`; empty: chrony does not run */
export function clockOfChrony(line: string): ClockState | null {
  const fields = line.trim().split(',');
  const offsetSec = Number(fields[offsetField]);
  const leap = fields[leapField];
  if (leap === undefined || !Number.isFinite(offsetSec)) return null;
  const isSynchronised = leap !== 'Not synchronised';
  return { isSynchronised, offByMs: isSynchronised ? Math.abs(offsetSec) * 1000 : null };
}

/** @param answer of `timedatectl show --property=NTPSynchronized --value`: what the kernel was told by any time service */
export function clockOfSystemd(answer: string): ClockState | null {
  const word = answer.trim();
  return word === 'yes' || word === 'no' ? { isSynchronised: word === 'yes', offByMs: null } : null;
}
