/** The mappings that a run made the NAT create, as samples of how it chooses ports. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import { isPlain, reflexiveOf } from './facts.ts';

export interface Translation {
  readonly id: string;
  readonly local: Endpoint;
  readonly external: Endpoint;
}

export function translations(evidence: readonly Evidence[]): Translation[] {
  return evidence.flatMap((e) => {
    const external = reflexiveOf(e);
    if (!isPlain(e) || e.outcome !== 'answered' || e.local === null || external === null) return [];
    return [{ id: e.id, local: e.local, external }];
  });
}

/** The first translation of each socket: later ones may be consequences of the mapping behaviour. */
export function firstPerSocket(all: readonly Translation[]): Translation[] {
  return [...new Map([...all].reverse().map((t) => [t.local.port, t])).values()].reverse();
}

/** RFC 4787 §4.2.2: even ports stay even, odd ones odd. */
export function keepsParity(ports: readonly Pick<Translation, 'local' | 'external'>[]): boolean {
  return ports.every(({ local, external }) => local.port % 2 === external.port % 2);
}

/** Each mapping once, in the order in which its first packet left: that is the order in which the NAT chose ports. */
export function newMappings(evidence: readonly Evidence[]): Translation[] {
  const inOrder = [...evidence].sort((a, b) => (a.sentMs[0] ?? 0) - (b.sentMs[0] ?? 0));
  const seen = new Set<string>();
  return translations(inOrder).filter(({ local, external }) => {
    const key = `${formatEndpoint(local)} ${formatEndpoint(external)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Differences of consecutive ports, most frequent first; of equally frequent ones the latest first. */
export function stepsByFrequency(
  ports: readonly number[],
): { readonly step: number; readonly count: number }[] {
  const counts = new Map<number, number>();
  ports.slice(1).forEach((port, index) => {
    const step = port - (ports[index] ?? port);
    const count = counts.get(step) ?? 0;
    counts.delete(step);
    counts.set(step, count + 1);
  });
  return [...counts]
    .reverse()
    .map(([step, count]) => ({ step, count }))
    .sort((a, b) => b.count - a.count);
}
