import { usesProxy } from './agent-traits.ts';
import type { CompiledScenario } from './compile.ts';

/** Which clients stay inside although there is a way out, because they ask no proxy. */
export function proxyNotices({ cells, sites }: CompiledScenario): string[] {
  const isBehindProxy = (site: number) =>
    sites[site]?.spec.boxes.some(({ firewall }) => firewall?.kind === 'http-proxy') === true;
  const ends = cells.flatMap(({ from, to }) => [from, to]);
  const stuck = ends.filter(({ site, agent }) => isBehindProxy(site) && !usesProxy(agent));
  if (stuck.length === 0) return [];
  const names = [
    ...new Set(stuck.map(({ name, agent }) => `${name} (${'kind' in agent ? agent.kind : 'own'})`)),
  ];
  return [`Behind an HTTP proxy with a client that uses none: ${names.slice(0, 8).join(', ')}.`];
}
