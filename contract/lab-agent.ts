/**
 * What the lab and a client under test say to each other: one JSON object a line, orders on the client's stdin, news
 * on its stdout. `docs/lab-agents.md` tells it to those who write a client.
 */
import { z } from 'zod';
import { endpointSchema } from './basics.ts';
import { candidateTypeSchema } from './candidate.ts';
import { type FailureCode, failureCodes } from './failures.ts';
import { behaviourSchema } from './nat-report.ts';

const run = z.int().min(0);
const sdp = z.string().max(100_000);
const link = z.string().max(80).optional();
const epochMs = z.number().min(0);
/** Ten minutes of 200 a second. */
const mostMessages = 120_000;

/** Of ICE, and of the messages. */
export const labLinkStates = ['connected', 'disconnected', 'failed', 'silent', 'talking'] as const;
export type LabLinkState = (typeof labLinkStates)[number];

/** W3C RTCIceServer, as applications hand it to RTCPeerConnection. */
export interface LabIceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export type LabAgentOrder =
  | {
      readonly order: 'open';
      readonly run: number;
      /** This end makes the offer and the data channel `echo`; the other one sends every message back. */
      readonly offers: boolean;
      /**
       * relay: only relayed candidates may be used (iceTransportPolicy) · sfu: the other end is a media server, which
       * offers a link for what this end sends and one for what the other member sends; `offers` is false then.
       */
      readonly path: 'direct' | 'relay' | 'sfu';
      /** Between the ends of a direct path. tcp: none but ICE-TCP candidates may be used (RFC 6544). */
      readonly transport: 'udp' | 'tcp';
      /** video: a picture is sent as well, and `ended` waits until the other one's was stable for five seconds (S7). */
      readonly media: 'none' | 'video';
      readonly iceServers: readonly LabIceServer[];
      /** PEM file with the certificate that signs the TURN server's. */
      readonly caFile: string | null;
      /** A call follows: the offering end makes a second data channel, `call`, unordered and with a short life. */
      readonly call?: { readonly messagesPerSec: number };
    }
  | {
      readonly order: 'description';
      readonly run: number;
      readonly type: 'offer' | 'answer';
      readonly sdp: string;
      /** On the path `sfu`: which of the links. */
      readonly link?: string;
    }
  | {
      readonly order: 'candidate';
      readonly run: number;
      readonly candidate: string;
      readonly mid: string;
      readonly link?: string;
    }
  /** On the path `sfu`, where the media server never offers to receive: offer what this end sends, on this link. */
  | { readonly order: 'offer'; readonly run: number; readonly link: string }
  | { readonly order: 'close'; readonly run: number }
  /** Numbered messages over `call` from now on, or none. */
  | { readonly order: 'talk'; readonly run: number; readonly on: boolean }
  /** To the end that offers: a new offer, with a restart of ICE or of the whole connection. */
  | { readonly order: 'restart'; readonly run: number }
  /** What was sent and received during the call. */
  | { readonly order: 'messages'; readonly run: number }
  /** Polynya's own agent only: what is the way out of here? Servers as `ADDRESS:PORT`. */
  | { readonly order: 'classify'; readonly run: number; readonly stun: readonly string[] };

const selectedEnd = z.object({ type: candidateTypeSchema, ...endpointSchema.shape });

export const labAgentNewsSchema = z.discriminatedUnion('news', [
  z.object({ news: z.literal('ready'), agent: z.string().max(200) }),
  z.object({ news: z.literal('description'), run, link, type: z.enum(['offer', 'answer']), sdp }),
  z.object({
    news: z.literal('candidate'),
    run,
    link,
    candidate: z.string().max(1000),
    mid: z.string().max(100),
  }),
  /**
   * S1: a candidate of the wanted type · S2: ICE connected · S3: DTLS connected · S4: a message came back · S5: the first
   * packet of the other end's media · S6: its first decoded frame · S7: five seconds of them without a freeze.
   */
  z.object({ news: z.literal('reached'), run, rung: z.enum(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7']) }),
  z.object({
    news: z.literal('ended'),
    run,
    /**
     * connected: an echo came back, told by the end that offers; with media or on the path `sfu`: the other end's media
     * came, told by both · failed · fault: of the client, not of the network.
     */
    outcome: z.enum(['connected', 'failed', 'fault']),
    /** false: the other end may still get through to this one, so both have to say so. */
    conclusive: z.boolean().default(true),
    selected: z.object({ local: selectedEnd, remote: selectedEnd }).nullable().default(null),
    /** Checks sent, per remote address. */
    checks: z.record(z.string().max(64), z.int().min(0)).default({}),
    relayed: z
      .object({ sentBytes: z.int().min(0), receivedBytes: z.int().min(0) })
      .nullable()
      .default(null),
    code: z
      .enum(failureCodes as [FailureCode, ...FailureCode[]])
      .nullable()
      .default(null),
    detail: z.string().max(500).default(''),
  }),
  z.object({ news: z.literal('closed'), run }),
  /** During a call. silent: no message for two seconds; talking: and there is one again. */
  z.object({ news: z.literal('link'), run, state: z.enum(labLinkStates) }),
  z.object({
    news: z.literal('messages'),
    run,
    /** When message 0, 1, 2, … was handed to the channel; milliseconds since 1970, as all times here. */
    sent: z.array(epochMs).max(mostMessages),
    /** Number and time of what came. */
    received: z.array(z.tuple([z.int().min(0), epochMs])).max(mostMessages),
  }),
  z.object({
    news: z.literal('classified'),
    run,
    mapping: behaviourSchema,
    filtering: behaviourSchema,
    udp: z.enum(['open', 'blocked', 'inconclusive']),
  }),
]);
export type LabAgentNews = z.infer<typeof labAgentNewsSchema>;
/** As an agent writes it: what has a default may be left out. */
export type LabAgentNewsInput = z.input<typeof labAgentNewsSchema>;
