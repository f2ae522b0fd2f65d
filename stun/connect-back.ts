/**
 * TCP filtering, as an extension of ours to RFC 5780, which leaves TCP filtering out because a stream cannot change
 * its ends. A Binding request over TCP with CONNECT-BACK asks the server to open a new connection to the very endpoint
 * that the request came from. The server sends a Binding indication with the request's transaction id over it, and
 * answers the request, once it knows how the attempt ended, with CONNECT-BACK-RESULT. Both attributes are
 * comprehension-optional (RFC 8489 s14): other servers answer at once and leave the result out.
 */
export const connectBackOutcomes = ['connected', 'refused', 'unanswered', 'not-possible'] as const;
/**
 * How the server's own attempt ended. refused: a RST came back · unanswered: nothing did · not-possible: it did not
 * try, e.g. because of its limits.
 */
export type ConnectBackOutcome = (typeof connectBackOutcomes)[number];

/** The value of CONNECT-BACK-RESULT. */
export function connectBackCode(outcome: ConnectBackOutcome): number {
  return connectBackOutcomes.indexOf(outcome);
}

/** Null: a value that this release does not know. */
export function connectBackOutcome(code: number): ConnectBackOutcome | null {
  return connectBackOutcomes[code] ?? null;
}
