/** What a turnserver.conf is written for, and what of it cannot be. Pure. */
import { isPrefix, parseAddress, specialUse } from '../lint/address.ts';
import { peerRangeOf } from '../lint/peer-range.ts';
import { type CoturnVersion, isBefore } from '../lint/version.ts';

/**
 * sfu: clients relay to the named media servers only · p2p: to anybody on the Internet · 443: as p2p, with all
 * transports on one port that strict networks let out.
 */
export const purposes = ['sfu', 'p2p', '443'] as const;
export type Purpose = (typeof purposes)[number];

export interface ConfPlan {
  readonly purpose: Purpose;
  readonly version: CoturnVersion;
  /** Of the server itself: one, or one of each family. */
  readonly addresses: readonly string[];
  /** What clients reach it by, where a 1:1 NAT stands before the server. */
  readonly external: string | null;
  readonly realm: string;
  /** null: the line is left out. */
  readonly secret: string | null;
  readonly certificate: string;
  readonly key: string;
  /** Peers of purpose `sfu`: addresses, CIDR or FIRST-LAST. */
  readonly sfu: readonly string[];
}

/** Addresses that clients use. */
export function publicAddressesOf({ addresses, external }: ConfPlan): readonly string[] {
  return external === null ? addresses : [external];
}

/** Sentences that say what is wrong with a plan; empty: it can be written. */
export function planProblems(plan: ConfPlan): string[] {
  return [...addressProblems(plan), ...realmProblems(plan.realm), ...sfuProblems(plan)];
}

function addressProblems({ addresses, external, version }: ConfPlan): string[] {
  const parsed = addresses.map(parseAddress);
  const wrong = addresses.filter((_, i) => parsed[i] === null);
  if (wrong.length > 0) return wrong.map((text) => `${text} is no IP address.`);
  if (addresses.some((text) => text === '0.0.0.0' || text === '::')) {
    return ['A wildcard is no address to relay from; name those of this host.'];
  }
  const families = parsed.map((address) => address?.bits);
  if (new Set(families).size < families.length) return ['One address of each family is enough.'];
  if (addresses.length > 1 && isBefore(version, '4.6.0')) {
    return [`coturn ${version.text} with two addresses serves RFC 5780, an amplifier: give one address.`];
  }
  if (external === null) {
    return addresses.flatMap((text, i) => {
      const address = parsed[i];
      const use = address == null ? null : specialUse(address);
      return use === null ? [] : [`${text} is not public (${use}): give the public one with --external.`];
    });
  }
  const outside = parseAddress(external);
  if (outside === null) return [`${external} is no IP address.`];
  if (specialUse(outside) !== null) return [`${external} is not public (${specialUse(outside)}).`];
  return addresses.length === 1 && outside.bits === families[0]
    ? []
    : ['--external stands for one --address of the same family.'];
}

/** RFC 8489 section 14.9 allows more; a plain name is what every client and server hash alike. */
function realmProblems(realm: string): string[] {
  if (!/^[A-Za-z0-9.-]+$/.test(realm)) return ['The realm is a plain name, such as turn.example.org.'];
  return realm.length > 32 ? ['The realm has more than 32 characters; it is repeated in every 401.'] : [];
}

function sfuProblems({ purpose, sfu, version }: ConfPlan): string[] {
  if (purpose !== 'sfu') return sfu.length === 0 ? [] : ['--sfu belongs to --purpose sfu.'];
  if (sfu.length === 0) return ['Which media servers may be reached? --sfu ADDRESS'];
  return sfu.flatMap((text) => {
    const range = peerRangeOf(text);
    if (range === null) return [`${text} is no address range.`];
    // Before 4.16 coturn matches nothing with an IPv6 range that is not one prefix.
    const void6 = range.bits === 128 && isBefore(version, '4.16.0') && !isPrefix(range);
    return void6 ? [`${text}: coturn ${version.text} knows whole IPv6 prefixes only.`] : [];
  });
}
