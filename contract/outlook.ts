/** What two NATs let expect of a direct connection between the members behind them. */
import { z } from 'zod';
import { behaviourSchema } from './nat-report.ts';

const natSchema = z.object({ mapping: behaviourSchema, filtering: behaviourSchema });

export const outlookSchema = z.object({
  /** `depends`: on something that the tests do not show. */
  direct: z.enum(['yes', 'no', 'depends', 'open']),
  /** Stable id of the finding; docs/predictions.md. */
  code: z.string().max(64),
  /** A sentence without its full stop, in English. */
  reason: z.string().max(500),
  /** Of the member that is told. */
  here: natSchema,
  there: natSchema,
});
export type Outlook = z.infer<typeof outlookSchema>;
