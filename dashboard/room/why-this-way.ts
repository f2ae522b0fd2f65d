/** Why a connection takes the way that it takes, in a sentence. Pure. */
import type { Path } from '../../contract/basics.ts';
import type { CandidatePair } from '../../contract/candidate.ts';
import type { Outlook } from '../../contract/outlook.ts';
import { whyWords } from './room-words.ts';

/**
 * @param found types of this end’s own candidates
 * @param outlook what the NAT tests of both ends say; null: not both are known
 */
export function whyThisWay(
  path: Path,
  pairs: readonly CandidatePair[],
  found: readonly string[],
  outlook: Outlook | null,
): string {
  const seen = whyByCandidates(path, pairs, found);
  const selected = pairs.find((pair) => pair.selected);
  const isDirect =
    selected !== undefined && selected.local.type !== 'relay' && selected.remote.type !== 'relay';
  // A connection that is direct needs no other explanation; one to a media server crosses only one of the two NATs.
  if (outlook === null || isDirect || path === 'sfu' || path === 'mcu') return seen;
  return `${seen} ${whyWords.natTests(outlook)}`;
}

function whyByCandidates(path: Path, pairs: readonly CandidatePair[], found: readonly string[]): string {
  const selected = pairs.find((pair) => pair.selected);
  const direct = pairs.filter(({ local, remote }) => local.type !== 'relay' && remote.type !== 'relay');
  const unanswered = direct.filter(({ responsesReceived }) => (responsesReceived ?? 0) === 0).length;
  if (selected === undefined) {
    if (path === 'relay' && !found.includes('relay')) return whyWords.noRelay;
    return direct.length > 0 ? whyWords.nothingAnswered(direct.length) : whyWords.nothingToTry;
  }
  const { local, remote } = selected;
  if (local.type === 'relay' || remote.type === 'relay') {
    const whose = local.type === 'relay' ? (remote.type === 'relay' ? 'both' : 'ours') : 'theirs';
    if (path === 'relay') return whyWords.relayWanted(whose);
    if (direct.length === 0) return whyWords.relayOnlyOffered(whose);
    if (unanswered === 0) return whyWords.relayThoughAnswered(whose);
    if (!found.includes('srflx')) return whyWords.relayNoPublicAddress(whose, unanswered);
    return whyWords.relayNatFilters(whose, unanswered);
  }
  if (local.type === 'prflx' || remote.type === 'prflx') return whyWords.directDiscovered;
  if (local.type === 'host' && remote.type === 'host') return whyWords.directSameNetwork;
  return whyWords.directThroughNat;
}

/** Is there a pair in use, without a relay at either end? */
export function isDirect(pairs: readonly CandidatePair[]): boolean {
  const selected = pairs.find((pair) => pair.selected);
  return selected !== undefined && selected.local.type !== 'relay' && selected.remote.type !== 'relay';
}
