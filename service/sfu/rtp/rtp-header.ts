/** The fixed header of an RTP packet (RFC 3550 §5.1): read, and the fields that a forwarder writes. */

export interface RtpHeader {
  readonly marker: boolean;
  readonly payloadType: number;
  /** 0–65535. */
  readonly sequence: number;
  /** In units of the payload’s clock. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** Bytes before the payload: fixed header, contributing sources, extension. */
  readonly headerBytes: number;
}

/** RFC 3550 §5.1: the part that every packet has. */
const fixedBytes = 12;

/**
 * Is this RTCP, where both share a port (RFC 5761 §4)? Its packet types 192–223 stand where RTP has marker and
 * payload type, so payload types 64–95 are never used for RTP here.
 */
export function isRtcp(bytes: Uint8Array): boolean {
  const type = bytes[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** Null when the bytes are no RTP packet. */
export function readRtpHeader(bytes: Uint8Array): RtpHeader | null {
  const first = bytes[0] ?? 0;
  // RFC 3550 §5.1: version 2.
  if (bytes.length < fixedBytes || first >> 6 !== 2 || isRtcp(bytes)) return null;
  let headerBytes = fixedBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    // RFC 3550 §5.3.1: profile and length in 32-bit words stand before the extension.
    if (bytes.length < headerBytes + 4) return null;
    headerBytes += 4 + 4 * read16(bytes, headerBytes + 2);
  }
  if (bytes.length < headerBytes) return null;
  const second = bytes[1] ?? 0;
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: read16(bytes, 2),
    timestamp: read32(bytes, 4),
    ssrc: read32(bytes, 8),
    headerBytes,
  };
}

export interface OutgoingFields {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Writes what differs for viewers into a packet, in place. */
export function writeOutgoing(packet: Uint8Array, { sequence, timestamp, ssrc }: OutgoingFields): void {
  packet[2] = sequence >>> 8;
  packet[3] = sequence;
  write32(packet, 4, timestamp);
  write32(packet, 8, ssrc);
}

/** Writes the payload type into a packet, in place; the marker stays. */
export function writePayloadType(packet: Uint8Array, payloadType: number): void {
  packet[1] = ((packet[1] ?? 0) & 0x80) | payloadType;
}

function read16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function read32(bytes: Uint8Array, at: number): number {
  return read16(bytes, at) * 0x10000 + read16(bytes, at + 2);
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
