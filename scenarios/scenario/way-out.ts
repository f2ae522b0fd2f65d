import { type Dependence, dependences } from '../nat-behaviour.ts';
import { answersOnly, type ServerFamily } from '../plan/ipv6.ts';
import type { SiteSpec } from '../plan/topology.ts';

/** What RFC 5780 tests must say of a site; null: they cannot tell. */
export interface WayOut {
  readonly mapping: Dependence;
  readonly filtering: Dependence | null;
  readonly udp: 'open' | 'blocked';
}

/** The same in the words of a probe, which may not have found out. */
export interface SeenWay {
  readonly mapping: string;
  readonly filtering: string | null;
  readonly udp: string;
}

/**
 * Several boxes in a row look like one that depends on whatever any of them depends on.
 * @param over how its hosts reach the server that is asked
 */
export function wayOutOf({ boxes, ipv6 }: SiteSpec, over: ServerFamily = 'ipv4'): WayOut {
  const isTranslated = over !== 'ipv6';
  const nats = isTranslated ? boxes.flatMap(({ nat }) => nat ?? []) : [];
  const filterings = [
    ...nats.map(({ filtering }) => filtering),
    ...boxes.flatMap(({ firewall }) => (firewall?.kind === 'stateful' ? [firewall.filtering] : [])),
    ...(!isTranslated && ipv6 === 'firewall' ? [answersOnly.filtering] : []),
  ];
  const closed = boxes.some(({ firewall }) => firewall !== null && firewall.kind !== 'stateful');
  return {
    mapping: nats.map(({ mapping }) => mapping).reduce(union, dependences[0]),
    // RFC 5780 §7.4: OTHER-ADDRESS names the server's other address in the family of the server, which such hosts lack.
    filtering: over === 'nat64' ? null : filterings.reduce(union, dependences[0]),
    udp: closed || over === 'none' ? 'blocked' : 'open',
  };
}

function union(a: Dependence, b: Dependence): Dependence {
  const looksAt = (what: 'address' | 'port') => [a, b].some((kind) => kind.includes(what));
  if (looksAt('address') && looksAt('port')) return 'address-and-port-dependent';
  if (looksAt('address')) return 'address-dependent';
  return looksAt('port') ? 'port-dependent' : 'endpoint-independent';
}

/** `endpoint-independent mapping, address-dependent filtering`, of a description or of what was measured. */
export function wayWords({ mapping, filtering, udp }: SeenWay): string {
  if (udp !== 'open') return `UDP ${udp}`;
  return `${mapping} mapping${filtering === null ? '' : `, ${filtering} filtering`}`;
}
