/**
 * What the cost model stands on, besides counting streams. Sizes come from the protocols; processor times were measured on
 * one host: those of participants with pictures of 320×180, and they grow with the number of pixels; those of servers under
 * load (docs/benchmarks.md) and in small rooms (docs/topologies.md).
 */
import type { Transport } from '../contract/basics.ts';

/** RTP header 12 bytes (RFC 3550 §5.1) and the header extensions that Chromium sends, padded to words (RFC 8285 §4.2). */
export const rtpHeaderBytes = { video: 12 + 20, audio: 12 + 12 } as const;
/** SRTP authentication tag: 16 bytes with AES-GCM (RFC 7714 §12), which Chromium prefers. */
export const srtpTagBytes = 16;
/** VP8 payload descriptor with a 15-bit picture id (RFC 7741 §4.2). */
export const vp8DescriptorBytes = 4;
/** Most of an encoded picture that fits into one packet; browsers keep packets under 1 200 bytes. */
export const videoPacketPayloadBytes = 1_130;
/** IPv4 and UDP headers, which statistics of browsers leave out and invoices of clouds do not. */
export const ipUdpHeaderBytes = 20 + 8;

/** Opus: a packet each 20 ms (RFC 7587 §4.2). A browser’s encoder may take 32 kbit/s, and needs less for a tone. */
export const audioPacketsPerSec = 50;
export const audioPayloadKbps = 28;
/** The mix of an AudioBridge: the shortest RTP header, and an encoder of its own (46 to 50 kbit/s for 2 to 8 tones). */
export const mixPayloadKbps = 48;
export const mixHeaderBytes = 12;

/** Data message of a relayed packet: 4 bytes as ChannelData (RFC 8656 §12.4). */
export const channelDataBytes = 4;

/**
 * Processor time of a server that passes packets on, 100 = one core. In a small room it mostly sleeps, and what it takes is
 * being woken for a packet or two; the more it has to do, the more of them wait for it when it looks.
 */
export interface ServerCost {
  /** Waking for its own timers. */
  readonly base: number;
  /** Waking for what a participant sends: the same picture and tone to everybody come together. */
  readonly perParticipant: number;
  /** For 1 000 packets that it sends in a second, under load. */
  readonly perThousandPackets: number;
}

/** Processor time of a mixer, 100 = one core. Each participant is decoded, mixed and encoded: that is work, not waking. */
export interface MixerCost {
  readonly base: number;
  readonly perParticipant: number;
}

export const sfuServers = ['embedded', 'janus'] as const;
export type SfuServer = (typeof sfuServers)[number];

/** Processor time, 100 = one core. */
export interface ProcessorCosts {
  readonly client: {
    /** A participant that sends and shows nothing yet. */
    readonly base: number;
    /** Each connection: ICE, DTLS, RTCP, sound. */
    readonly perConnection: number;
    /** For each picture that is encoded or decoded in a second, at 320×180. */
    readonly perEncodedFrame: number;
    readonly perDecodedFrame: number;
  };
  readonly sfu: Readonly<Record<SfuServer, ServerCost>>;
  readonly mcu: MixerCost;
  /** A TURN server, by how its clients talk to it. */
  readonly turn: Readonly<Record<Transport, ServerCost>>;
}

export const measuredCosts: ProcessorCosts = {
  client: { base: 20, perConnection: 1, perEncodedFrame: 0.3, perDecodedFrame: 0.15 },
  sfu: {
    embedded: { base: 5.4, perParticipant: 0.7, perThousandPackets: 2 },
    janus: { base: 4, perParticipant: 0.3, perThousandPackets: 5.2 },
  },
  mcu: { base: 4.8, perParticipant: 1.6 },
  // Both ends are relayed here, so a packet passes the server twice.
  turn: {
    udp: { base: 3.8, perParticipant: 0.6, perThousandPackets: 1.45 },
    tcp: { base: 3.7, perParticipant: 0.7, perThousandPackets: 2.6 },
    tls: { base: 2.7, perParticipant: 1.4, perThousandPackets: 2.9 },
  },
};
/** Size of the pictures that these times were measured with. */
export const measuredPixels = 320 * 180;
