import type { ReachWords, TurnKind } from './reach-words.ts';

const servers: Readonly<Record<TurnKind, string>> = {
  any: 'a TURN server',
  stream: 'a TURN server over TCP or TLS',
  'port-443': 'a TURN server on TCP port 443',
};

export const reachEn: ReachWords = {
  title: 'Who can connect directly with this host',
  peers: {
    'open-internet': 'public host, no filter',
    'full-cone': 'full cone NAT',
    'restricted-cone': 'address-restricted NAT',
    'port-restricted-cone': 'home router (port-restricted NAT)',
    'symmetric-udp-firewall': 'public host behind a firewall',
    symmetric: 'symmetric NAT (mobile carrier, company)',
    'udp-blocked': 'network without UDP',
    'tcp-443-only': 'network with TCP 443 only',
    'relay-only': 'any, relayed paths only',
    'same-nat': 'host behind the same NAT',
    'ipv4-only': 'host without IPv6',
    'ipv6-only': 'host without IPv4',
  },
  direct: 'both ends can open their NAT for the other',
  hairpins: 'the NAT turns packets around (hairpinning)',
  open: {
    'udp-unknown': 'it is not known whether UDP works',
    'class-open': 'depends on what could not be found out about this network',
    'session-or-table':
      'depends on how the NATs track sessions, which mapping and filtering do not show (--pairs does); have a TURN server ready',
    'address-pool': 'chance: the NAT takes its public address from a pool; have a TURN server ready',
    'same-nat': 'depends on hairpinning (--hairpin) and on whether the local addresses reach each other',
    'families-differ': 'the common address family was not measured',
    'families-differ-ipv6': 'depends on whether UDP works over IPv6',
  },
  relay: {
    'classes-relay': 'neither end can tell which public port the other will use',
    'no-common-family': 'no address family in common: the relay has to join the two',
    'relay-only': 'the application allows nothing else',
    'no-udp-here': 'no UDP here',
    'no-udp-there': 'no UDP there',
  },
  turn: {
    needed: (kind) => `${servers[kind]} is needed`,
    noneHelps: (kind) => `${servers[kind]} is needed, and none that was tried helps`,
    over: (transports) => `TURN over ${transports}`,
    there: (transports) => `TURN over ${transports} there`,
    hereAndThere: (here, there) => `TURN over ${here} here, ${there} there`,
  },
  join: (why, turn) => `${why}: ${turn}`,
};
