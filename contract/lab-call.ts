/** A call through events, as a lab report tells it. */
import { z } from 'zod';
import { msSchema } from './basics.ts';
import { callSteps, restartPolicies, siteSteps } from './scenario-call.ts';

const amount = z.int().min(0);
/** From the offering end to the other, and back. */
const bothWays = z.tuple([amount, amount]);

const eventSchema = z.object({
  /** When the step was done, since the start of the call. */
  atMs: msSchema,
  do: z.enum([...siteSteps, ...callSteps, 'loss', 'move']),
  /** The site it was done to; null: the server, or the call itself. */
  site: z.string().max(24).nullable(),
  /**
   * uninterrupted: single messages at most were lost · recovered: messages flow both ways again · lost: not before the
   * end of the call.
   */
  outcome: z.enum(['uninterrupted', 'recovered', 'lost']),
  /** From the step until ICE at either end said disconnected or failed; null: it did not, before messages flowed again. */
  detectMs: msSchema.nullable(),
  /** From the step until the first new offer; null: there was none. */
  restartMs: msSchema.nullable(),
  /** From the step until the first message is through again, in the direction where that took longer. */
  recoverMs: msSchema.nullable(),
  /** Messages sent between this step and the next that did not come within a second. */
  sent: bothWays,
  lost: bothWays,
  /** What the scenario vouches for; null: nothing. */
  recoverWithin: z.union([msSchema, z.literal('never')]).nullable(),
  asExpected: z.boolean().nullable(),
});
export type LabCallEvent = z.infer<typeof eventSchema>;

export const labCallSchema = z.object({
  messagesPerSec: amount,
  lastedMs: msSchema,
  restart: z.enum(restartPolicies),
  sent: bothWays,
  lost: bothWays,
  events: z.array(eventSchema).max(50),
});
export type LabCall = z.infer<typeof labCallSchema>;
