/**
 * What the cost model stands on, besides counting streams. Sizes come from the protocols; processor times were measured
 * (docs/topologies.md) on one host, for pictures of 320×180, and grow with the number of pixels.
 */

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

/** Opus as browsers send it: a packet each 20 ms (RFC 7587 §4.2), 32 kbit/s mono. */
export const audioPacketsPerSec = 50;
export const audioPayloadKbps = 32;

/** Data message of a relayed packet: 4 bytes as ChannelData (RFC 8656 §12.4). */
export const channelDataBytes = 4;

/** Processor time, 100 = one core. */
export interface ProcessorCosts {
  /** A participant that sends and shows nothing yet. */
  readonly clientBase: number;
  /** Each connection: ICE, DTLS, RTCP, sound. */
  readonly clientPerConnection: number;
  /** For each picture that is encoded or decoded in a second, at 320×180. */
  readonly clientPerEncodedFrame: number;
  readonly clientPerDecodedFrame: number;
  /** A media server that is idle but for its room. */
  readonly sfuBase: number;
  /** For 1 000 packets that it forwards in a second. */
  readonly sfuPerThousandPackets: number;
  /** A mixer, for each participant. */
  readonly mcuPerParticipant: number;
  /** A TURN server, for 1 000 packets that it relays in a second. */
  readonly turnPerThousandPackets: number;
}

export const measuredCosts: ProcessorCosts = {
  clientBase: 4,
  clientPerConnection: 0.8,
  clientPerEncodedFrame: 0.2,
  clientPerDecodedFrame: 0.2,
  sfuBase: 4,
  sfuPerThousandPackets: 2.2,
  mcuPerParticipant: 2.15,
  turnPerThousandPackets: 1.5,
};
/** Size of the pictures that these times were measured with. */
export const measuredPixels = 320 * 180;
