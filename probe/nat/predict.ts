/**
 * Can two NATs be crossed directly by ICE (both sides check, peer-reflexive addresses are learned)? RFC 5780
 * cannot tell two kinds of NAT apart (see pair-matrices.ts). Where they differ, the honest answer is "depends".
 */
import type { LegacyName, NatSummary, Reach } from '../../contract/nat-report.ts';
import { type NatClass, pairModels } from './pair-matrices.ts';

export type Outcome = 'direct' | 'relay' | 'depends' | 'unknown';

/** `unknown`: it would be direct or not, depending on a behaviour that was not found out. */
export function predictPair(a: NatClass, b: NatClass): Outcome {
  const outcomes = new Set(
    pairModels(a, b).map(({ session, table }): Outcome => {
      if (session !== table) return 'depends';
      return session ? 'direct' : 'relay';
    }),
  );
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
