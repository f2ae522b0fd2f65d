/** Two ends in memory that find each other, directly or by relays, and then tell each other things. */
import type { Transport } from '../../contract/basics.ts';
import { type Endpoint, familyOf, sameEndpoint } from '../../stun/endpoint.ts';
import { IceAgent, type IceAgentEvent, type IceCandidate } from '../sim/ice-agent.ts';
import { RelayClient, type RelayClientEvent } from '../sim/relay-model.ts';
import type { SimHost } from '../sim/sim-host.ts';
import type { SimNet } from '../sim/sim-net.ts';

/** The offering end, and the other. */
export type SimEnd = 0 | 1;
const ends = [0, 1] as const;
const otherOf = (end: SimEnd): SimEnd => (end === 0 ? 1 : 0);

export type Pair<T> = readonly [T, T];

/** Told once for each end, in the order of virtual time. */
export type OnEvent<E> = (end: SimEnd, event: E, nowMs: number) => void;

/**
 * ICE between two hosts; candidates reach the other end as soon as both have theirs.
 * @param stun as each end sees the server; null: it knows of none
 */
export function connectDirect(
  net: SimNet,
  hosts: Pair<SimHost>,
  stun: Pair<Endpoint | null>,
  onEvent: OnEvent<IceAgentEvent>,
): Pair<IceAgent> {
  const agents = [agentOn(hosts[0], stun[0]), agentOn(hosts[1], stun[1])] as const;
  const gathered: (readonly IceCandidate[] | null)[] = [null, null];
  for (const end of ends) {
    const listen = (news: IceAgentEvent, nowMs: number) => {
      const event = news.kind === 'gathered' ? withOpened(hosts[end], news) : news;
      if (event.kind === 'gathered') {
        gathered[end] = event.candidates;
        if (gathered.every((candidates) => candidates !== null)) {
          for (const each of ends) agents[each].meet(nowMs, gathered[otherOf(each)] ?? []);
        }
      }
      onEvent(end, event, nowMs);
    };
    net.attach(hosts[end], agents[end], { sockets: {}, onEvent: listen });
  }
  return agents;
}

function agentOn({ tunnel }: SimHost, server: Endpoint | null): IceAgent {
  return new IceAgent(server, tunnel === null ? [] : [tunnel.address]);
}

type Gathered = Extract<IceAgentEvent, { kind: 'gathered' }>;

/** What the router opens for the host when asked is told as well. */
function withOpened({ portMapper }: SimHost, { kind, candidates }: Gathered): Gathered {
  const local = candidates.find(({ type, address }) => type === 'host' && familyOf(address) === 'ipv4');
  const external = local === undefined ? null : (portMapper?.openPort(local) ?? null);
  if (external === null || candidates.some((told) => sameEndpoint(told, external))) {
    return { kind, candidates };
  }
  return { kind, candidates: [...candidates, { ...external, type: 'srflx' }] };
}

/** An allocation each; as soon as both stand, each end asks the other for an echo. */
export function connectRelayed(
  net: SimNet,
  hosts: Pair<SimHost>,
  { servers, transport }: { readonly servers: Pair<Endpoint>; readonly transport: Transport },
  onEvent: OnEvent<RelayClientEvent>,
): Pair<RelayClient> {
  const clients = [new RelayClient(servers[0], transport), new RelayClient(servers[1], transport)] as const;
  const ports: (number | null)[] = [null, null];
  for (const end of ends) {
    const listen = (event: RelayClientEvent, nowMs: number) => {
      if (event.kind === 'allocated') {
        ports[end] = event.relayed.port;
        const [own, other] = ports;
        if (own && other) {
          clients[0].meet(nowMs, other);
          clients[1].meet(nowMs, own);
        }
      }
      onEvent(end, event, nowMs);
    };
    net.attach(hosts[end], clients[end], { sockets: {}, onEvent: listen });
  }
  return clients;
}
