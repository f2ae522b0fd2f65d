/** The configurable list of STUN and TURN servers. Secrets go in and never come out. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from './basics.ts';
import { serverResultSchema } from './nat-report.ts';
import { runSummarySchema } from './runs.ts';

export * from './ice-server.ts';

const uriSchema = z
  .string()
  .max(300)
  .regex(/^(stun|stuns|turn|turns):/i, 'must begin with stun:, stuns:, turn: or turns:');

/** How to authenticate to TURN: nothing, a fixed pair, or a shared secret from which short-lived pairs are made. */
export const serverAuths = ['none', 'password', 'secret'] as const;

const serverBase = {
  label: z.string().trim().min(1).max(100),
  urls: z.array(uriSchema).min(1).max(10),
  username: z.string().max(500).nullable(),
  auth: z.enum(serverAuths),
  /** Off: kept in the list, left out of checks. */
  enabled: z.boolean(),
};

/** What a screen or the config file gives. `credential` absent in an update keeps the old one. */
export const serverInputSchema = z.strictObject({
  ...serverBase,
  username: serverBase.username.default(null),
  auth: serverBase.auth.default('none'),
  enabled: serverBase.enabled.default(true),
  /** Password (`auth: password`) or shared secret (`auth: secret`). Write-only. */
  credential: z.string().max(500).optional(),
});
export type ServerInput = z.infer<typeof serverInputSchema>;

/** What a screen sees. */
export const serverViewSchema = z.object({
  id: idSchema,
  ...serverBase,
  hasCredential: z.boolean(),
  /** embedded: runs inside this service · config: from the config file, read-only · screen: editable. */
  origin: z.enum(['embedded', 'config', 'screen']),
  lastTest: z.object({ at: isoTimeSchema, results: z.array(serverResultSchema) }).nullable(),
  /** The newest turn-report of each TURN URL that has one. */
  lastChecks: z.array(runSummarySchema).max(10),
});
export type ServerView = z.infer<typeof serverViewSchema>;
