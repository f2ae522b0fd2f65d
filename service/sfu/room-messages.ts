/** What the service and the process of one room tell each other. Both ends parse. */
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { maxSdpLength } from '../../contract/signal.ts';

const link = idSchema;
const publication = idSchema;
const sdp = z.string().max(maxSdpLength);
const candidate = z.string().max(2000);
const mid = z.string().max(64);
const payloadType = z.int().min(0).max(127);
const offered = z.object({ mid, payloadType }).nullable();

/** Where a link’s sockets are and how they are announced; as in rtc/echo-messages.ts. */
const placeShape = {
  /** Bind only this address; null: all. */
  bindAddress: z.string().max(100).nullable(),
  /** The member came over loopback, so announce loopback too. */
  clientIsLocal: z.boolean(),
  /** Further addresses under which this host can be reached. */
  announce: z.array(z.string().max(100)).max(8),
};
const placeSchema = z.object(placeShape);
export type LinkPlace = Readonly<z.infer<typeof placeSchema>>;

const offeredShape = { sdp, media: z.object({ audio: offered, video: offered }) };

/**
 * Service → room process. A link is one PeerConnection; a publication is what one member sends, over all the links
 * that the member makes for it one after the other. The service chooses the ids of both.
 */
export const roomOrderSchema = z.discriminatedUnion('type', [
  /** Offer to receive the media of a publication. */
  z.object({ type: z.literal('publish'), link, publication, ...placeShape }),
  /** Offer to send them. */
  z.object({ type: z.literal('view'), link, publication, ...placeShape }),
  /** The same two with the member’s own offer, already filtered (sdp/filter-offer.ts). */
  z.object({ type: z.literal('publish-offered'), link, publication, ...offeredShape, ...placeShape }),
  z.object({ type: z.literal('view-offered'), link, publication, ...offeredShape, ...placeShape }),
  z.object({ type: z.literal('answer'), link, sdp }),
  z.object({ type: z.literal('candidate'), link, candidate, mid }),
  z.object({ type: z.literal('close'), link }),
  /** Close the publication’s links, its viewers’ too. */
  z.object({ type: z.literal('retire'), publication }),
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

/** One publication at the server; see forward/forwarder.ts. */
export const publicationReportSchema = z.object({
  publication,
  viewers: count,
  allowedBps: z.number().min(0),
  media: z.object({ audio: mediumSchema, video: mediumSchema }),
});
export type PublicationReport = z.infer<typeof publicationReportSchema>;

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
    publications: z.array(publicationReportSchema).max(1024),
  }),
]);
export type RoomNews = z.infer<typeof roomNewsSchema>;
export type RoomReport = Extract<RoomNews, { type: 'report' }>;
/** Of one link. */
export type LinkNews = Exclude<RoomNews, RoomReport>;
