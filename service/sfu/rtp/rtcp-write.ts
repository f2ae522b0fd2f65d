/** Values to one compound RTCP packet (RFC 3550 §6.1). The caller puts a report first, as that section demands. */
import {
  feedbackFormat,
  packetType,
  type ReceptionReport,
  rembName,
  type WritableRtcp,
} from './rtcp-packets.ts';

export function writeRtcp(packets: readonly WritableRtcp[]): Uint8Array {
  const parts = packets.map(writePacket);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function writePacket(packet: WritableRtcp): Uint8Array {
  switch (packet.kind) {
    case 'sender-report': {
      const { ssrc, ntpSec, ntpFraction, rtpTimestamp, packets, octets, reports } = packet;
      const fixed = words(ssrc, ntpSec, ntpFraction, rtpTimestamp, packets, octets);
      return frame(packetType.senderReport, reports.length, [fixed, ...reports.map(writeReport)]);
    }
    case 'receiver-report': {
      const reports = packet.reports.map(writeReport);
      return frame(packetType.receiverReport, reports.length, [words(packet.ssrc), ...reports]);
    }
    case 'source-description':
      return frame(packetType.sourceDescription, packet.chunks.length, packet.chunks.map(writeChunk));
    case 'goodbye':
      return frame(packetType.goodbye, packet.ssrcs.length, [words(...packet.ssrcs)]);
    case 'nack':
      return frame(packetType.transportFeedback, feedbackFormat.nack, [
        words(packet.senderSsrc, packet.mediaSsrc, ...lostMasks(packet.lost)),
      ]);
    case 'picture-loss':
      return frame(packetType.payloadFeedback, feedbackFormat.pictureLoss, [
        words(packet.senderSsrc, packet.mediaSsrc),
      ]);
    case 'full-intra-request': {
      // RFC 5104 §4.3.1.2: the media source of the header is 0, the entries name the sources.
      const entries = packet.requests.flatMap(({ ssrc, sequence }) => [ssrc, (sequence & 0xff) * 0x1000000]);
      return frame(packetType.payloadFeedback, feedbackFormat.fullIntraRequest, [
        words(packet.senderSsrc, 0, ...entries),
      ]);
    }
    case 'bitrate-estimate':
      return frame(packetType.payloadFeedback, feedbackFormat.applicationLayer, [
        words(packet.senderSsrc, 0, rembName, estimateWord(packet.bitrateBps, packet.ssrcs.length)),
        words(...packet.ssrcs),
      ]);
  }
}

/** RFC 3550 §6.4.1: version 2, a 5-bit count, the type, and the length in words without the first. */
function frame(type: number, count: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(4 + length);
  bytes.set([0x80 | (count & 0x1f), type, length >> 10, length >> 2]);
  let at = 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value);
  return bytes;
}

const [lowestLost, highestLost] = [-0x800000, 0x7fffff];

function writeReport(report: ReceptionReport): Uint8Array {
  // RFC 3550 §6.4.1: 24 bits, signed, held at their ends.
  const lost = Math.max(lowestLost, Math.min(highestLost, report.cumulativeLost)) & 0xffffff;
  return words(
    report.ssrc,
    report.fractionLost * 0x1000000 + lost,
    report.highestSequence,
    report.jitter,
    report.lastSenderReport,
    report.delaySinceLast,
  );
}

const utf8 = new TextEncoder();

/** RFC 3550 §6.5: source, items, at least one zero byte, up to the next word. */
function writeChunk({ ssrc, cname }: { readonly ssrc: number; readonly cname: string | null }): Uint8Array {
  const name = cname === null ? [] : [...utf8.encode(cname).subarray(0, 255)];
  const items = cname === null ? [] : [1, name.length, ...name];
  const bytes = new Uint8Array(4 + ((items.length + 4) & ~3));
  bytes.set(words(ssrc));
  bytes.set(items, 4);
  return bytes;
}

/** RFC 4585 §6.2.1: each word is a number and the mask of the 16 after it. Takes the numbers in any order. */
function lostMasks(lost: readonly number[]): number[] {
  const masks: number[] = [];
  const left = new Set(lost.map((sequence) => sequence & 0xffff));
  for (const first of left) {
    left.delete(first);
    let mask = 0;
    for (let bit = 0; bit < 16; bit += 1) {
      if (left.delete((first + bit + 1) & 0xffff)) mask |= 1 << bit;
    }
    masks.push(first * 0x10000 + mask);
  }
  return masks;
}

/** draft-alvestrand-rmcat-remb-03 §2.2: count of sources, 6 bits of exponent, 18 of mantissa, rounded down. */
function estimateWord(bitrateBps: number, sources: number): number {
  let exponent = 0;
  let mantissa = Math.max(0, Math.floor(bitrateBps));
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2);
    exponent += 1;
  }
  return sources * 0x1000000 + exponent * 0x40000 + mantissa;
}
