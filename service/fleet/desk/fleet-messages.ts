/** What nodes say to each other about rooms. */
import { z } from 'zod';
import { idSchema } from '../../../contract/basics.ts';
import { failureCodeSchema } from '../../../contract/failure-schema.ts';
import { memberSchema, roomTicketSchema } from '../../../contract/room.ts';
import { roomPathSchema } from '../../../contract/room-path.ts';
import { signalClientMessageSchema, signalServerMessageSchema } from '../../../contract/signalling.ts';

const member = idSchema;
/** A socket of the node that it hangs on. */
const line = z.int().min(1);
/** What HTTP wants of a room. Sessions come as hashes. */
export const roomAskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('view') }),
  z.object({ kind: z.literal('member-by'), session: z.string() }),
  z.object({
    kind: z.literal('join'),
    token: z.string(),
    member: memberSchema.pick({ id: true, name: true, kind: true }),
    session: z.string(),
  }),
  z.object({ kind: z.literal('leave'), member, reason: z.enum(['left', 'lost', 'removed']) }),
  z.object({ kind: z.literal('change-path'), path: roomPathSchema }),
  z.object({ kind: z.literal('close') }),
]);
export type RoomAsk = z.infer<typeof roomAskSchema>;

export const roomCallSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask'), room: idSchema, id: z.string(), ask: roomAskSchema }),
  /** A member has said hello on a socket of the calling node. */
  z.object({
    kind: z.literal('line'),
    room: idSchema,
    line,
    hello: signalClientMessageSchema,
    characters: z.int().min(0),
  }),
]);
export type RoomCall = z.infer<typeof roomCallSchema>;

/** `ticket` and `member`: whatever was asked, so that one form does; null where there is none. */
export const askOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    ticket: roomTicketSchema.nullable(),
    member: idSchema.nullable(),
  }),
  z.object({ kind: z.literal('refused'), code: failureCodeSchema, detail: z.string() }),
]);
export type AskOutcome = z.infer<typeof askOutcomeSchema>;

export const roomReplySchema = z.discriminatedUnion('kind', [
  ...askOutcomeSchema.options,
  z.object({ kind: z.literal('attached'), node: z.string() }),
  /** The room is not here any more. */
  z.object({ kind: z.literal('moved') }),
]);
export type RoomReply = z.infer<typeof roomReplySchema>;

/** Each direction of a line is numbered from 1: where one is missing the line ends, and the member comes back. */
const n = z.int().min(1);

/** As `n`: the other end knows nothing of the line, so whatever this one has counted is lost. */
export const lostCount = Number.MAX_SAFE_INTEGER;

export const frameSchema = z.discriminatedUnion('to', [
  z.object({
    to: z.literal('room'),
    line,
    n,
    body: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('said'),
        message: signalClientMessageSchema,
        characters: z.int().min(0),
      }),
      z.object({ kind: z.literal('babbled'), problem: z.string() }),
      z.object({ kind: z.literal('closed') }),
    ]),
  }),
  z.object({
    to: z.literal('line'),
    line,
    n,
    body: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('send'), message: signalServerMessageSchema }),
      z.object({ kind: z.literal('hang-up'), reason: z.string(), again: z.boolean() }),
    ]),
  }),
]);
export type Frame = z.infer<typeof frameSchema>;
export type RoomFrame = Extract<Frame, { to: 'room' }>;
export type LineFrame = Extract<Frame, { to: 'line' }>;
