/** Compound RTCP packets to values (RFC 3550 §6.1). Never throws; what cannot be read is `unknown`. */
import {
  feedbackFormat,
  packetType,
  type ReceptionReport,
  type RtcpPacket,
  rembName,
} from './rtcp-packets.ts';

/** Sequence numbers that one NACK may name; more is not a report of losses any more. */
const maxLost = 1024;

/** Reads as far as the bytes make sense: a packet longer than the rest, or of another version, ends it. */
export function readRtcp(bytes: Uint8Array): RtcpPacket[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at + 4 <= view.byteLength) {
    const first = view.getUint8(at);
    // RFC 3550 §6.4.1: the length counts 32-bit words without the first.
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (first >> 6 !== 2 || end > view.byteLength) break;
    // RFC 3550 §6.4.1: with the padding bit set, the last byte says how much of the end is padding.
    const padding = (first & 0x20) === 0 ? 0 : view.getUint8(end - 1);
    const body = new DataView(view.buffer, view.byteOffset + at + 4, Math.max(0, end - at - 4 - padding));
    const [type, count] = [view.getUint8(at + 1), first & 0x1f];
    packets.push(readPacket(type, count, body) ?? { kind: 'unknown', packetType: type, count });
    at = end;
  }
  return packets;
}

/** `body` begins after the length field. Null: too short, or not known here. */
function readPacket(type: number, count: number, body: DataView): RtcpPacket | null {
  switch (type) {
    case packetType.senderReport:
      return readSenderReport(count, body);
    case packetType.receiverReport:
      if (body.byteLength < 4 + 24 * count) return null;
      return { kind: 'receiver-report', ssrc: body.getUint32(0), reports: readReports(body, 4, count) };
    case packetType.sourceDescription:
      return readSourceDescription(count, body);
    case packetType.goodbye:
      if (body.byteLength < 4 * count) return null;
      return {
        kind: 'goodbye',
        ssrcs: Array.from({ length: count }, (_, index) => body.getUint32(4 * index)),
      };
    case packetType.transportFeedback:
      return count === feedbackFormat.nack ? readNack(body) : null;
    case packetType.payloadFeedback:
      return readPayloadFeedback(count, body);
    default:
      return null;
  }
}

function readSenderReport(count: number, body: DataView): RtcpPacket | null {
  if (body.byteLength < 24 + 24 * count) return null;
  return {
    kind: 'sender-report',
    ssrc: body.getUint32(0),
    ntpSec: body.getUint32(4),
    ntpFraction: body.getUint32(8),
    rtpTimestamp: body.getUint32(12),
    packets: body.getUint32(16),
    octets: body.getUint32(20),
    reports: readReports(body, 24, count),
  };
}

function readReports(body: DataView, from: number, count: number): ReceptionReport[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + 24 * index;
    return {
      ssrc: body.getUint32(at),
      fractionLost: body.getUint8(at + 4),
      // 24 bits, signed: the shift by 8 leaves the sign where it belongs.
      cumulativeLost: (body.getInt32(at + 4) << 8) >> 8,
      highestSequence: body.getUint32(at + 8),
      jitter: body.getUint32(at + 12),
      lastSenderReport: body.getUint32(at + 16),
      delaySinceLast: body.getUint32(at + 20),
    };
  });
}

/** RFC 3550 §6.5: each chunk is a source and items, ended by a zero byte and padded to 32 bits. */
function readSourceDescription(count: number, body: DataView): RtcpPacket | null {
  const chunks: { ssrc: number; cname: string | null }[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 4 > body.byteLength) return null;
    const ssrc = body.getUint32(at);
    let cname: string | null = null;
    at += 4;
    while (at < body.byteLength && body.getUint8(at) !== 0) {
      if (at + 2 > body.byteLength) return null;
      const next = at + 2 + body.getUint8(at + 1);
      if (next > body.byteLength) return null;
      // RFC 3550 §6.5.1: item 1 is CNAME.
      if (body.getUint8(at) === 1) cname = text(body, at + 2, next);
      at = next;
    }
    at = (at + 4) & ~3;
    chunks.push({ ssrc, cname });
  }
  return { kind: 'source-description', chunks };
}

const utf8 = new TextDecoder();

function text(body: DataView, from: number, to: number): string {
  return utf8.decode(new Uint8Array(body.buffer, body.byteOffset + from, to - from));
}

/** RFC 4585 §6.2.1: a first number and a mask of the 16 that follow it, again and again. */
function readNack(body: DataView): RtcpPacket | null {
  if (body.byteLength < 8) return null;
  const lost: number[] = [];
  for (let at = 8; at + 4 <= body.byteLength && lost.length < maxLost; at += 4) {
    const [first, mask] = [body.getUint16(at), body.getUint16(at + 2)];
    lost.push(first);
    for (let bit = 0; bit < 16; bit += 1) {
      if ((mask & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
    }
  }
  return { kind: 'nack', senderSsrc: body.getUint32(0), mediaSsrc: body.getUint32(4), lost };
}

function readPayloadFeedback(format: number, body: DataView): RtcpPacket | null {
  if (body.byteLength < 8) return null;
  const senderSsrc = body.getUint32(0);
  if (format === feedbackFormat.pictureLoss) {
    return { kind: 'picture-loss', senderSsrc, mediaSsrc: body.getUint32(4) };
  }
  if (format === feedbackFormat.fullIntraRequest) {
    const requests = Array.from({ length: (body.byteLength - 8) >> 3 }, (_, index) => ({
      ssrc: body.getUint32(8 + 8 * index),
      sequence: body.getUint8(12 + 8 * index),
    }));
    return { kind: 'full-intra-request', senderSsrc, requests };
  }
  return format === feedbackFormat.applicationLayer ? readBitrateEstimate(senderSsrc, body) : null;
}

/** draft-alvestrand-rmcat-remb-03 §2.2: 6 bits of exponent, 18 of mantissa. */
function readBitrateEstimate(senderSsrc: number, body: DataView): RtcpPacket | null {
  if (body.byteLength < 16 || body.getUint32(8) !== rembName) return null;
  const count = body.getUint8(12);
  if (body.byteLength < 16 + 4 * count) return null;
  const bits = body.getUint32(12) & 0xffffff;
  return {
    kind: 'bitrate-estimate',
    senderSsrc,
    bitrateBps: (bits & 0x3ffff) * 2 ** (bits >> 18),
    ssrcs: Array.from({ length: count }, (_, index) => body.getUint32(16 + 4 * index)),
  };
}
