/**
 * Can two NATs be crossed directly by ICE (both sides check, peer-reflexive addresses are learned)? RFC 5780
 * cannot tell two kinds of NAT apart: one that ties replies to the session it translates (conntrack-like), and
 * one that looks each packet up in its mapping table. Where they differ, the honest answer is "depends".
 * Both matrices were measured on kernel NATs, filter per mapping, with
 * real ICE agents on all 81 pairs of each kind.
 */
import type { Behaviour, LegacyName, NatSummary, Reach } from '../../contract/nat-report.ts';

export type Outcome = 'direct' | 'relay' | 'depends' | 'unknown';

export interface NatClass {
  readonly mapping: Behaviour;
  readonly filtering: Behaviour;
}

type Short = 'EI' | 'AD' | 'APD';

function short(behaviour: Behaviour): Short | null {
  switch (behaviour) {
    case 'endpoint-independent':
      return 'EI';
    case 'address-dependent':
      return 'AD';
    // As hard to cross as both: the port of the peer is not known beforehand.
    case 'port-dependent':
    case 'address-and-port-dependent':
      return 'APD';
    case 'inconclusive':
      return null;
  }
}

const order = ['EI/EI', 'EI/AD', 'EI/APD', 'AD/EI', 'AD/AD', 'AD/APD', 'APD/EI', 'APD/AD', 'APD/APD'];

/** mapping/filtering × mapping/filtering, `Y` direct, `.` relay: sessions (conntrack). */
const sessionMatrix = [
  'YYYYYYYYY',
  'YYYYYYYYY',
  'YYYY..Y..',
  'YYYYYYYYY',
  'YY.Y..Y..',
  'YY.Y..Y..',
  'YYYYYYYYY',
  'YY.Y..Y..',
  'YY.Y..Y..',
];
/** The same for NATs that follow their table (RFC 4787 to the letter). */
const tableMatrix = [
  'YYYYYYYYY',
  'YYYYYYYYY',
  'YYY......',
  'YY.YY.YY.',
  'YY.Y..Y..',
  'YY.......',
  'YY.YY....',
  'YY.Y.....',
  'YY.......',
];

/** Rows of the matrices that a NAT may stand in: one, or several where a behaviour is not known. */
function rowsOf(nat: NatClass): number[] {
  const possible = (behaviour: Behaviour) => {
    const known = short(behaviour);
    return known === null ? (['EI', 'AD', 'APD'] as const) : [known];
  };
  return possible(nat.mapping).flatMap((mapping) =>
    possible(nat.filtering).map((filtering) => order.indexOf(`${mapping}/${filtering}`)),
  );
}

/** `unknown`: it would be direct or not, depending on a behaviour that was not found out. */
export function predictPair(a: NatClass, b: NatClass): Outcome {
  const outcomes = new Set<Outcome>();
  for (const row of rowsOf(a)) {
    for (const column of rowsOf(b)) {
      const session = sessionMatrix[row]?.[column];
      const table = tableMatrix[row]?.[column];
      outcomes.add(session !== table ? 'depends' : session === 'Y' ? 'direct' : 'relay');
    }
  }
  const [only] = outcomes;
  return outcomes.size === 1 && only !== undefined ? only : 'unknown';
}

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';

interface PeerKind extends NatClass {
  readonly id: LegacyName;
  readonly label: string;
  readonly udp: boolean;
}

/** Peers that people meet, in the order of how easy they are. */
const peerKinds: readonly PeerKind[] = [
  { id: 'open-internet', label: 'public host, no filter', mapping: EI, filtering: EI, udp: true },
  { id: 'full-cone', label: 'full cone NAT', mapping: EI, filtering: EI, udp: true },
  { id: 'restricted-cone', label: 'address-restricted NAT', mapping: EI, filtering: AD, udp: true },
  {
    id: 'port-restricted-cone',
    label: 'home router (port-restricted NAT)',
    mapping: EI,
    filtering: APD,
    udp: true,
  },
  {
    id: 'symmetric-udp-firewall',
    label: 'public host behind a firewall',
    mapping: EI,
    filtering: APD,
    udp: true,
  },
  {
    id: 'symmetric',
    label: 'symmetric NAT (mobile carrier, company)',
    mapping: APD,
    filtering: APD,
    udp: true,
  },
  { id: 'udp-blocked', label: 'network without UDP', mapping: APD, filtering: APD, udp: false },
];

const reasons: Record<Outcome, string> = {
  direct: 'both ends can open their NAT for the other',
  relay: 'neither end can tell which public port the other will use: a TURN server is needed',
  depends: 'depends on how the NATs track sessions, which STUN tests cannot see; have a TURN server ready',
  unknown: 'depends on what could not be found out about this network',
};

/** "Who can I connect to?" for the peers people meet. */
export function predictReach(nat: NatSummary): Reach[] {
  return peerKinds.map(({ id, label, udp, ...peer }): Reach => {
    const entry = { peer: id, peerLabel: label };
    if (nat.udp === 'inconclusive')
      return { ...entry, outcome: 'unknown', reason: 'it is not known whether UDP works' };
    if (nat.udp === 'blocked') {
      return { ...entry, outcome: 'relay', reason: 'no UDP here: a TURN server over TCP or TLS is needed' };
    }
    if (!udp)
      return { ...entry, outcome: 'relay', reason: 'no UDP there: a TURN server over TCP or TLS is needed' };
    const outcome = predictPair(nat, peer);
    return { ...entry, outcome, reason: reasons[outcome] };
  });
}
