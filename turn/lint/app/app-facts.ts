/** What an application says about its TURN server, whatever the application. */
import { parseStunUri, type StunUri } from '../../../stun/uri.ts';
import type { Spot, Text } from './tree.ts';

export interface AppUri extends Spot {
  readonly text: string;
  readonly parsed:
    | { readonly ok: true; readonly uri: StunUri }
    | { readonly ok: false; readonly problem: string };
}

export interface AppFacts {
  /** As its users call it. */
  readonly app: string;
  /** It signs time-limited credentials with these. */
  readonly secrets: readonly Text[];
  /** Fixed logins; `at` is the place of the name. */
  readonly users: readonly { readonly name: Text; readonly password: string | null }[];
  readonly uris: readonly AppUri[];
  /** Life of the credentials that it signs, as the application reads it. */
  readonly lifetime: (Text & { readonly seconds: number }) | null;
  /** Set where visitors without an account get credentials. */
  readonly guests: Spot | null;
  /** Keys that the application ignores, and what was meant. */
  readonly misspelt: readonly { readonly key: Text; readonly meant: string }[];
}

export const nothingSaid: Omit<AppFacts, 'app'> = {
  secrets: [],
  users: [],
  uris: [],
  lifetime: null,
  guests: null,
  misspelt: [],
};

export function appUri({ text, line, column }: Text): AppUri {
  return { text, line, column, parsed: parseStunUri(text) };
}
