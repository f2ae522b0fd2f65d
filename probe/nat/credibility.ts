/** May an answer be believed? A server that says what cannot be is believed in nothing else about this host. */
import ipaddr from 'ipaddr.js';
import type { Evidence } from '../../contract/evidence.ts';
import { familyOf, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { contradiction } from './nat-probe.ts';

export interface Credible {
  /** All of it, without the mapped addresses that cannot be believed. */
  readonly evidence: readonly Evidence[];
  /** Why some were left out; null: none were. */
  readonly lie: Lie | null;
}

export interface Lie {
  readonly reason: string;
  readonly evidence: readonly string[];
}

export function credible(all: readonly Evidence[]): Credible {
  const lies = [...impossible(all), ...contradicted(all), ...sharedByTwoSockets(all)];
  const [first] = lies;
  if (first === undefined) return { evidence: all, lie: null };
  const liars = new Set(lies.flatMap(({ by }) => [by.to.address, by.otherAddress?.address ?? by.to.address]));
  const evidence = all.map((e) =>
    e.transport === 'udp' && liars.has(e.to.address) ? { ...e, xorMapped: null, mapped: null } : e,
  );
  return { evidence, lie: { reason: first.reason, evidence: lies.map(({ by }) => by.id).slice(0, 50) } };
}

interface Suspicion {
  readonly by: Evidence;
  readonly reason: string;
}

const nobodysRanges = new Set(['unspecified', 'multicast', 'broadcast']);

/** No packet comes from there. */
function impossible(all: readonly Evidence[]): Suspicion[] {
  return answersOf(all).flatMap(({ answer, seen }) => {
    const isNobodys = ipaddr.isValid(seen.address) && nobodysRanges.has(ipaddr.parse(seen.address).range());
    // The other way round exists: behind NAT64 (RFC 6146) an IPv6 host is seen at an IPv4 address.
    const isOtherFamily = familyOf(seen.address) === 'ipv6' && familyOf(answer.to.address) === 'ipv4';
    if (!isNobodys && !isOtherFamily && seen.port !== 0) return [];
    const reason = `${formatEndpoint(answer.to)} reports ${formatEndpoint(seen)}, from where no packet can have come`;
    return [{ by: answer, reason }];
  });
}

/** One socket, one destination, two endpoints: in copies of one answer, or when asked again later. */
function contradicted(all: readonly Evidence[]): Suspicion[] {
  const inCopies = all.filter((e) => e.notes.some((note) => note.startsWith(contradiction)));
  const answers = answersOf(all);
  const again = answers.filter(({ answer, seen }) =>
    answers.some(
      (other) =>
        other.answer.local !== null &&
        answer.local !== null &&
        sameEndpoint(other.answer.local, answer.local) &&
        sameEndpoint(other.answer.to, answer.to) &&
        !sameEndpoint(other.seen, seen),
    ),
  );
  return [...inCopies, ...again.map(({ answer }) => answer)].map((by) => ({
    by,
    reason: `${formatEndpoint(by.to)} reports different endpoints for the same socket`,
  }));
}

/** One destination saw two sockets of this host at the same endpoint: it could not tell their packets apart. */
function sharedByTwoSockets(all: readonly Evidence[]): Suspicion[] {
  const holders = new Map<string, Evidence>();
  const suspicions: Suspicion[] = [];
  for (const { answer, seen } of answersOf(all)) {
    const key = `${formatEndpoint(answer.to)} saw ${formatEndpoint(seen)}`;
    const holder = holders.get(key);
    if (holder === undefined) holders.set(key, answer);
    else if (holder.local !== null && answer.local !== null && !sameEndpoint(holder.local, answer.local)) {
      const reason = `${formatEndpoint(answer.to)} reports ${formatEndpoint(seen)} for two sockets at once`;
      suspicions.push({ by: answer, reason });
    }
  }
  return suspicions;
}

/** Answers of the discovery to its own requests, as they came. */
function answersOf(all: readonly Evidence[]) {
  return all.flatMap((answer) => {
    const seen = answer.xorMapped;
    const isOwn = /^(map|filter)-\d+\/|^server\/control$/.test(answer.purpose);
    return isOwn && answer.outcome === 'answered' && seen !== null ? [{ answer, seen }] : [];
  });
}
