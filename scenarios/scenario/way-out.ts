import { type Dependence, dependences } from '../nat-behaviour.ts';
import type { SiteSpec } from '../plan/topology.ts';

/** What RFC 5780 tests must say of a site. */
export interface WayOut {
  readonly mapping: Dependence;
  readonly filtering: Dependence;
  readonly udp: 'open' | 'blocked';
}

/** Several boxes in a row look like one that depends on whatever any of them depends on. */
export function wayOutOf({ boxes }: SiteSpec): WayOut {
  const mappings = boxes.flatMap(({ nat }) => nat?.mapping ?? []);
  const filterings = boxes.flatMap(({ nat, firewall }) => [
    ...(nat === null ? [] : [nat.filtering]),
    ...(firewall?.kind === 'stateful' ? [firewall.filtering] : []),
  ]);
  const closed = boxes.some(({ firewall }) => firewall !== null && firewall.kind !== 'stateful');
  return {
    mapping: mappings.reduce(union, dependences[0]),
    filtering: filterings.reduce(union, dependences[0]),
    udp: closed ? 'blocked' : 'open',
  };
}

function union(a: Dependence, b: Dependence): Dependence {
  const looksAt = (what: 'address' | 'port') => [a, b].some((kind) => kind.includes(what));
  if (looksAt('address') && looksAt('port')) return 'address-and-port-dependent';
  if (looksAt('address')) return 'address-dependent';
  return looksAt('port') ? 'port-dependent' : 'endpoint-independent';
}
