/** Evidence as the classifier reads it: who is dead, what a filter test showed, how much was lost. */
import ipaddr from 'ipaddr.js';
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { strangeSource } from './nat-probe.ts';

export type ChangeKind = 'change-both' | 'change-port' | 'change-ip';
export const changeKinds: readonly ChangeKind[] = ['change-both', 'change-port', 'change-ip'];

/** One filter test on one socket. */
export type FilterFact =
  /** The answer came from where it should: the filter let it in. */
  | 'passed'
  /** No answer, while the control on the same socket was answered and the source is known to be alive. */
  | 'blocked'
  /** It cannot be said; `reason` tells why. */
  | 'unknown';

export function socketOf(evidence: Evidence): string {
  return evidence.purpose.split('/')[0] ?? '';
}

/** Plain requests from mapping, port and filter sockets: each shows a mapping. */
export function isPlain(evidence: Evidence): boolean {
  const test = evidence.purpose.split('/')[1] ?? '';
  return (
    evidence.transport === 'udp' &&
    /^(map|port|filter)-\d+\//.test(evidence.purpose) &&
    !test.startsWith('change-')
  );
}

export function changeOf(evidence: Evidence): ChangeKind | null {
  const test = evidence.purpose.split('/')[1];
  return changeKinds.find((kind) => kind === test) ?? null;
}

/** The reflexive address; MAPPED-ADDRESS only where an RFC 3489 server gives nothing better, and it can be true. */
export function reflexiveOf(evidence: Evidence): Endpoint | null {
  return evidence.xorMapped ?? (isRewritten(evidence) ? null : evidence.mapped);
}

/**
 * Did a gateway on the way put an inside address into MAPPED-ADDRESS, as the XOR of its successor prevents
 * (RFC 8489 §14.2)? A server on the internet cannot have seen a packet come from such an address.
 */
export function isRewritten({ xorMapped, mapped, to }: Evidence): boolean {
  if (mapped === null) return false;
  if (xorMapped !== null) return !sameEndpoint(xorMapped, mapped);
  return isInside(mapped.address) && !isInside(to.address);
}

const insideRanges = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal']);

function isInside(address: string): boolean {
  return ipaddr.isValid(address) && insideRanges.has(ipaddr.parse(address).range());
}

/** Did any server answer a question over UDP, in whatever way? */
export function answeredOverUdp(evidence: readonly Evidence[]): boolean {
  return evidence.some((e) => e.transport === 'udp' && e.outcome === 'answered');
}

/** Answers that carried our id and came from somebody else. */
export function strangeAnswers(evidence: readonly Evidence[]): Evidence[] {
  return evidence.filter((e) => e.notes.some((note) => note.startsWith(strangeSource)));
}

/** The reason where no answer can be used. */
export function whyNothing(evidence: readonly Evidence[]): string {
  const [strange] = strangeAnswers(evidence);
  const note = strange?.notes.find((text) => text.startsWith(strangeSource));
  if (note !== undefined)
    return `no usable answer: ${note.slice(strangeSource.length - 'it came from'.length)}`;
  const refusal = evidence.find((e) => isPlain(e) && e.outcome === 'refused');
  if (refusal !== undefined)
    return `the server refused the request (error ${refusal.errorCode ?? 'unknown'})`;
  return 'no STUN server answered over UDP';
}

/**
 * Was the packet translated on its way? Null where it cannot be said: a browser hides its own address behind an mDNS
 * name, and with the port unchanged a NAT looks like none.
 */
export function isTranslated(local: Endpoint, external: Endpoint): boolean | null {
  if (local.port !== external.port) return true;
  return ipaddr.isValid(local.address) ? local.address !== external.address : null;
}

/** Where the answer to a change must come from (RFC 5780 §7.2). */
export function changedSource(server: Endpoint, other: Endpoint, change: ChangeKind): Endpoint {
  return {
    address: change === 'change-port' ? server.address : other.address,
    port: change === 'change-ip' ? server.port : other.port,
  };
}

/** Did the endpoint answer a plain request of any socket? null: it was never asked. */
export function isAlive(evidence: readonly Evidence[], endpoint: Endpoint): boolean | null {
  const asked = evidence.filter((e) => isPlain(e) && sameEndpoint(e.to, endpoint));
  if (asked.length === 0) return null;
  return asked.some((e) => e.outcome === 'answered');
}

/** Loss of a round trip, from questions that were answered in the end; copies just before the answer are not counted. */
export function lossOf(evidence: readonly Evidence[]): { readonly rate: number; readonly copies: number } {
  let answered = 0;
  let lost = 0;
  for (const e of evidence) {
    if (!isPlain(e) || e.outcome !== 'answered' || e.receivedMs === null || e.rttMs === null) continue;
    const answeredCopySentMs = e.receivedMs - e.rttMs;
    answered += 1;
    lost += e.sentMs.filter((sent) => sent < answeredCopySentMs - 0.001).length;
  }
  const copies = answered + lost;
  return { rate: copies === 0 ? 0 : lost / copies, copies };
}

/** Probability that loss alone explains so many unanswered copies; pessimistic where little was measured. */
export function chanceOfLoss(evidence: readonly Evidence[], copies: number): number {
  const { rate, copies: measured } = lossOf(evidence);
  const cautious = (rate * measured + 1) / (measured + 4);
  return cautious ** copies;
}

/** Groups evidence by the socket that it left from, in order of first use. */
export function bySocket(evidence: readonly Evidence[]): Map<string, Evidence[]> {
  const groups = new Map<string, Evidence[]>();
  for (const e of evidence) {
    const socket = socketOf(e);
    const group = groups.get(socket);
    if (group === undefined) groups.set(socket, [e]);
    else group.push(e);
  }
  return groups;
}
