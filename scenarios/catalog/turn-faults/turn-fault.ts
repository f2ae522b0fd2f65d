/** A way in which operators break a TURN server, with the finding and the fix that are right for it. */

/** What is wrong beside the file. Left out: a public server with a good certificate, and no filter. */
export interface Place {
  /** Behind the one-to-one NAT of a cloud: `privateAddress` on the host, `publicAddress` outside. */
  readonly nat?: 'with-hairpin' | 'without-hairpin';
  /** A base chain with one rule, in the server's own packet filter, or in that of the router before it. */
  readonly filter?: { readonly at: 'host' | 'router'; readonly rule: string };
  readonly certificate?:
    | 'expired'
    | 'other-name'
    | 'leaf-only'
    | 'key-of-another'
    | 'key-for-root-only'
    /** A new certificate is on disk; the server was not told. */
    | 'renewed-unnoticed';
  /** haproxy on port 443 sends only connections that name `stun.turn` by ALPN on to TURN. */
  readonly proxy?: 'alpn-only' | 'alpn-or-none';
  /** The host name has an AAAA record, and a route to it, but nothing listens there. */
  readonly deadAaaa?: true;
  /** `turnserver FILE`, without -c: the file is not read. */
  readonly startedWithoutC?: true;
  /** Permission bits of the file. Left out: 0640. */
  readonly fileMode?: number;
  /** Further addresses of the host, with their prefix lengths. */
  readonly addresses?: readonly string[];
}

/** What the application hands to clients. Left out: credentials signed with the secret of the sound file. */
export interface Application {
  readonly secret?: string;
  readonly username?: string;
  readonly credential?: string;
  /** How it signs, where it does that wrong. */
  readonly signs?: 'hex' | 'milliseconds';
}

export interface CheckFinding {
  /** As in docs/turn-checks.md. */
  readonly id: string;
  /** Default `failed`. */
  readonly status?: 'failed' | 'warned';
  /** Further checks that may fail: the same fault, seen from another side. */
  readonly beside?: readonly string[];
  readonly flags?: readonly string[];
}

/** How the printed fix is followed. The server is then started again, and both tools must be content. */
export interface Remedy {
  /** Whose fix. Its text has to name every option below, and the words. */
  readonly by: 'check' | 'lint';
  /** `turn lint --fix` does it. */
  readonly lintFix?: true;
  /** Options that go out of the file. */
  readonly drop?: readonly string[];
  /** Lines that come in, with the operator's own values in place of the placeholders. */
  readonly set?: readonly string[];
  /** What is mended outside of the file: words of the fix, and the place afterwards (default: a sound one). */
  readonly outside?: { readonly words: readonly string[]; readonly place?: Place };
  /** What the application hands out afterwards. Left out: the same as before. */
  readonly application?: Application;
  /** URIs that clients are given afterwards. Left out: the same as before. */
  readonly uris?: readonly string[];
  /** Checks that fail afterwards, as the fix says they will. */
  readonly leaves?: readonly string[];
}

export interface TurnFault {
  readonly id: string;
  /** One sentence. */
  readonly did: string;
  /** Left out of the sound file: options by name, or whole lines. */
  readonly drop?: readonly string[];
  readonly add?: readonly string[];
  readonly place?: Place;
  readonly application?: Application;
  /** Default: the first of `soundUris`. The first one is the server, the others are ways to it. */
  readonly uris?: readonly string[];
  /** Null: nothing of it can be seen from outside. */
  readonly check: CheckFinding | null;
  /** Name of the rule. Null: nothing of it stands in the file. */
  readonly lint: string | null;
  readonly remedy: Remedy;
}
