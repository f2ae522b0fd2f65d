/** The RTCP packets that the SFU reads and writes. Each says where it is defined. */

/** RFC 3550 §6.4.1: what a receiver says about one source. */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Share of packets lost since the last report, in 1/256: 0–255. */
  readonly fractionLost: number;
  /** Since the beginning; below 0 when duplicates came. 24 bits, signed. */
  readonly cumulativeLost: number;
  /** Highest sequence number, extended by its wraps to 32 bits. */
  readonly highestSequence: number;
  /** In units of the payload’s clock. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time in the last sender report; 0: none came. */
  readonly lastSenderReport: number;
  /** Since that report, in 1/65536 s. */
  readonly delaySinceLast: number;
}

/** RFC 3550 §6.4.1. */
export interface SenderReport {
  readonly kind: 'sender-report';
  readonly ssrc: number;
  /** NTP time: seconds, and fractions of 2⁻³² s. */
  readonly ntpSec: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
  readonly reports: readonly ReceptionReport[];
}

/** RFC 3550 §6.4.2. */
export interface ReceiverReport {
  readonly kind: 'receiver-report';
  readonly ssrc: number;
  readonly reports: readonly ReceptionReport[];
}

/** RFC 3550 §6.5; items other than CNAME are left out. */
export interface SourceDescription {
  readonly kind: 'source-description';
  readonly chunks: readonly { readonly ssrc: number; readonly cname: string | null }[];
}

/** RFC 3550 §6.6; the reason is left out. */
export interface Goodbye {
  readonly kind: 'goodbye';
  readonly ssrcs: readonly number[];
}

/** RFC 4585 §6.2.1: transport-layer feedback, FMT 1. */
export interface Nack {
  readonly kind: 'nack';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  /** Sequence numbers, 0–65535. */
  readonly lost: readonly number[];
}

/** RFC 4585 §6.3.1: payload-specific feedback, FMT 1. */
export interface PictureLoss {
  readonly kind: 'picture-loss';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
}

/** RFC 5104 §4.3.1: payload-specific feedback, FMT 4. */
export interface FullIntraRequest {
  readonly kind: 'full-intra-request';
  readonly senderSsrc: number;
  readonly requests: readonly { readonly ssrc: number; readonly sequence: number }[];
}

/** draft-alvestrand-rmcat-remb-03 §2.2: application-layer feedback (RFC 4585 §6.4) named REMB. */
export interface BitrateEstimate {
  readonly kind: 'bitrate-estimate';
  readonly senderSsrc: number;
  readonly bitrateBps: number;
  readonly ssrcs: readonly number[];
}

/** Anything else, and packets whose contents contradict their length. */
export interface UnknownRtcp {
  readonly kind: 'unknown';
  readonly packetType: number;
  /** The 5 bits that hold a count or a format. */
  readonly count: number;
}

export type WritableRtcp =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | Nack
  | PictureLoss
  | FullIntraRequest
  | BitrateEstimate;
export type RtcpPacket = WritableRtcp | UnknownRtcp;

/** Packet types: RFC 3550 §12.1, RFC 4585 §6.1. */
export const packetType = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
} as const;

/** FMT values: RFC 4585 §6.2 and §6.3, RFC 5104 §4.3. */
export const feedbackFormat = { nack: 1, pictureLoss: 1, fullIntraRequest: 4, applicationLayer: 15 } as const;

/** `REMB` in ASCII. */
export const rembName = 0x52454d42;
