/** What one member of a room saw: one attempt per directed link, from the sender to this member. */
import { z } from 'zod';
import { headlineSchema, idSchema, msSchema } from './basics.ts';
import { envelopeOf } from './envelope-of.ts';
import { memberTrafficSchema } from './member-traffic.ts';
import { outlookSchema } from './outlook.ts';
import { roomPathSchema } from './room-path.ts';
import { attemptSchema } from './visit-report.ts';

const count = z.int().min(0);

/** What came over a link, from the browser’s own statistics (W3C WebRTC Statistics); null: not reported. */
export const inboundMediaSchema = z.object({
  packetsReceived: count,
  packetsLost: count,
  jitterMs: msSchema.nullable(),
  framesDecoded: count,
  framesPerSecond: z.number().min(0).nullable(),
  width: count.nullable(),
  height: count.nullable(),
  freezes: count.nullable(),
  totalAudioEnergy: z.number().min(0).nullable(),
  /** Over the last interval that was measured. */
  kbps: z.number().min(0).nullable(),
});
export type InboundMedia = z.infer<typeof inboundMediaSchema>;

export const linkAttemptSchema = attemptSchema.extend({
  /** Name of the link between the two; see room-roles.ts. */
  link: z.string().max(80),
  /** null: no media packet came. */
  media: inboundMediaSchema.nullable(),
  /** Why the connection takes the way it takes, in a sentence. */
  why: z.string().max(1000),
  /** What the NAT tests of both ends say; absent: one of them was not made, or left open how its NAT behaves. */
  outlook: outlookSchema.optional(),
});
export type LinkAttempt = z.infer<typeof linkAttemptSchema>;

export const roomReportBodySchema = z.object({
  headline: headlineSchema,
  room: z.object({ id: idSchema, path: roomPathSchema, size: z.int().min(2) }),
  /** Id of the member that reports; `to` of its attempts. */
  member: idSchema,
  attempts: z.array(linkAttemptSchema).max(100),
  notes: z.array(z.string().max(500)).max(20),
  /** Of a page that joined by itself; absent: no window was measured. */
  traffic: memberTrafficSchema.optional(),
  /** Of such a page too: from the beginning of the path until all others were seen; null: they were not. */
  everyoneSeenMs: msSchema.nullable().optional(),
  run: z.object({
    userAgent: z.string().max(500),
    language: z.string().max(50).nullable(),
    /** From the join. */
    durationMs: msSchema,
    /** What this member sent. */
    sent: z.enum(['camera', 'synthetic']),
    /** For so long the page was not to be seen; browsers slow hidden pages down. */
    hiddenMs: msSchema,
  }),
});
export type RoomReportBody = z.infer<typeof roomReportBodySchema>;

export const roomReportSchema = envelopeOf('room-report', roomReportBodySchema);
export type RoomReport = z.infer<typeof roomReportSchema>;
