/** What the service and the process of one room tell each other. Both ends parse. */
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { maxSdpLength } from '../../contract/signal.ts';

const link = idSchema;
const sdp = z.string().max(maxSdpLength);
const candidate = z.string().max(2000);
const mid = z.string().max(64);
const payloadType = z.int().min(0).max(127);
const offered = z.object({ mid, payloadType }).nullable();

/** Where a link’s sockets are and how they are announced. */
const placeShape = {
  /** Bind only this address; null: all. */
  bindAddress: z.string().max(100).nullable(),
  /** Further addresses under which this host can be reached. */
  announce: z.array(z.string().max(100)).max(8),
};

/** Service → room process. A link is one PeerConnection; its id is chosen by the service. */
export const roomOrderSchema = z.discriminatedUnion('type', [
  /** Offer to receive a member’s media. */
  z.object({ type: z.literal('publish'), link, ...placeShape }),
  /** Offer a publisher’s media to a member. */
  z.object({ type: z.literal('view'), link, publisher: link, ...placeShape }),
  /** The same two with the member’s offer, already filtered (sdp/filter-offer.ts). */
  z.object({
    type: z.literal('publish-offered'),
    link,
    sdp,
    audio: offered,
    video: offered,
    ...placeShape,
  }),
  z.object({
    type: z.literal('view-offered'),
    link,
    publisher: link,
    sdp,
    audio: offered,
    video: offered,
    ...placeShape,
  }),
  z.object({ type: z.literal('answer'), link, sdp }),
  z.object({ type: z.literal('candidate'), link, candidate, mid }),
  z.object({ type: z.literal('close'), link }),
  z.object({ type: z.literal('report') }),
]);
export type RoomOrder = z.infer<typeof roomOrderSchema>;

const count = z.int().min(0);
const mediumSchema = z.object({
  packetsIn: count,
  bytesIn: count,
  packetsOut: count,
  bytesOut: count,
  resent: count,
  nacked: count,
  keyframesAsked: count,
  dropped: count,
  lost: z.int(),
  jitterMs: z.number().min(0),
});

/** One publisher’s media at the server. */
export const publicationSchema = z.object({
  link,
  viewers: count,
  allowedBps: z.number().min(0),
  media: z.object({ audio: mediumSchema, video: mediumSchema }),
});
export type Publication = z.infer<typeof publicationSchema>;

export const linkStates = ['connected', 'failed', 'closed'] as const;

/** Room process → service. */
export const roomNewsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('offer'), link, sdp }),
  /** With all candidates, where the member cannot take them one by one. */
  z.object({ type: z.literal('answer'), link, sdp }),
  z.object({ type: z.literal('candidate'), link, candidate, mid }),
  z.object({ type: z.literal('state'), link, state: z.enum(linkStates) }),
  z.object({ type: z.literal('refused'), link, problem: z.string().max(300) }),
  z.object({
    type: z.literal('report'),
    /** Processor time of the room’s process so far, in µs. */
    processorUs: z.number().min(0),
    publications: z.array(publicationSchema).max(1024),
  }),
]);
export type RoomNews = z.infer<typeof roomNewsSchema>;
