/** The link that the page was opened by, and what the service says of it. Pure. */
import type { VisitorLink } from '../../../contract/links.ts';

export type VisitLink =
  | { readonly state: 'open'; readonly link: VisitorLink }
  /** `code` is one of the catalogue’s: link-unknown, link-expired, link-revoked … */
  | { readonly state: 'closed'; readonly code: string }
  | { readonly state: 'unreachable' };

/** `/t/TOKEN` → the token as it stands there, whatever it looks like; another page → null. */
export function linkToken(pathname: string): string | null {
  return /^\/t\/([^/]+)\/?$/.exec(pathname)?.[1] ?? null;
}

/** @param answer to the question for the link; null: none came */
export function readVisitLink(answer: { readonly status: number; readonly body: unknown } | null): VisitLink {
  if (answer === null) return { state: 'unreachable' };
  const { status, body } = answer;
  if (status === 200 && isVisitorLink(body)) return { state: 'open', link: body };
  const code = errorCode(body);
  // A service in trouble, or too busy, says nothing about the link.
  const aboutLink = status >= 400 && status < 500 && status !== 429;
  return code !== null && aboutLink ? { state: 'closed', code } : { state: 'unreachable' };
}

function isVisitorLink(body: unknown): body is VisitorLink {
  return typeof body === 'object' && body !== null && 'consent' in body && 'contact' in body;
}

function errorCode(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('error' in body)) return null;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
}
