/** Projects: teams or customers that share a service and see nothing of each other. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from './basics.ts';

export { projectHeader } from './project-header.ts';

/** Everything that names no project belongs to this one. It is always there. */
export const defaultProject = 'default';

const limit = z.int().min(0).max(1_000_000_000).nullable();

/** Null: as many as anybody likes. */
export const quotasSchema = z.strictObject({
  /** Since midnight UTC. */
  reportsPerDay: limit.default(null),
  /** Those that are open. */
  links: limit.default(null),
  monitors: limit.default(null),
  /** Reports are deleted after so many days, or after `retention.days` where that is shorter. */
  storedDays: z.int().min(1).max(36_500).nullable().default(null),
});
export type Quotas = z.output<typeof quotasSchema>;
export const noQuotas: Quotas = quotasSchema.parse({});

export const projectInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  quotas: quotasSchema.default(noQuotas),
});
export type ProjectInput = z.output<typeof projectInputSchema>;

export const projectChangeSchema = projectInputSchema.extend({
  /** It is not offered any more, takes no reports, and its links are closed; what it has stays readable. */
  archived: z.boolean(),
});
export type ProjectChange = z.output<typeof projectChangeSchema>;

export const projectViewSchema = z.object({
  id: idSchema,
  name: z.string().max(100),
  createdAt: isoTimeSchema,
  archivedAt: isoTimeSchema.nullable(),
  quotas: quotasSchema,
  used: z.object({ reportsToday: z.int().min(0), links: z.int().min(0), monitors: z.int().min(0) }),
});
export type ProjectView = z.infer<typeof projectViewSchema>;
