import type { LinkView } from '../../contract/links.ts';

/** A withdrawn link stays so when it also expires: that is what its maker wanted to know. */
export function linkState(
  { expiresAt, revokedAt }: Pick<LinkView, 'expiresAt' | 'revokedAt'>,
  nowMs: number,
): LinkView['state'] {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}
