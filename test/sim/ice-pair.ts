/** Two ICE agents, each behind a virtual NAT, reduced to what decides: checks, peer-reflexive addresses, answers. */
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';

export type PairNat = Pick<NatBoxOptions, 'mapping' | 'filtering' | 'engine' | 'filterScope'> &
  Partial<Pick<NatBoxOptions, 'pairing' | 'addresses' | 'seed'>>;

const stunServer: Endpoint = { address: '203.0.113.10', port: 3478 };

interface Agent {
  readonly nat: NatBox;
  readonly repliesOverSession: boolean;
  readonly inside: Endpoint;
  /** Addresses of the peer: the signalled one, then those that its checks came from (RFC 8445 §7.3.1.3). */
  readonly remotes: Map<string, Endpoint>;
  connected: boolean;
}

function agent(nat: PairNat, number: number): Agent {
  const addresses = [`198.51.100.${number}0`];
  return {
    nat: new NatBox({ addresses, ports: 'random', seed: number, ...nat }),
    repliesOverSession: nat.engine === 'session',
    inside: { address: `10.0.${number}.2`, port: 5000 },
    remotes: new Map(),
    connected: false,
  };
}

/** Sends one packet through both NATs; returns its source as the receiver sees it, or null where it was dropped. */
function travel(nowMs: number, from: Agent, target: Endpoint, to: Agent): Endpoint | null {
  const out = from.nat.outbound(nowMs, { from: from.inside, to: target });
  if (out.kind === 'drop') return null;
  const into = to.nat.inbound(nowMs, out.flow);
  return into.kind === 'drop' ? null : out.flow.from;
}

/** One check, and its answer, which counts only when it comes from where the check went (RFC 8445 §7.2.5.2.1). */
function check(nowMs: number, from: Agent, target: Endpoint, to: Agent): void {
  const seen = travel(nowMs, from, target, to);
  if (seen === null) return;
  to.remotes.set(formatEndpoint(seen), seen);
  if (to.repliesOverSession) {
    // The answer leaves over the session that the check came in by, even where another one to that peer exists.
    from.connected = from.nat.inbound(nowMs, { from: target, to: seen }).kind === 'pass' || from.connected;
    return;
  }
  const source = travel(nowMs, to, seen, from);
  if (source !== null && formatEndpoint(source) === formatEndpoint(target)) from.connected = true;
}

function signalled(agent: Agent): Endpoint {
  const out = agent.nat.outbound(0, { from: agent.inside, to: stunServer });
  if (out.kind === 'drop') throw new Error('no port for the STUN binding');
  return out.flow.from;
}

/** Does either end get an answer within ten rounds of checks? */
export function connectsDirectly(first: PairNat, second: PairNat): boolean {
  const [a, b] = [agent(first, 1), agent(second, 2)];
  const [atA, atB] = [signalled(a), signalled(b)];
  a.remotes.set(formatEndpoint(atB), atB);
  b.remotes.set(formatEndpoint(atA), atA);
  for (let round = 1; round <= 10; round += 1) {
    for (const target of [...a.remotes.values()]) check(round * 50, a, target, b);
    for (const target of [...b.remotes.values()]) check(round * 50 + 25, b, target, a);
  }
  return a.connected || b.connected;
}
