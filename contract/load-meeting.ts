/** What machines that make a load together say to each other before they begin, over NATS. */
import { z } from 'zod';
import { mostParts } from './load-parts.ts';

export const attendanceSchema = z.object({
  number: z.int().min(1).max(mostParts),
  of: z.int().min(2).max(mostParts),
  /** Of the process: a second machine with the same number is another one. */
  who: z.string().min(1).max(64),
  /** What must be the same on all machines, each as text. */
  settings: z.record(z.string().max(100), z.string().max(20_000)),
});
export type Attendance = z.infer<typeof attendanceSchema>;

/** `nowMs`: clock of the first machine when it answered, in ms since 1970. */
export const meetingAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wait'), missing: z.array(z.int()), nowMs: z.number() }),
  z.object({ kind: z.literal('start'), startAtMs: z.number(), nowMs: z.number() }),
  z.object({ kind: z.literal('refused'), problem: z.string().max(300), nowMs: z.number() }),
]);
export type MeetingAnswer = z.infer<typeof meetingAnswerSchema>;
