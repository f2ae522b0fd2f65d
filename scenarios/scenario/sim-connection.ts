/** Two ends in memory that find each other, directly or by relays, and then tell each other things. */
import type { Transport } from '../../contract/basics.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
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
  const agents = [new IceAgent(stun[0]), new IceAgent(stun[1])] as const;
  const gathered: (readonly IceCandidate[] | null)[] = [null, null];
  for (const end of ends) {
    const listen = (event: IceAgentEvent, nowMs: number) => {
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
