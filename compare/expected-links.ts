import type { Path } from '../contract/basics.ts';

/** Directed links that a complete room has: from everybody to all others; from a mixer to everybody. */
export function expectedLinks(path: Path, participants: number): number {
  return path === 'mcu' ? participants : participants * (participants - 1);
}
