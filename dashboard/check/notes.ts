/** Explanations that belong under the tables. Pure. */
import type { Candidate } from '../../contract/candidate.ts';
import { noteWords } from './words.ts';

export function isMdnsName(address: string | null): boolean {
  return address?.endsWith('.local') === true;
}

export function notesFor(candidates: readonly Candidate[], reportsErrors: boolean): string[] {
  const notes: string[] = [];
  const outside = new Set<string>();
  for (const { type, address } of candidates) {
    if (type === 'srflx' && address !== null && !isMdnsName(address) && !isLoopback(address)) {
      outside.add(address);
    }
  }
  const v4 = [...outside].filter((address) => !address.includes(':'));
  if (v4.length > 1) notes.push(noteWords.severalPublic(v4.join(', ')));
  else if (outside.size > 0) notes.push(noteWords.publicAddress([...outside].join(', ')));
  if (candidates.some((candidate) => isMdnsName(candidate.address))) notes.push(noteWords.mdns);
  if (!reportsErrors) notes.push(noteWords.noErrorsReported);
  notes.push(noteWords.directScope);
  return notes;
}

/** A server on the same machine sees loopback, which says nothing about the outside. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
