/** Where a measurement was made, and how far its clock was off. */
import { z } from 'zod';
import { idSchema } from '../basics.ts';

/** A place that agents share, chosen by the operator: `eu-west`, `seoul`, `office`. */
export const regionSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);

/** The agent’s clock against the hub’s (RFC 5905 §8): agent time + offset = hub time. */
export const clockSkewSchema = z.object({
  /** Positive: the agent’s clock is behind. */
  offsetMs: z.number().min(-1e12).max(1e12),
  /** The true offset is within ± this: half of the best round trip. */
  uncertaintyMs: z.number().min(0).max(1e6),
});
export type ClockSkew = z.infer<typeof clockSkewSchema>;

/** Added by the hub to what an agent reports; a report that did not come from an agent has none. */
export const vantageSchema = z.object({
  agent: idSchema,
  name: z.string().max(100),
  region: regionSchema,
  /** As the hub sees the agent, cut to its /24 or /48; null: it was not kept. */
  network: z.string().max(50).nullable(),
  /** Null: not measured yet. */
  clock: clockSkewSchema.nullable(),
});
export type Vantage = z.infer<typeof vantageSchema>;
