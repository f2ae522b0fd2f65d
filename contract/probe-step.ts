import { z } from 'zod';

/** How far a measurement has come. */
export const probeStepSchema = z.object({
  /** resolve, nat, relay, done … */
  step: z.string().max(64),
  message: z.string().max(300),
  atMs: z.number().min(0),
});
export type ProbeStep = z.infer<typeof probeStepSchema>;
