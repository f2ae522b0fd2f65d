/** Does UDP get out of this network and back? Pure. */
import type { CheckFacts } from './check-facts.ts';

type UdpFacts = Pick<CheckFacts, 'stun' | 'relays' | 'direct' | 'nat' | 'ownView'>;

/** `unknown`: nothing over UDP was tried, or all of it may be down. */
export function udpOf(facts: UdpFacts): 'open' | 'blocked' | 'unknown' {
  const { stun, relays, direct, nat, ownView } = facts;
  const overUdp = [...stun, ...relays].filter(({ transport }) => transport === 'udp');
  const answered =
    stun.some(({ transport, status }) => transport === 'udp' && status === 'ok') ||
    relays.some(({ transport, allocatedMs }) => transport === 'udp' && allocatedMs !== null) ||
    // A server that refuses has answered.
    overUdp.some(({ failure }) => failure !== undefined && /^(turn|stun)-/.test(failure.code)) ||
    (direct?.succeeded === true && direct.transport === 'udp');
  if (answered || nat?.udp === 'open') return 'open';
  if (nat?.udp === 'blocked') return 'blocked';
  if (overUdp.length === 0) return 'unknown';
  // Silence is the network’s only where somebody else gets an answer.
  const alive = ownView.some(({ transport, status }) => transport === 'udp' && status === 'ok');
  return alive ? 'blocked' : 'unknown';
}
