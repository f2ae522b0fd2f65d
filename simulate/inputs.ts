/** The inputs of a population that carry a range, and populations in which they have other values. */
import type { Population, PopulationFigure } from '../contract/population.ts';
import type { SeededRandom } from '../scenarios/sim/seeded-random.ts';

export interface UncertainInput {
  /** As people read it. */
  readonly name: string;
  readonly figure: PopulationFigure & { readonly range: readonly [number, number] };
  /** As it is, but for this figure; shares of the other endpoints stay as they are written. */
  readonly with: (population: Population, value: number) => Population;
  /** Of an endpoint among the others; null: another kind of input. */
  readonly shareOf: string | null;
}

export function uncertainInputs(population: Population): UncertainInput[] {
  const { endpoints, rooms, distances, prices } = population;
  const inputs: UncertainInput[] = [];
  const add = (
    name: string,
    figure: PopulationFigure,
    change: UncertainInput['with'],
    shareOf: string | null = null,
  ) => {
    const { range } = figure;
    if (range !== undefined && range[0] < range[1])
      inputs.push({ name, figure: { ...figure, range }, with: change, shareOf });
  };
  for (const [endpoint, { share, ipv6 }] of Object.entries(endpoints)) {
    add(`share of ${endpoint}`, share, (base, value) => withShare(base, endpoint, value), endpoint);
    if (ipv6) add(`IPv6 of ${endpoint}`, ipv6.share, (base, value) => withIpv6(base, endpoint, value));
  }
  add('minutes of a room', rooms.minutes, (base, value) => ({
    ...base,
    rooms: { ...base.rooms, minutes: { ...base.rooms.minutes, value } },
  }));
  for (const [key, name] of Object.entries(distanceNames) as [keyof Population['distances'], string][]) {
    add(name, distances[key], (base, value) => ({
      ...base,
      distances: { ...base.distances, [key]: { ...base.distances[key], value } },
    }));
  }
  for (const [key, name] of [
    ['turnPerGb', 'price of TURN per GB'],
    ['sfuPerGb', 'price of the SFU per GB'],
  ] as const) {
    add(name, prices[key], (base, value) => ({
      ...base,
      prices: { ...base.prices, [key]: { ...base.prices[key], value } },
    }));
  }
  return inputs;
}

const distanceNames: Readonly<Record<keyof Population['distances'], string>> = {
  peerMs: 'round trip between peers, ms',
  serverMs: 'round trip to the servers, ms',
  signallingMs: 'round trip of the signalling, ms',
  giveUpMs: 'wait before the SFU, ms',
  spread: 'spread of round trips',
};

/** One input alone at a value: where it is a share, the others keep their proportions. */
export function atValue(population: Population, { shareOf, with: change }: UncertainInput, value: number) {
  if (shareOf === null) return change(population, value);
  const shares = Object.entries(population.endpoints);
  const total = shares.reduce((sum, [, { share }]) => sum + share.value, 0);
  const others = total - (population.endpoints[shareOf]?.share.value ?? 0);
  const factor = others === 0 ? 1 : (1 - value) / others;
  return shares.reduce(
    (changed, [endpoint, { share }]) =>
      withShare(changed, endpoint, endpoint === shareOf ? value : share.value * factor),
    population,
  );
}

/** All inputs at once, each from a triangle over its range with its top at the value. */
export function drawInputs(
  population: Population,
  inputs: readonly UncertainInput[],
  random: SeededRandom,
): Population {
  return inputs.reduce((changed, input) => {
    const { value, range } = input.figure;
    return input.with(changed, triangular(range[0], value, range[1], random()));
  }, population);
}

/** Inverse of the distribution function of a triangle. */
export function triangular(low: number, top: number, high: number, at: number): number {
  const width = high - low;
  const below = (top - low) / width;
  return at < below
    ? low + Math.sqrt(at * width * (top - low))
    : high - Math.sqrt((1 - at) * width * (high - top));
}

function withShare(population: Population, endpoint: string, value: number): Population {
  const kind = population.endpoints[endpoint];
  if (kind === undefined) return population;
  const changed = { ...kind, share: { ...kind.share, value } };
  return { ...population, endpoints: { ...population.endpoints, [endpoint]: changed } };
}

function withIpv6(population: Population, endpoint: string, value: number): Population {
  const kind = population.endpoints[endpoint];
  if (kind?.ipv6 === undefined) return population;
  const changed = { ...kind, ipv6: { ...kind.ipv6, share: { ...kind.ipv6.share, value } } };
  return { ...population, endpoints: { ...population.endpoints, [endpoint]: changed } };
}
