/** The endpoints of a population as they are drawn: each kind once without and once with IPv6, where it has it. */
import type { Population } from '../contract/population.ts';
import type { ScenarioBox } from '../contract/scenario.ts';

/** Routers on the way out, innermost first. */
export type Chain = readonly ScenarioBox[];

export interface Kind {
  /** As the population calls it. */
  readonly endpoint: string;
  readonly v4: Chain;
  /** null: IPv4 only. */
  readonly v6: Chain | null;
}

/** Their order depends on nothing but the names, so that weights of other shares fit them too. */
export function kindsOf({ endpoints }: Population): Kind[] {
  return Object.entries(endpoints).flatMap(([endpoint, { behind: v4, ipv6 }]): Kind[] =>
    ipv6 === undefined
      ? [{ endpoint, v4, v6: null }]
      : [
          { endpoint, v4, v6: null },
          { endpoint, v4, v6: ipv6.behind },
        ],
  );
}

/** Share of each kind, in the order of {@link kindsOf}; their sum is 1. */
export function weightsOf({ endpoints }: Population): number[] {
  const weights = Object.values(endpoints).flatMap(({ share: { value }, ipv6 }) =>
    ipv6 === undefined ? [value] : [value * (1 - ipv6.share.value), value * ipv6.share.value],
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
