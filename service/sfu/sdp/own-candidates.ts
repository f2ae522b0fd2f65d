/** Our candidates in a description of the native library’s: left out of an offer, complete in an answer. */
import { withCopies } from '../../rtc/reachable-candidates.ts';

const candidateLine = /^a=(candidate:.*|end-of-candidates)\r?\n/gm;

export function withoutCandidates(sdp: string): string {
  return sdp.replace(candidateLine, '');
}

/**
 * A gathered description with its candidates, and copies of them for the addresses `also`. They are read from the
 * description and not from the library’s events: those come in an order of their own, and the one that all are
 * gathered may overtake the candidates. All media share one transport, so those of the first section hold for all
 * (RFC 9143 §7.2).
 */
export function withAllCandidates(sdp: string, also: readonly string[]): string {
  const own = new Set(sdp.match(/^a=candidate:.*(?=\r?\n)/gm) ?? []);
  const all: string[] = [];
  const add = withCopies(also, (candidate) => all.push(`a=${candidate}\r\n`));
  for (const line of own) add(line, '');
  const ending = [...all, 'a=end-of-candidates\r\n'].join('');
  return withoutCandidates(sdp)
    .split(/^(?=m=)/m)
    .map((section, index) => (index === 1 ? `${section}${ending}` : section))
    .join('');
}
