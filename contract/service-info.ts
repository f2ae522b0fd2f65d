/** What a service says of itself, to anybody. */
import { z } from 'zod';
import { roleSchema } from './access/principal.ts';
import { isoTimeSchema } from './basics.ts';
import { failureCodeSchema } from './failure-schema.ts';
import { signInOfferSchema } from './oidc.ts';

export const storeStateSchema = z.object({
  /** Since when the store does not answer, and why; null: it does. */
  away: z.object({ since: isoTimeSchema, reason: failureCodeSchema }).nullable(),
  /** Reports that wait for it on the disk of this service. */
  waiting: z.int().min(0),
});

export const serviceInfoSchema = z.object({
  version: z.string(),
  /** The embedded STUN server’s URI; null when it does not run. */
  embeddedStun: z.string().nullable(),
  /** The embedded server has a second address, so RFC 5780 tests work against it. */
  embeddedRfc5780: z.boolean(),
  /** What the caller may do; null: what anybody may. */
  role: roleSchema.nullable(),
  /** Sign-in with an identity provider; null: there is none. */
  signIn: signInOfferSchema.nullable(),
  /** Of the caller’s projects. Null: the store is away, nobody can count them. */
  runs: z.int().min(0).nullable(),
  store: storeStateSchema,
});
export type ServiceInfo = z.infer<typeof serviceInfoSchema>;
