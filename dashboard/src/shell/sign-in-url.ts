import type { SignInOffer } from '../../../contract/oidc.ts';

/** Where the sign-in begins; it comes back to the page that was asked for. */
export function signInUrl({ url }: SignInOffer): string {
  const begin = new URL(url);
  const { pathname, search, hash } = window.location;
  begin.searchParams.set('to', `${pathname}${search}${hash}`);
  return begin.href;
}
