/** A room as data, complete: what another node needs to go on where this one stopped. */
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { natSummarySchema } from '../../contract/nat-report.ts';
import { defaultProject } from '../../contract/projects.ts';
import { memberSchema } from '../../contract/room.ts';
import { roomPathSchema } from '../../contract/room-path.ts';
import {
  connectionSchema,
  type SequencedMessage,
  signalServerMessageSchema,
} from '../../contract/signalling.ts';

const ms = z.number();
const count = z.int().min(0);

export const roomSpecSchema = z.object({
  id: idSchema,
  name: z.string(),
  // Rooms that an earlier release has made or copied have none.
  project: idSchema.default(defaultProject),
  path: roomPathSchema,
  size: z.int().min(2),
  joinToken: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lifeMs: ms,
});

const bothEnds = <T extends z.ZodType>(value: T) => z.object({ polite: value, impolite: value });

/** One link of a pair of members. */
export const linkCopySchema = z.object({
  offers: bothEnds(z.boolean()),
  described: bothEnds(z.boolean()),
  candidates: bothEnds(count),
  ended: z.boolean(),
});
export type LinkCopy = z.infer<typeof linkCopySchema>;

export const pairsCopySchema = z.object({
  epoch: count,
  pairs: z.array(
    z.object({ key: z.string(), renewals: count, links: z.array(z.tuple([z.string(), linkCopySchema])) }),
  ),
});
export type PairsCopy = z.infer<typeof pairsCopySchema>;

export const logCopySchema = z.object({
  lastSeq: count,
  forgottenSeq: count,
  kept: z.array(signalServerMessageSchema.refine((message): message is SequencedMessage => 'seq' in message)),
});
export type LogCopy = z.infer<typeof logCopySchema>;

export const seatCopySchema = z.object({
  member: memberSchema.omit({ present: true }),
  session: z.string().nullable(),
  socket: count.nullable(),
  /** Releases before 0.2 do not write it. */
  connection: connectionSchema.nullable().default(null),
  greeted: z.boolean(),
  nat: natSummarySchema.nullable(),
  received: count,
  dueMs: ms.nullable(),
  /** Refusals that it may still cause. */
  refusals: ms,
  log: logCopySchema,
});
export type SeatCopy = z.infer<typeof seatCopySchema>;

export const roomCopySchema = z.object({
  spec: roomSpecSchema,
  path: roomPathSchema,
  endsMs: ms,
  emptySinceMs: ms.nullable(),
  nextOrder: count,
  pairs: pairsCopySchema,
  seats: z.array(seatCopySchema),
  /** How its media server fares; null: it has none. */
  media: z.object({ openedMs: ms.nullable(), failures: count, retryMs: ms.nullable() }).nullable(),
});
export type RoomCopy = z.infer<typeof roomCopySchema>;
