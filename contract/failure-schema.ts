import { z } from 'zod';
import { blames, type Failure, type FailureCode, failureCodes } from './failures.ts';

export const failureCodeSchema = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);

export const failureSchema = z.object({
  code: failureCodeSchema,
  blame: z.enum(blames),
  message: z.string().max(1000),
  next: z.string().max(1000),
}) satisfies z.ZodType<Failure>;
