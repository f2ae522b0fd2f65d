/** What the audit log shows; its URL holds it. */
import { z } from 'zod';
import { type AuditQuery, auditQuerySchema } from '../../../contract/access/audit.ts';
import { otherRoutes } from '../../../contract/access/routes.ts';
import { operations } from '../../../contract/api.ts';
import { sinceOf, timeRanges } from '../search/time-range.ts';

export const auditOutcomes = auditQuerySchema.shape.outcome.unwrap().options;

/** Whatever can stand in the log. */
export const auditOperations = [
  ...new Set([...Object.keys(operations), ...otherRoutes.map(({ name }) => name)]),
].sort();

export const auditFilterSchema = z.object({
  who: z.string().max(100).optional().catch(undefined),
  operation: z.enum(auditOperations).optional().catch(undefined),
  outcome: z.enum(auditOutcomes).optional().catch(undefined),
  range: z.enum(timeRanges).optional().catch(undefined),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const noAuditFilter = {
  who: undefined,
  operation: undefined,
  outcome: undefined,
  range: undefined,
} as const satisfies AuditFilter;

export function isAuditFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined && value !== '');
}

/** The contract’s query for a filter at a moment. */
export function auditQueryOf(
  { who, operation, outcome, range }: AuditFilter,
  after: string | undefined,
  nowMs: number,
): z.input<typeof auditQuerySchema> {
  const query: Partial<AuditQuery> = {
    ...(who !== undefined && who !== '' && { who }),
    ...(operation !== undefined && { operation }),
    ...(outcome !== undefined && { outcome }),
    ...(range !== undefined && { from: sinceOf(range, nowMs) }),
    ...(after !== undefined && { after }),
  };
  return query;
}
