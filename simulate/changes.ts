/** What an operator, or the networks, could change; each gives a population that is better connected. */
import type { Population, PopulationEndpoint, PopulationPath } from '../contract/population.ts';
import type { ScenarioBox } from '../contract/scenario.ts';
import { presets } from '../scenarios/scenario/presets.ts';
import type { Chain } from './kinds.ts';

export interface Change {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly change: string;
  /** null: it is so already. */
  readonly apply: (population: Population) => Population | null;
}

export const changes: readonly Change[] = [
  { id: 'add-relay-udp', change: 'TURN over UDP added', apply: (base) => addPath(base, 'relay-udp') },
  { id: 'add-relay-tcp', change: 'TURN over TCP added', apply: (base) => addPath(base, 'relay-tcp') },
  {
    id: 'add-relay-tls',
    change: 'TURN over TLS on port 443 added',
    apply: (base) => addPath(base, 'relay-tls'),
  },
  { id: 'add-sfu', change: 'an SFU as the last path added', apply: (base) => addPath(base, 'sfu') },
  { id: 'ipv6-everywhere', change: 'IPv6 everywhere, behind stateful firewalls', apply: ipv6Everywhere },
  {
    id: 'mapping-endpoint-independent',
    change: 'NATs that follow RFC 4787 REQ-1 (one mapping for all peers)',
    apply: (base) => mapBoxes(base, endpointIndependent),
  },
  {
    id: 'udp-open',
    change: 'UDP let out where firewalls block it',
    apply: (base) => mapBoxes(base, udpOpen),
  },
];

function addPath(population: Population, path: PopulationPath): Population | null {
  const { paths } = population;
  if (paths.includes(path)) return null;
  // A media server that is the last resort stays it.
  const added = paths.at(-1) === 'sfu' ? [...paths.slice(0, -1), path, 'sfu' as const] : [...paths, path];
  return { ...population, paths: added };
}

function ipv6Everywhere(population: Population): Population | null {
  const full = { value: 1, source: 'IPv6 everywhere' };
  const lacks = Object.values(population.endpoints).some(({ ipv6 }) => (ipv6?.share.value ?? 0) < 1);
  if (!lacks) return null;
  return mapEndpoints(population, (endpoint) => ({
    ...endpoint,
    ipv6: { behind: endpoint.ipv6?.behind ?? behindIpv6(endpoint), share: full },
  }));
}

/** A network that blocks UDP does so with IPv6 too. */
export function behindIpv6({ behind }: PopulationEndpoint): ScenarioBox[] {
  const blocking = behind.flatMap(({ firewall }) =>
    firewall === undefined || firewall.kind === 'stateful' ? [] : [{ firewall, nat64: false }],
  );
  return blocking.length > 0 ? blocking : [{ firewall: { kind: 'stateful' }, nat64: false }];
}

function endpointIndependent(box: ScenarioBox): ScenarioBox {
  const { nat } = box;
  if (nat === undefined) return box;
  const mapping = nat.mapping ?? (nat.like === undefined ? undefined : presets[nat.like].mapping);
  return mapping === 'endpoint-independent'
    ? box
    : { ...box, nat: { ...nat, mapping: 'endpoint-independent' } };
}

function udpOpen(box: ScenarioBox): ScenarioBox {
  const { firewall } = box;
  if (firewall === undefined || firewall.kind === 'stateful') return box;
  return { ...box, firewall: { kind: 'stateful' } };
}

function mapBoxes(population: Population, change: (box: ScenarioBox) => ScenarioBox): Population | null {
  let changed = false;
  const through = (chain: Chain): ScenarioBox[] =>
    chain.map((box) => {
      const next = change(box);
      changed ||= next !== box;
      return next;
    });
  const mapped = mapEndpoints(population, ({ ipv6, ...endpoint }) => ({
    ...endpoint,
    behind: through(endpoint.behind),
    ...(ipv6 === undefined ? {} : { ipv6: { ...ipv6, behind: through(ipv6.behind) } }),
  }));
  return changed ? mapped : null;
}

function mapEndpoints(
  population: Population,
  change: (endpoint: PopulationEndpoint) => PopulationEndpoint,
): Population {
  const endpoints = Object.entries(population.endpoints).map(([name, endpoint]) => [name, change(endpoint)]);
  return { ...population, endpoints: Object.fromEntries(endpoints) };
}
