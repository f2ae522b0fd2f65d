/** The captures of one attempt, one for each namespace on its way, as one list in the order of time. Pure. */
import type { LabPacket } from '../../contract/lab-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { describePacket } from './describe-packet.ts';
import { readCapture } from './read-capture.ts';

/** A report is read by people; the files have all of them. */
export const mostPackets = 400;

/** @param captures namespace, without the name of its lab, and what tcpdump wrote there */
export function packetTimeline(
  captures: readonly (readonly [where: string, file: Uint8Array])[],
): LabPacket[] {
  const all = captures
    .flatMap(([where, file]) => readCapture(file).map((packet) => ({ where, packet })))
    .toSorted((a, b) => a.packet.epochMs - b.packet.epochMs);
  const startMs = all[0]?.packet.epochMs ?? 0;
  return all.slice(0, mostPackets).map(({ where, packet }) => ({
    atMs: Math.round((packet.epochMs - startMs) * 100) / 100,
    where,
    direction: packet.direction,
    from: formatEndpoint(packet.from),
    to: formatEndpoint(packet.to),
    what: describePacket(packet),
  }));
}
