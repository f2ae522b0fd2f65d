/** A report that waits for the store, as it lies in the spool. No secret of a link is in it, only what a store keeps of one. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from '../../../contract/basics.ts';
import { type Envelope, parseEnvelope } from '../../../contract/envelope.ts';
import { defaultProject } from '../../../contract/projects.ts';
import { reportCodeSchema } from '../../../contract/runs.ts';

const version = 1;

const recordSchema = z.strictObject({
  version: z.literal(version),
  /** The id that its sender was told: it follows from the content, so the store will give it the same. */
  id: idSchema,
  /** The short code that its visitor was told. */
  code: reportCodeSchema.nullable(),
  receivedAt: isoTimeSchema,
  /** SHA-256 of the token of the link that the visitor came by, as `links.token_hash`. */
  linkHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** By which the log knows the request that brought it. */
  requestId: z.string().max(64).nullable(),
  /** The span in which it came (W3C Trace Context). */
  traceparent: z.string().max(64).nullable(),
  /** Of a report that came by no link. */
  project: idSchema.default(defaultProject),
  report: z.unknown(),
});

export interface WaitingReport extends Omit<z.infer<typeof recordSchema>, 'version' | 'report'> {
  readonly report: Envelope;
}

export function encodeWaiting(waiting: WaitingReport): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version, ...waiting }));
}

/** Where a report came from. Null: by no request, or by one that is not traced. */
export type Origin = Pick<WaitingReport, 'requestId' | 'traceparent' | 'project'>;

export type DecodedWaiting = { readonly waiting: WaitingReport } | { readonly problem: string };

/** What a newer release has written, or what the schema of reports no longer knows, is a problem and not an error. */
export function decodeWaiting(content: Uint8Array): DecodedWaiting {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    return { problem: `no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const record = recordSchema.safeParse(json);
  if (!record.success) return { problem: record.error.issues[0]?.message ?? 'not a record of the spool' };
  const { version: _version, report, ...rest } = record.data;
  const parsed = parseEnvelope(report);
  return parsed.ok ? { waiting: { ...rest, report: parsed.envelope } } : { problem: parsed.failure.message };
}
