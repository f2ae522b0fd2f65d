/** What `polynya turn check --json` prints. */
import { z } from 'zod';
import { endpointSchema, idSchema, msSchema, transportSchema } from './basics.ts';
import { envelopeOf } from './envelope-of.ts';
import { evidenceSchema } from './evidence.ts';
import { failureSchema } from './failure-schema.ts';

/** Worst first. */
export const checkSeverities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const checkSeveritySchema = z.enum(checkSeverities);
export type CheckSeverity = z.infer<typeof checkSeveritySchema>;

/**
 * failed: against the RFC or unsafe · warned: allowed, but costs something · skipped: not measured, `observed` says why.
 * Worst first.
 */
export const checkStatuses = ['failed', 'warned', 'skipped', 'passed'] as const;
export const checkStatusSchema = z.enum(checkStatuses);
export type CheckStatus = z.infer<typeof checkStatusSchema>;

export const turnCheckSchema = z.object({
  /** As in docs/turn-checks.md: a letter for the group and two digits. */
  id: z.string().regex(/^[A-Z][0-9]{2}$/),
  group: z.string().max(64),
  title: z.string().max(200),
  status: checkStatusSchema,
  /** How bad it is, or would be, if the check fails. */
  severity: checkSeveritySchema,
  rfc: z.string().max(100).nullable(),
  sent: z.string().max(500),
  expected: z.string().max(500),
  observed: z.string().max(1000),
  /** What to change, for the server found; null where there is nothing to mend. */
  fix: z.string().max(4000).nullable(),
  /** Ids of `body.evidence`. */
  evidence: z.array(idSchema).max(400),
});
export type TurnCheck = z.infer<typeof turnCheckSchema>;

const amount = z.int().min(0);

export const turnReportBodySchema = z.object({
  target: z.object({
    uri: z.string().max(300),
    endpoint: endpointSchema.nullable(),
    transport: transportSchema,
  }),
  server: z.object({
    /** coturn, or unknown: told from behaviour and SOFTWARE. */
    family: z.enum(['coturn', 'unknown']),
    /** SOFTWARE as sent; null: the server does not say. */
    software: z.string().max(800).nullable(),
    /** The releases of the family that behave like this one; null where nothing is known. */
    version: z.object({ atLeast: z.string().nullable(), before: z.string().nullable() }).nullable(),
    /** What was seen, and what follows from it. */
    reasons: z.array(z.string().max(300)).max(50),
    /** Published flaws that this behaviour still has. */
    advisories: z
      .array(z.object({ id: z.string().max(64), title: z.string().max(200), evidence: z.string().max(300) }))
      .max(50),
  }),
  /** Why nothing could be tested; null when the server answered. */
  unreachable: failureSchema.nullable(),
  checks: z.array(turnCheckSchema).max(400),
  counts: z.object({ failed: amount, warned: amount, skipped: amount, passed: amount }),
  /** What looks like an error in the server's log and is none. */
  explained: z.array(z.string().max(500)).max(20),
  packets: z.object({ sent: amount, received: amount }),
  durationMs: msSchema,
  evidence: z.array(evidenceSchema).max(5000),
});
export type TurnReportBody = z.infer<typeof turnReportBodySchema>;

export const turnReportSchema = envelopeOf('turn-report', turnReportBodySchema);
export type TurnReport = z.infer<typeof turnReportSchema>;
