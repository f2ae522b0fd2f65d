/** What nodes say to each other about pairs whose ends are connected to two of them. No login is in here. */
import { z } from 'zod';
import { idSchema } from '../../../contract/basics.ts';
import { jobTrySchema, pairOrderSchema } from '../../../contract/fleet/agent-signal.ts';
import { regionSchema } from '../../../contract/fleet/vantage.ts';

const which = jobTrySchema.shape;
const name = z.string().max(100);

export const pairCallSchema = z.discriminatedUnion('kind', [
  /** Has that node an agent for the other end? What it is to do, the node takes from the job, which is in the store. */
  z.object({
    kind: z.literal('claim'),
    ...which,
    owner: z.object({ agent: idSchema, name, region: regionSchema }),
  }),
  /** For the end that is connected to that node. */
  z.object({ kind: z.literal('tell'), ...which, said: pairOrderSchema }),
  /** The attempt is over for the end that is connected to that node. */
  z.object({ kind: z.literal('stop'), ...which, reason: z.string().max(300) }),
]);
export type PairCall = z.infer<typeof pairCallSchema>;
export type PairClaim = Extract<PairCall, { kind: 'claim' }>;

/** Who the other end is; null: that node has none, or was not asked for one. */
export const pairReplySchema = z.object({ helper: z.object({ name, region: regionSchema }).nullable() });
export type PairHelper = NonNullable<z.infer<typeof pairReplySchema>['helper']>;
