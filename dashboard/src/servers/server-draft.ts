/** What the server form holds while it is edited, and when it may be sent. Pure. */
import type { ServerInput, ServerView } from '../../../contract/servers.ts';
import { parseStunUri } from '../../../stun/uri.ts';
import { words } from '../words.ts';

export interface ServerDraft {
  readonly label: string;
  /** One URI a line. */
  readonly urls: string;
  readonly auth: ServerInput['auth'] & string;
  readonly username: string;
  /** Empty: none, or the stored one stays. */
  readonly credential: string;
  readonly enabled: boolean;
}

export interface DraftProblems {
  readonly label: string | null;
  readonly urls: string | null;
  readonly username: string | null;
  readonly credential: string | null;
}

export function draftOf(server: ServerView | null): ServerDraft {
  return {
    label: server?.label ?? '',
    urls: server?.urls.join('\n') ?? '',
    auth: server?.auth ?? 'none',
    username: server?.username ?? '',
    credential: '',
    enabled: server?.enabled ?? true,
  };
}

/** The view as input again; without a credential, so the stored one stays. */
export function inputOf({ label, urls, username, auth, enabled }: ServerView): ServerInput {
  return { label, urls, username, auth, enabled };
}

export function readUrls(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((url) => url.trim())
    .filter((url) => url !== '');
}

/** @param hasCredential the service holds one for this way to authenticate already */
export function draftProblems(draft: ServerDraft, hasCredential: boolean): DraftProblems {
  const needsPair = draft.auth === 'password';
  return {
    label: draft.label.trim() === '' ? words.serverForm.problems.label : null,
    urls: urlsProblem(readUrls(draft.urls)),
    username: needsPair && draft.username.trim() === '' ? words.serverForm.problems.username : null,
    credential:
      draft.auth !== 'none' && draft.credential === '' && !hasCredential
        ? words.serverForm.problems.credential[draft.auth]
        : null,
  };
}

function urlsProblem(urls: readonly string[]): string | null {
  const { problems } = words.serverForm;
  if (urls.length === 0) return problems.noUrl;
  if (urls.length > 10) return problems.manyUrls;
  if (new Set(urls).size < urls.length) return problems.sameUrl;
  for (const [index, url] of urls.entries()) {
    const parsed = parseStunUri(url);
    if (!parsed.ok) return problems.url(index + 1, parsed.problem);
  }
  return null;
}

export function isSendable(problems: DraftProblems): boolean {
  return Object.values(problems).every((problem) => problem === null);
}

export function toInput(draft: ServerDraft): ServerInput {
  const username = draft.username.trim();
  return {
    label: draft.label.trim(),
    urls: readUrls(draft.urls),
    auth: draft.auth,
    username: draft.auth === 'none' || username === '' ? null : username,
    enabled: draft.enabled,
    ...(draft.auth !== 'none' && draft.credential !== '' && { credential: draft.credential }),
  };
}
