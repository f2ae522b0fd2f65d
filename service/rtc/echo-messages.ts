/** What the service and its echo process tell each other. Both ends parse. */
import { z } from 'zod';
import { idSchema } from '../../contract/basics.ts';
import { maxSdpLength } from '../../contract/signal.ts';

const session = idSchema;
const candidate = z.string().max(2000);
const mid = z.string().max(64);

/** Service → echo process. */
export const echoOrderSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('offer'),
    session,
    sdp: z.string().max(maxSdpLength),
    /** Comes through a TURN server: see relay-door.ts. */
    relayOnly: z.boolean(),
    /** Bind only this address; null: all. */
    bindAddress: z.string().max(100).nullable(),
    /** The client came over loopback, so announce loopback too. */
    clientIsLocal: z.boolean(),
    /** Further addresses under which this host can be reached. */
    announce: z.array(z.string().max(100)).max(8),
  }),
  z.object({ type: z.literal('candidate'), session, candidate, mid }),
  z.object({ type: z.literal('close'), session }),
]);
export type EchoOrder = z.infer<typeof echoOrderSchema>;

/** Echo process → service. */
export const echoNewsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), session, sdp: z.string().max(maxSdpLength) }),
  z.object({ type: z.literal('candidate'), session, candidate, mid }),
  z.object({ type: z.literal('peer-state'), session, state: z.string().max(32) }),
  z.object({ type: z.literal('refused'), session, problem: z.string().max(300) }),
]);
export type EchoNews = z.infer<typeof echoNewsSchema>;
