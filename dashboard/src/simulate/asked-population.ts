/** A preset with what the sliders change. A figure that somebody sets is exact, and says so. */
import {
  largestMesh,
  type Population,
  type PopulationEndpoint,
  type PopulationFigure,
} from '../../../contract/population.ts';
import { behindIpv6 } from '../../../simulate/changes.ts';
import { mixOf, pathsOf, type SimulateSearch } from './simulate-search.ts';

const source = 'set on the page';

export function askedPopulation(preset: Population, search: SimulateSearch): Population {
  const { size, turn, sfu, v6 } = search;
  const mixed = withMix(preset, search);
  const endpoints = v6 === undefined ? mixed : withIpv6(mixed, v6 / 100);
  const paths = pathsOf(search, preset);
  const needsSfu = size !== undefined && size > largestMesh && !paths.includes('sfu');
  const { prices, rooms } = preset;
  return {
    ...preset,
    endpoints: withBlocked(endpoints, search.blocked / 100),
    paths: needsSfu ? [...paths, 'sfu'] : paths,
    rooms: size === undefined ? rooms : { ...rooms, sizes: { [size]: 1 }, source },
    prices: {
      ...prices,
      ...(turn !== undefined && { turnPerGb: { value: turn, source } }),
      ...(sfu !== undefined && { sfuPerGb: { value: sfu, source } }),
    },
    // Published totals are about the preset, not about what becomes of it.
    published: isChanged(search) ? [] : preset.published,
  };
}

type Endpoints = Population['endpoints'];

function withMix(preset: Population, search: SimulateSearch): Endpoints {
  if (search.mix === undefined) return preset.endpoints;
  const weights = mixOf(search, preset);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return mapEndpoints(preset.endpoints, (endpoint, index) => ({
    ...endpoint,
    share: { value: (weights[index] ?? 0) / total, source },
  }));
}

function withIpv6(endpoints: Endpoints, share: number): Endpoints {
  return mapEndpoints(endpoints, (endpoint) => ({
    ...endpoint,
    ipv6: { behind: endpoint.ipv6?.behind ?? behindIpv6(endpoint), share: { value: share, source } },
  }));
}

/** Others keep their proportions. */
function withBlocked(endpoints: Endpoints, share: number): Endpoints {
  if (share === 0) return endpoints;
  const total = Object.values(endpoints).reduce((sum, endpoint) => sum + endpoint.share.value, 0);
  const blocked: PopulationEndpoint = {
    about: 'a network that lets no UDP out',
    share: { value: total * share, source },
    behind: [{ nat: { like: 'symmetric' }, firewall: { kind: 'udp-blocked' }, nat64: false }],
  };
  const others = mapEndpoints(endpoints, (endpoint) => ({
    ...endpoint,
    share: scaled(endpoint.share, 1 - share),
  }));
  return { ...others, 'more-without-udp': blocked };
}

function scaled({ value, range, source: from }: PopulationFigure, by: number): PopulationFigure {
  return { value: by * value, source: from, ...(range && { range: [by * range[0], by * range[1]] }) };
}

function mapEndpoints(
  endpoints: Endpoints,
  change: (endpoint: PopulationEndpoint, index: number) => PopulationEndpoint,
): Endpoints {
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint], index) => [name, change(endpoint, index)]),
  );
}

function isChanged({ mix, v6, blocked, paths, size }: SimulateSearch): boolean {
  return [mix, v6, paths, size].some((value) => value !== undefined) || blocked > 0;
}
