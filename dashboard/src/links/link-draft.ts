/** What the link form holds while it is edited, and when it may be sent. Pure. */
import type { LinkInput } from '../../../contract/links.ts';
import type { ServerView } from '../../../contract/servers.ts';
import { words } from '../words.ts';

export interface LinkDraft {
  readonly label: string;
  readonly lifetimeHours: number;
  /** null: all enabled ones. */
  readonly servers: readonly string[] | null;
  readonly consent: string;
  readonly contact: string;
}

export const newLink: LinkDraft = {
  label: '',
  lifetimeHours: 72,
  servers: null,
  consent: '',
  contact: '',
};

export interface LinkProblems {
  readonly label: string | null;
  readonly servers: string | null;
}

export function linkProblems({ label, servers }: LinkDraft): LinkProblems {
  return {
    label: label.trim() === '' ? words.linkForm.noLabel : null,
    servers: servers !== null && servers.length === 0 ? words.linkForm.noServer : null,
  };
}

/** Servers of the link that give a fixed password to every visitor. */
export function withPasswords(draft: LinkDraft, servers: readonly ServerView[]): ServerView[] {
  return servers.filter(
    ({ id, auth, enabled }) => enabled && auth === 'password' && (draft.servers?.includes(id) ?? true),
  );
}

export function toLinkInput({ label, lifetimeHours, servers, consent, contact }: LinkDraft): LinkInput {
  return {
    label: label.trim(),
    lifetimeHours,
    servers: servers === null ? null : [...servers],
    consent: consent.trim() || null,
    contact: contact.trim() || null,
  };
}
