/** TURN checks that the service runs from its own host, against servers of its list. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from './basics.ts';
import { runSummarySchema } from './runs.ts';

/** Harmless checks only: what may hurt a server is left to the command line. */
export const turnCheckRequestSchema = z.strictObject({ server: idSchema });

const count = z.int().min(0);

export const turnCheckStateSchema = z.object({
  id: idSchema,
  server: idSchema,
  state: z.enum(['running', 'done', 'failed']),
  startedAt: isoTimeSchema,
  /** The TURN URLs of the server are checked one after the other. */
  uri: z.string().max(300),
  urisDone: count,
  uris: count,
  /** Of the present URL. */
  checksDone: count,
  checks: count,
  /** Run ids of the stored reports, in the order of the URLs. */
  runs: z.array(idSchema).max(10),
  /** Why there is no report of a URL; empty when each has one. */
  problems: z.array(z.string().max(1000)).max(10),
});
export type TurnCheckState = z.infer<typeof turnCheckStateSchema>;

export const serverChecksSchema = z.object({
  /** The latest check since the service started; null: none. */
  latest: turnCheckStateSchema.nullable(),
  /** Stored turn-reports of the server’s URLs, newest first, a limited number for each URL. */
  history: z.array(runSummarySchema),
});
export type ServerChecks = z.infer<typeof serverChecksSchema>;
