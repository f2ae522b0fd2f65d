/** Principals as they cross a border: who the caller is, and who is signed in elsewhere. */
import { z } from 'zod';
import { type Principal, roles } from '../access.ts';
import { idSchema, isoTimeSchema } from '../basics.ts';

export const roleSchema = z.enum(roles);
export const projectsSchema = z.union([z.literal('all'), z.array(idSchema).max(1_000).readonly()]);

export const principalSchema = z.object({
  kind: z.enum(['local', 'token', 'key', 'user']),
  id: z.string().min(1).max(600),
  name: z.string().max(200),
  role: roleSchema,
  projects: projectsSchema,
}) satisfies z.ZodType<Principal>;

/** Who somebody is, in lists and in the audit log. */
export const whoSchema = principalSchema.pick({ kind: true, id: true, name: true });
export type Who = z.infer<typeof whoSchema>;

/** Null: the service knows nothing of the caller. */
export const meSchema = z.object({ principal: principalSchema.nullable() });
export type Me = z.infer<typeof meSchema>;

/** A browser in which somebody is signed in. */
export const sessionViewSchema = z.object({
  id: idSchema,
  who: whoSchema,
  role: roleSchema,
  projects: projectsSchema,
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  /** It is the caller’s own. */
  isOwn: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
