/** Twelve and more ways to be on the Internet, each of which stands at both ends of the pair table. */
import type { Dependence } from '../../scenarios/nat-behaviour.ts';
import type { NatSpec } from '../../scenarios/plan/nat-spec.ts';
import type { BoxSpec } from '../../scenarios/plan/topology.ts';

export interface EndpointType {
  /** Short and unique: heads a column. */
  readonly id: string;
  readonly label: string;
  readonly boxes: readonly BoxSpec[];
}

const behaviours = {
  EI: 'endpoint-independent',
  AD: 'address-dependent',
  APD: 'address-and-port-dependent',
} as const satisfies Record<string, Dependence>;
type Short = keyof typeof behaviours;
const shorts: readonly Short[] = ['EI', 'AD', 'APD'];

const nat = (mapping: Short, filtering: Short, more: Partial<NatSpec> = {}): NatSpec => ({
  mapping: behaviours[mapping],
  filtering: behaviours[filtering],
  ports: 'random',
  ...more,
});
const behind = (...nats: readonly NatSpec[]): BoxSpec[] =>
  nats.map((spec) => ({ nat: spec, firewall: null }));

const nine = shorts.flatMap((mapping) =>
  shorts.map(
    (filtering): EndpointType => ({
      id: `${mapping}/${filtering}`,
      label: `session NAT, ${behaviours[mapping]} mapping, ${behaviours[filtering]} filtering`,
      boxes: behind(nat(mapping, filtering)),
    }),
  ),
);

export const endpointTypes: readonly EndpointType[] = [
  ...nine,
  { id: 'public', label: 'no NAT, no filter', boxes: [] },
  {
    id: 'firewall',
    label: 'no NAT, stateful firewall (address- and port-dependent)',
    boxes: [{ nat: null, firewall: { kind: 'stateful', filtering: 'address-and-port-dependent' } }],
  },
  {
    id: 'double',
    label: 'home router (EI/APD, preserving) behind a carrier NAT (APD/APD)',
    boxes: behind(nat('EI', 'APD', { ports: 'preserving' }), nat('APD', 'APD')),
  },
  { id: 'table EI/APD', label: 'table NAT, EI/APD', boxes: behind(nat('EI', 'APD', { engine: 'table' })) },
  { id: 'table APD/EI', label: 'table NAT, APD/EI', boxes: behind(nat('APD', 'EI', { engine: 'table' })) },
  {
    id: 'scope APD/APD',
    label: 'session NAT, APD/APD, filter per internal endpoint',
    boxes: behind(nat('APD', 'APD', { filterScope: 'endpoint' })),
  },
  {
    id: 'pool APD/APD',
    label: 'session NAT, APD/APD, sequential ports, pool of 4 addresses taken in turn',
    boxes: behind(nat('APD', 'APD', { ports: 'sequential', poolSize: 4, pairing: 'arbitrary' })),
  },
  {
    id: 'no UDP',
    label: 'home router (EI/APD), UDP dropped',
    boxes: [{ nat: nat('EI', 'APD'), firewall: { kind: 'udp-blocked' } }],
  },
  {
    id: 'only 443',
    label: 'home router (EI/APD), nothing but TCP to port 443',
    boxes: [{ nat: nat('EI', 'APD'), firewall: { kind: 'tcp-443-only' } }],
  },
];
