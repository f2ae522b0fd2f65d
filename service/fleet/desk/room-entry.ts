/**
 * What the ledger keeps of a room: its inputs, in the order in which they were taken, and now and then the whole room.
 * Whoever reads them all has the room as its owner has it.
 */
import { z } from 'zod';
import { idSchema } from '../../../contract/basics.ts';
import { memberSchema } from '../../../contract/room.ts';
import { roomPathSchema } from '../../../contract/room-path.ts';
import { signalClientMessageSchema } from '../../../contract/signalling.ts';
import { roomCopySchema, roomSpecSchema } from '../../rooms/room-copy.ts';
import type { RoomInput } from '../../rooms/room-traffic.ts';

const room = idSchema;
const socket = z.int().min(0);

const inputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), room: roomSpecSchema }),
  z.object({
    kind: z.literal('join'),
    room,
    token: z.string(),
    member: memberSchema.pick({ id: true, name: true, kind: true }),
    session: z.string(),
  }),
  z.object({
    kind: z.literal('leave'),
    room,
    member: idSchema,
    reason: z.enum(['left', 'lost', 'removed']),
  }),
  z.object({ kind: z.literal('change-path'), room, path: roomPathSchema }),
  z.object({ kind: z.literal('close'), room }),
  z.object({ kind: z.literal('opened'), socket }),
  z.object({ kind: z.literal('media-opened'), room, socket }),
  z.object({ kind: z.literal('media-failed'), room }),
  z.object({
    kind: z.literal('said'),
    socket,
    message: signalClientMessageSchema,
    characters: z.int().min(0),
  }),
  z.object({ kind: z.literal('babbled'), socket, problem: z.string() }),
  z.object({ kind: z.literal('flooded'), socket }),
  z.object({ kind: z.literal('closed'), socket }),
  z.object({ kind: z.literal('adopted') }),
  z.object({ kind: z.literal('due') }),
]) satisfies z.ZodType<RoomInput>;

export const roomEntrySchema = z.object({
  version: z.literal(1),
  /** Of this entry alone: whoever wrote it knows it again when the answer was lost. */
  id: z.string(),
  /** Who wrote it, and acts for the room; null: nobody any more. */
  owner: z.string().nullable(),
  /** Time of the room, which goes on across owners. */
  atMs: z.number(),
  /** Sockets of the room are numbered on from here. */
  nextSocket: socket,
  content: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inputs'), inputs: z.array(inputSchema) }),
    /** The room after all that was before: earlier entries are not needed any more. */
    z.object({ kind: z.literal('copy'), room: roomCopySchema }),
  ]),
});
export type RoomEntry = z.infer<typeof roomEntrySchema>;

/** As it was read from the ledger. */
export interface KeptEntry {
  readonly revision: number;
  readonly entry: RoomEntry;
  /** Before it was read. */
  readonly ageMs: number;
}
