/** The audit log: who did what, and who was refused. Neither bodies nor secrets stand in it. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from '../basics.ts';
import { whoSchema } from './principal.ts';

export const auditEntrySchema = z.object({
  id: idSchema,
  /** When it began. */
  at: isoTimeSchema,
  /** Null: nobody whom the service knows. */
  who: whoSchema.nullable(),
  /** Name of the operation, or of the route. */
  operation: z.string().max(64),
  /** Id of what it was about. */
  target: z.string().max(200).nullable(),
  /** `done`, or the code of the failure; null: the service stopped before it could say. */
  outcome: z.string().max(64).nullable(),
  requestId: z.string().max(100),
  /** Refused attempts of the same kind within a minute are one entry. */
  times: z.int().min(1),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = z.strictObject({
  /** Part of a name or id. */
  who: z.string().trim().min(1).max(200).optional(),
  operation: z.string().min(1).max(64).optional(),
  /** `refused`: attempts that a role, a missing sign-in or a foreign page ended. */
  outcome: z.enum(['done', 'failed', 'refused']).optional(),
  from: isoTimeSchema.optional(),
  to: isoTimeSchema.optional(),
  /** From the reply before: goes on where that ended. */
  after: z
    .string()
    .regex(/^[\dTZ:.-]{20,30}~[\w-]{1,64}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.output<typeof auditQuerySchema>;

/** Newest first. */
export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema).max(200),
  /** For `after`; null: there are no older ones. */
  next: z.string().max(100).nullable(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

/** Outcomes of attempts that were refused before anything was done. */
export const refusals = [
  'unauthorized',
  'forbidden',
  'host-not-allowed',
  'origin-not-allowed',
  'sign-in-unknown',
  'sign-in-denied',
  'sign-in-no-role',
] as const;
