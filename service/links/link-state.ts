import type { LinkView } from '../../contract/links.ts';
import type { StoredLink } from '../store/store.ts';

/** A check that began while the link was good may still hand in its report. */
export const graceMs = 15 * 60_000;

/** A withdrawn link stays so when it also expires: that is what its maker wanted to know. */
export function linkState(
  { expiresAt, revokedAt }: Pick<LinkView, 'expiresAt' | 'revokedAt'>,
  nowMs: number,
): LinkView['state'] {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}

/** Id of the link for a report that was acknowledged then; null: it was no link to hand reports in by. */
export function linkIdAt(link: StoredLink | null, atMs: number): string | null {
  return link !== null && linkState(link, atMs - graceMs) === 'active' ? link.id : null;
}
