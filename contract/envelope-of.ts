import { z } from 'zod';
import { isoTimeSchema } from './basics.ts';
import { vantageSchema } from './fleet/vantage.ts';

const toolSchema = z.object({ name: z.string().max(64), version: z.string().max(64) });

/** The one wrapper of everything that is stored, sent or printed with `--json`. */
export function envelopeOf<K extends string, B extends z.ZodType>(kind: K, body: B) {
  return z.object({
    kind: z.literal(kind),
    version: z.literal(1),
    tool: toolSchema,
    at: isoTimeSchema,
    /** Where it was measured; absent: not by an agent. */
    vantage: vantageSchema.optional(),
    body,
  });
}
