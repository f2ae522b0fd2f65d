/** The shape of every language: a headline without words in one of them does not compile. */
import type { LegacyName } from '../../../contract/nat-report.ts';

/** Stable ids of the one-sentence answers; scripts may rely on them. */
export const headlineCodes = [
  'nothing-answered',
  'udp-blocked-relay-works',
  'udp-blocked',
  'udp-not-tested',
  'mapping-inconclusive',
  'dependent-mapping',
  'same-machine',
  'filtering-inconclusive',
  'direct-only',
  'direct-works',
] as const;
export type HeadlineCode = (typeof headlineCodes)[number];

export function isHeadlineCode(code: string): code is HeadlineCode {
  return (headlineCodes as readonly string[]).includes(code);
}

/** What a sentence may speak of. */
export interface HeadlineFacts {
  readonly network: LegacyName;
  /** No NAT up to servers that are on the same site. */
  readonly onSite: boolean;
  /** `none`: no TURN server was given. */
  readonly relay: 'works' | 'fails' | 'none';
  /** Transports of the relays that work, e.g. `UDP, TLS`. */
  readonly relayTransports: string;
  /** Why a verdict stayed open, in English, without full stop; may be empty. */
  readonly reason: string;
}

export interface HeadlineWords {
  /** For the user: one sentence. */
  readonly user: (facts: HeadlineFacts) => string;
  /** What to do next, most useful first. */
  readonly advice: (facts: HeadlineFacts) => readonly string[];
  /** For whoever runs the network: what the sentences of the verdicts do not say already (see `findings/`). */
  readonly admin: string | null;
}

export interface Words {
  readonly headline: Readonly<Record<HeadlineCode, HeadlineWords>>;
  readonly titles: { readonly next: string; readonly admin: string };
}
