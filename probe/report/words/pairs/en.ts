import type { Transport } from '../../../../contract/basics.ts';
import type { Family, PairWords } from './pair-words.ts';

const and = (who: readonly string[]) => who.join(' and ');
const list = (over: readonly Transport[]) => over.map((transport) => transport.toUpperCase()).join(', ');
const family = (name: Family) => (name === 'ipv6' ? 'IPv6' : 'IPv4');

export const pairEn: PairWords = {
  reasons: {
    measuredInside: (who) =>
      `the servers in the report of ${and(who)} are on its own machine or site, so its way to the internet was not measured`,
    udpBlocked: (who) => `UDP is blocked at ${and(who)}, so no direct path exists`,
    udpUnknown: (who) => `it is not known whether UDP works at ${and(who)}`,
    relayOnly: 'the application allows relayed paths only',
    noCommonFamily: ({ nameA, familyA, nameB, familyB }) =>
      `${nameA} has ${family(familyA)} only and ${nameB} ${family(familyB)} only, so that only a relay with both can join them`,
    familiesDiffer: ({ nameA, familyA, nameB, familyB }) =>
      `the report of ${nameA} is about ${family(familyA)} and that of ${nameB} about ${family(familyB)}, and IPv4, which both have, was measured at one end only`,
    familiesDifferIpv6: ({ nameA, familyA, nameB, familyB }) =>
      `the report of ${nameA} is about ${family(familyA)} and that of ${nameB} about ${family(familyB)}, but both have a global IPv6 address: direct over IPv6 if UDP passes there, as no address is translated`,
    oneEndpointEach:
      'both ends keep one public endpoint for all peers, so that each can open its filter for the other',
    letsAllIn: (name) => `${name} lets in packets from anywhere, and learns from them where the other end is`,
    filterPerEndpoint: (name) =>
      `the filter of ${name} lets in whomever the host has sent to, through any of its public ports`,
    filterByAddress:
      'the filter of one end goes by address, so that the changing port of the other does not matter',
    bothDependent:
      'both ends get another public port for every peer, which neither can tell the other beforehand',
    oneDependent: (name) =>
      `${name} gets another public port for every peer, and the other end lets in only ports that it has sent to`,
    sessionOrTable: (who) =>
      `direct if the NAT of ${and(who)} answers over the session that a check came in by (as conntrack does), not if it looks up its mapping table (RFC 4787 to the letter); mapping and filtering do not show which`,
    pool: (name, size, other) =>
      `the NAT of ${name} takes a public address from a pool of at least ${size} for every peer, and ${other} lets in only the one that was signalled`,
    classOpen: (what) =>
      `the reports leave ${what.join(', ')} open, and on it depends whether a direct path exists`,
    hairpins: (address) =>
      `both ends have the public address ${address}, so they are behind the same NAT, which turns packets between them around (hairpinning)`,
    sameNat: (address, localA, localB, hairpin) => {
      const locals = `their local addresses (${localA}, ${localB}) reach each other`;
      const how =
        hairpin === 'no'
          ? `direct only if ${locals}, as the NAT does not turn packets around (hairpinning)`
          : `direct if ${locals}, or if the NAT turns packets around (hairpinning)`;
      return `both ends have the public address ${address}, so they are behind the same NAT: ${how}`;
    },
  },
  dependsOn: {
    natToInternet: (name) => `${name}: NAT towards the internet`,
    udp: (name) => `${name}: UDP`,
    commonFamily: 'NAT behaviour in a common address family',
    udpOverIpv6: 'UDP over IPv6',
    engine: (name) => `${name}: session or table NAT`,
    scope: (name) => `${name}: filter per mapping or per endpoint`,
    poolAddress: (name) => `${name}: address that the pool gives`,
    axis: (name, axis) => `${name}: ${axis}`,
    localRoute: 'route between the local addresses',
    hairpinning: 'hairpinning',
  },
  odds: {
    kinds: (direct, all) =>
      `direct in ${direct} of the ${all} kinds of NAT that this may be, each counted alike`,
    pool: (size) =>
      `one address signalled, ${size} seen and taken evenly; a larger pool makes it less likely`,
  },
  settledBy: {
    internet: 'Probe a server on the internet from there.',
    udpServer: 'Probe a STUN server over UDP that is known to run.',
    sameFamily: 'Probe both hosts with servers of the same address family (--bind with an address of it).',
    ipv6Server: 'Probe both hosts with an IPv6 server.',
    pairTest: (who) =>
      `Run polynya probe --pairs at ${and(who)}: it finds out how the NAT answers and what its filter remembers.`,
    pairedPooling: (name) =>
      `Turn on paired pooling in the NAT of ${name} (RFC 4787 REQ-2); until then it is chance.`,
    rfc5780:
      'Probe again with an RFC 5780 server (polynya serve, or coturn with two addresses), so that mapping and filtering are known on both ends.',
    ping: 'Ping the local address of one host from the other; if that fails, test hairpinning on their router.',
  },
  notes: {
    perMapping:
      'Most filters remember peers per mapping, as conntrack does; those per endpoint are RFC 4787 to the letter.',
    sequential: (name) =>
      `The NAT of ${name} hands out its ports in sequence: an application that guesses the next one may connect directly. WebRTC does not guess.`,
    ipv6First:
      'Both ends have a global IPv6 address: ICE tries it first, and without translation it usually connects.',
    nat64: 'A host with IPv6 only may reach IPv4 through NAT64, which the report does not show.',
    sameHost: 'Both reports also name the same local address: they may come from one host.',
  },
  relay: {
    notTried: 'no report shows a TURN server that would help, as none was tried where it is needed',
    noneHelps: 'none of the TURN servers that were tried helps',
    notReached: 'the TURN servers that work for one end do not reach the other',
    both: (over) => `a TURN relay works for both ends over ${list(over)}`,
    each: (a, overA, b, overB) =>
      `a TURN relay works for ${a} over ${list(overA)} and for ${b} over ${list(overB)}`,
    one: (owner, over, other) =>
      `the TURN relay that works for ${owner} over ${list(over)} is enough, as ${other} has UDP`,
  },
  join: (reason, relay) => (relay === null ? `${reason}.` : `${reason}; ${relay}.`),
  labels: {
    outcomes: { direct: 'direct', relay: 'relay', depends: 'depends', fail: 'fail', unknown: 'unknown' },
    behaves: (mapping, filtering) => `${mapping} mapping, ${filtering} filtering`,
    udp: { open: 'UDP open', blocked: 'UDP blocked', inconclusive: 'UDP inconclusive' },
    dependsOn: 'depends on',
    odds: 'odds',
    settledBy: 'to settle',
    note: 'note',
    about: (percent, basis) => `about ${percent} % direct (${basis})`,
  },
};
