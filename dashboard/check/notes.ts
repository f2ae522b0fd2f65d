/** Explanations that belong under the tables. Pure. */
import type { Candidate } from '../../contract/candidate.ts';
import type { Words } from './words/en.ts';

/** Said in any language by {@link noteText}. */
export type Note =
  | { readonly id: 'mdns' | 'directScope' | 'noErrorsReported' | 'dtlsRetried' }
  | { readonly id: 'publicAddress' | 'severalPublic'; readonly addresses: readonly string[] };

export function noteText(note: Note, { notes }: Words): string {
  return 'addresses' in note ? notes[note.id](note.addresses.join(', ')) : notes[note.id];
}

export function isMdnsName(address: string | null): boolean {
  return address?.endsWith('.local') === true;
}

/** What servers see of this device, IPv4 and IPv6. */
export function publicAddresses(candidates: readonly Candidate[]): string[] {
  const outside = new Set<string>();
  for (const { type, address } of candidates) {
    if (type === 'srflx' && address !== null && !isMdnsName(address) && !isLoopback(address)) {
      outside.add(address);
    }
  }
  return [...outside];
}

export function notesFor(candidates: readonly Candidate[], reportsErrors: boolean): Note[] {
  const notes: Note[] = [];
  const outside = publicAddresses(candidates);
  const v4 = outside.filter((address) => !address.includes(':'));
  if (v4.length > 1) notes.push({ id: 'severalPublic', addresses: v4 });
  else if (outside.length > 0) notes.push({ id: 'publicAddress', addresses: outside });
  if (candidates.some((candidate) => isMdnsName(candidate.address))) notes.push({ id: 'mdns' });
  if (!reportsErrors) notes.push({ id: 'noErrorsReported' });
  notes.push({ id: 'directScope' });
  return notes;
}

/** A server on the same machine sees loopback, which says nothing about the outside. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
