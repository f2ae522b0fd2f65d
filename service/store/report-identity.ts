import { hash } from 'node:crypto';
import type { Envelope } from '../../contract/envelope.ts';

export interface ReportIdentity {
  /** SHA-256, in hexadecimal. */
  readonly digest: string;
  /** Of its run, in whatever store: who has to promise it before it is stored can. */
  readonly id: string;
  /** What is stored. */
  readonly text: string;
}

/** Hexadecimal digits of the digest in an id: 120 bits. */
const idDigits = 30;

/**
 * What tells a report from every other one. The link that its visitor came by is no part of it: while the store is away
 * nobody knows which link a token belongs to.
 */
export function identify(envelope: Envelope): ReportIdentity {
  // Parsing has put the keys into the schema’s order, so equal reports have equal text.
  const text = JSON.stringify(envelope);
  const claim = linkOf(envelope) === null ? text : JSON.stringify(withLink(envelope, null));
  const digest = hash('sha256', claim);
  // A letter first: an id must not look like an option on a command line.
  const id = `r${Buffer.from(digest.slice(0, idDigits), 'hex').toString('base64url')}`;
  return { digest, id, text };
}

/** The link by which a visitor came; the token in what a browser sends, the id in what is stored. */
export function linkOf(envelope: Envelope): string | null {
  return envelope.kind === 'visit-report' ? envelope.body.run.link : null;
}

export function withLink(envelope: Envelope, link: string | null): Envelope {
  if (linkOf(envelope) === link || envelope.kind !== 'visit-report') return envelope;
  return { ...envelope, body: { ...envelope.body, run: { ...envelope.body.run, link } } };
}
