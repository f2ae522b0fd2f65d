/** What a load says besides its verdict, in sentences: rates on the wire, calls, the first limit, how the server came back. */
import type { LoadCapacity } from '../../contract/load-capacity.ts';
import type { LoadPart } from '../../contract/load-parts.ts';
import type { LoadRecovery, LoadReportBody, LoadVerdict } from '../../contract/load-report.ts';
import { familyOf } from '../../stun/endpoint.ts';
import { axisUnits, comparisonText, numberText } from './headline.ts';

export function loadMeaning(body: LoadReportBody): string[] {
  const { recovery, parts, capacity, comparison, axis } = body;
  return [
    ...packetLines(body),
    ...(recovery === undefined ? [] : [recoveryText(recovery, axis)]),
    ...(parts === undefined ? [] : [partsText(parts)]),
    ...(capacity === undefined ? [] : capacitySentences(capacity)),
    ...(comparison === undefined ? [] : [`Against the baseline: ${comparisonText(comparison, axis)}`]),
  ];
}

/** Empty: nothing was carried, or no packets. */
function packetLines({ verdict, otherSizes = [], target, profile }: LoadReportBody): string[] {
  const [first] = profile.traffic.sizes;
  const isSized = first !== undefined && otherSizes.length > 0;
  const sizes = [{ bytes: first, verdict }, ...otherSizes];
  const lines = sizes.flatMap(({ bytes, verdict: found }) => {
    const text = throughputText(found);
    return text === null ? [] : [isSized ? `${bytes} bytes: ${text}` : text];
  });
  const { throughput } = verdict;
  if (throughput === undefined) return lines;
  const { channelData, sendIndication, payload, client } = throughput.packetBytes;
  const ip = familyOf(target.endpoint.address) === 'ipv4' ? 'IPv4' : 'IPv6';
  const below = client - payload - channelData;
  return [
    ...lines,
    `Of ${bytesText(client)} a packet between client and server ${bytesText(payload)} are payload, ${bytesText(channelData)} ChannelData (${bytesText(sendIndication)} with Send indications), ${bytesText(below)} the headers below down to ${ip}.`,
  ];
}

function throughputText({ carried, streams, throughput }: LoadVerdict): string | null {
  if (carried === null) return null;
  const rate = `${numberText(carried)} packets/s each way are ${numberText(2 * carried)} relayed packets/s, about ${numberText(streams ?? 0)} streams of the mix at once`;
  if (throughput === undefined) return `${rate}.`;
  const { clientMbitPerSec, peerMbitPerSec, totalMbitPerSec } = throughput;
  const peer = peerMbitPerSec === null ? '' : `, peers ${gbit(peerMbitPerSec)}`;
  return `${rate}; ${gbit(totalMbitPerSec)} Gbit/s through the server, all headers and both directions counted (clients ${gbit(clientMbitPerSec)}${peer}).`;
}

function recoveryText(
  { outcome, overload, after, recoveredMs, samples, sliceMs }: LoadRecovery,
  unit: LoadReportBody['axis'],
): string {
  const course = `After ${overload.seconds} s of ${numberText(overload.offered)} ${axisUnits[unit]}, at ${numberText(after.offered)}`;
  switch (outcome) {
    case 'recovered':
      return `${course}, the server was back to normal ${recoveredMs === 0 ? `at once (within ${sliceMs} ms` : `within ${numberText((recoveredMs ?? 0) + sliceMs)} ms (to ${sliceMs} ms`}, n = ${numberText(samples ?? 0)}).`;
    case 'not-recovered':
      return `${course}, the server was not back to normal within ${after.seconds} s (n = ${numberText(after.sent)}, ${numberText(after.arrivedBack)} back).`;
    case 'generator-limited':
      return `${course}: nothing can be said, the generator did not make this load as planned.`;
  }
}

function partsText(parts: readonly LoadPart[]): string {
  const [first] = parts;
  return `Joined from ${parts.length} parts that began at ${first?.startAt ?? ''}.`;
}

function capacitySentences({ calls, assumption, firstLimit }: LoadCapacity): string[] {
  return [
    ...(calls === null ? [] : [`About ${numberText(calls)} calls of this kind. ${assumption}`]),
    `First limit: ${firstLimit.sentence}`,
  ];
}

function gbit(mbit: number): string {
  return String(Number((mbit / 1000).toPrecision(2)));
}

function bytesText(bytes: number): string {
  return `${Number(bytes.toPrecision(3))} B`;
}
