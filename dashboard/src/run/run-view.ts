import { z } from 'zod';

/** How a report is shown; its URL holds it, so that a copied link shows the same. */
export const runViewSchema = z.object({
  /** Without addresses and names. */
  redact: z.literal('yes').optional().catch(undefined),
  /** The earlier run that it is compared with. */
  with: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional()
    .catch(undefined),
  /** Lab runs: the only path that is shown, and the cell whose evidence is. */
  path: z
    .string()
    .regex(/^[a-z]{1,8}-[a-z]{1,8}$/)
    .optional()
    .catch(undefined),
  cell: z.string().max(200).optional().catch(undefined),
  /** Loads: the packet size whose runs are shown. */
  bytes: z.coerce.number().int().optional().catch(undefined),
});
export type RunView = z.infer<typeof runViewSchema>;
