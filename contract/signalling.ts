/**
 * The channel part of signalling: messages on `/ws/rooms`, between a member of a room and the service, which passes
 * them on. docs/rooms.md tells the whole conversation.
 *
 * Both directions are numbered, so that a socket may break at any time: a member numbers what it says (`n`), the
 * service numbers what it tells each member (`seq`). After a reconnection both sides send again what has not arrived.
 */
import { z } from 'zod';
import { idSchema } from './basics.ts';
import { natSummarySchema } from './nat-report.ts';
import { outlookSchema } from './outlook.ts';
import { memberSchema, roomViewSchema } from './room.ts';
import { roomPathSchema } from './room-path.ts';
import { candidateInitSchema, maxSdpLength } from './signal.ts';

export const signallingVersion = 1;

/** Names a connection among those of one pair of members; see room-roles.ts. */
const link = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/);
/**
 * Counts how often a pair of members has begun anew. Messages of an earlier epoch are about connections that no longer
 * exist: the service drops them.
 */
const epoch = z.int().min(0);
const sdp = z.string().min(1).max(maxSdpLength);
/** null: the end of candidates (RFC 8838 §8.2). */
const candidate = candidateInitSchema.nullable();
const toldText = z.string().max(8_192);
const n = z.int().min(1);
const seq = z.int().min(1);
const to = idSchema;
const from = idSchema;

/**
 * One program counts its sockets, from 1: what comes late from an earlier one takes nobody’s place. A second program with
 * the same session (a copied tab) has a channel of its own.
 */
export const connectionSchema = z.object({ channel: z.string().min(1).max(64), count: z.int().min(1) });
export type Connection = z.infer<typeof connectionSchema>;

/** Member → service. */
export const signalClientMessageSchema = z.discriminatedUnion('type', [
  /** First on every socket. `lastSeq`: the last message that arrived; null: nothing is left from before, begin anew. */
  z.object({
    type: z.literal('hello'),
    version: z.literal(signallingVersion),
    room: idSchema,
    session: z.string().max(128),
    lastSeq: z.int().min(0).nullable(),
    connection: connectionSchema.optional(),
  }),
  z.object({ type: z.literal('offer'), n, to, link, epoch, sdp }),
  z.object({ type: z.literal('answer'), n, to, link, epoch, sdp }),
  z.object({ type: z.literal('candidate'), n, to, link, epoch, candidate }),
  /** Ends one link; its name is not used again in this epoch. */
  z.object({ type: z.literal('bye'), n, to, link, epoch }),
  /** Asks for a new epoch with a member, because a connection broke for good. */
  z.object({ type: z.literal('renew'), n, to, epoch }),
  /** What the NAT test of this member found; the others learn what it means for a connection to them. */
  z.object({ type: z.literal('nat'), n, nat: natSummarySchema }),
  z.object({ type: z.literal('leave'), n }),
  /** For all others who are there now; of no worth later, so it is neither numbered nor said again. */
  z.object({ type: z.literal('tell'), text: toldText }),
  /** Proves that the socket lives. `seq`: the last message that arrived, so that the service can forget it. */
  z.object({ type: z.literal('ping'), seq: z.int().min(0) }),
]);
export type SignalClientMessage = z.infer<typeof signalClientMessageSchema>;

/** Another member as one member sees it. */
export const peerSchema = memberSchema.extend({ epoch });
export type Peer = z.infer<typeof peerSchema>;

/** Service → member. */
export const signalServerMessageSchema = z.discriminatedUnion('type', [
  /**
   * Answer to hello. `resumed`: all that was missed follows, numbered on from `lastSeq`. Otherwise the member begins
   * anew, with `peers` as they are, and what follows is numbered on from the `lastSeq` of this message.
   */
  z.object({
    type: z.literal('welcome'),
    version: z.literal(signallingVersion),
    you: idSchema,
    room: roomViewSchema,
    peers: z.array(peerSchema),
    resumed: z.boolean(),
    lastSeq: z.int().min(0),
    /** The last `n` that arrived. */
    received: z.int().min(0),
  }),
  z.object({ type: z.literal('joined'), seq, peer: peerSchema }),
  z.object({
    type: z.literal('left'),
    seq,
    member: idSchema,
    /** lost: its socket broke and it did not come back in time. */
    reason: z.enum(['left', 'lost', 'removed']),
  }),
  z.object({ type: z.literal('presence'), seq, member: idSchema, present: z.boolean() }),
  /** Close every link with that member and begin anew, in this epoch. */
  z.object({
    type: z.literal('renewed'),
    seq,
    member: idSchema,
    epoch,
    /** restarted: it lost all it had (page reload, process restart) · asked: one of the two sent `renew`. */
    reason: z.enum(['restarted', 'asked']),
  }),
  /** The room takes another path: close all links and begin anew with these. */
  z.object({ type: z.literal('path'), seq, path: roomPathSchema, peers: z.array(peerSchema) }),
  /** Once the NATs of both are known, and again when one of them has been tested anew. */
  z.object({ type: z.literal('outlook'), seq, member: idSchema, outlook: outlookSchema }),
  /** What another member tells all. */
  z.object({ type: z.literal('told'), member: idSchema, text: toldText }),
  z.object({ type: z.literal('offer'), seq, from, link, epoch, sdp }),
  z.object({ type: z.literal('answer'), seq, from, link, epoch, sdp }),
  z.object({ type: z.literal('candidate'), seq, from, link, epoch, candidate }),
  z.object({ type: z.literal('bye'), seq, from, link, epoch }),
  /** `n`: the message that it is about. `fatal`: the socket closes, and to come back is no use. */
  z.object({
    type: z.literal('error'),
    code: z.string().max(64),
    message: z.string().max(500),
    n: n.nullable(),
    fatal: z.boolean(),
  }),
  /** Answer to ping. `received`: the last `n` that arrived. */
  z.object({ type: z.literal('pong'), received: z.int().min(0) }),
]);
export type SignalServerMessage = z.infer<typeof signalServerMessageSchema>;

/** The numbered ones among them, which are kept until they have arrived. */
export type SequencedMessage = Extract<SignalServerMessage, { seq: number }>;
