/** Our candidates in a description of the native library’s: left out of an offer, complete in an answer. */
import { withCopies } from '../../rtc/reachable-candidates.ts';

const candidateLine = /^a=(candidate:.*|end-of-candidates)\r?\n/gm;

export function withoutCandidates(sdp: string): string {
  return sdp.replace(candidateLine, '');
}

/**
 * Of a gathered description, and copies for the addresses `also`. Read from the description and not from the library’s
 * events: those come in an order of their own, and the one that all are gathered may overtake the candidates.
 */
export function allCandidates(sdp: string, also: readonly string[]): string[] {
  const all: string[] = [];
  const add = withCopies(also, (candidate) => all.push(candidate));
  for (const line of new Set(sdp.match(/^a=candidate:.*(?=\r?\n)/gm) ?? [])) add(line, '');
  return all;
}

/** The description with these and no others in the first section, whose transport all media share (RFC 9143 §7.2). */
export function withCandidates(sdp: string, candidates: readonly string[]): string {
  const lines = candidates.map((candidate) => `a=${candidate}\r\n`);
  const ending = [...lines, 'a=end-of-candidates\r\n'].join('');
  return withoutCandidates(sdp)
    .split(/^(?=m=)/m)
    .map((section, index) => (index === 1 ? `${section}${ending}` : section))
    .join('');
}
