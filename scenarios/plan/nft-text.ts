import type { Dependence } from '../nat-behaviour.ts';
import { seededRandom } from '../sim/seeded-random.ts';
import type { CompleteNatSpec } from './nat-spec.ts';

/** Names of the interfaces in a router namespace: one `wan`, and `lan0`, `lan1`, … */
export const wan = '"wan"';
export const lans = '"lan*"';

/** Expressions of one packet's remote side, in the terms of the hook where they are used. */
export interface RemoteTerms {
  readonly address: string;
  readonly port: string;
}

/** `fixed` and what the dependence looks at, joined to one nftables key or key type. */
export function keyOf(fixed: readonly string[], kind: Dependence, remote: RemoteTerms): string {
  const looksAtAddress = kind === 'address-dependent' || kind === 'address-and-port-dependent';
  const looksAtPort = kind === 'port-dependent' || kind === 'address-and-port-dependent';
  return [...fixed, ...(looksAtAddress ? [remote.address] : []), ...(looksAtPort ? [remote.port] : [])].join(
    ' . ',
  );
}

export const keyTypes: RemoteTerms = { address: 'ipv4_addr', port: 'inet_service' };

/** A map or set that learns from packets and forgets after the lifetime. */
export function learned(kind: 'map' | 'set', name: string, type: string, lifetimeSec: number): string {
  const timeout = `${Math.round(lifetimeSec * 1000)}ms`;
  return `  ${kind} ${name} { type ${type}; flags dynamic,timeout; timeout ${timeout}; size 65535; }`;
}

/** The maps and sets of a rule text that `learned` made; the table with its family. */
export function learnedIn(rules: string): { kind: string; table: string; name: string }[] {
  const table = /^table (\w+ \w+) \{/m.exec(rules)?.[1] ?? '';
  const found = rules.matchAll(/^ {2}(map|set) (\w+) \{ .*flags dynamic/gm);
  return [...found].map(([, kind = '', name = '']) => ({ kind, table, name }));
}

/**
 * `map { 0 : 40000, 1 : 40001, … }`. Port numbers go through a map even where they only count up: an arithmetic
 * result used as a port directly is byte-swapped on little-endian machines.
 */
export function countedMap(values: readonly (string | number)[]): string {
  return `map { ${values.map((value, index) => `${index} : ${value}`).join(', ')} }`;
}

/** As many ports as a rule set with several NATs loads in a few milliseconds. */
const mostPorts = 1_024;

/** The ports that a policy hands out, in order, to internal ports of either parity. */
export function portSequence(spec: CompleteNatSpec, parity: 0 | 1 | null): number[] {
  const { first, last } = spec.portRange;
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const ports = parity === null ? all : all.filter((port) => port % 2 === parity);
  if (spec.ports !== 'random') return ports;
  // Fisher–Yates: every port once, so that two mappings never get the same one.
  const random = seededRandom(spec.seed);
  for (let index = ports.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [ports[index], ports[other]] = [ports[other] ?? 0, ports[index] ?? 0];
  }
  return ports.slice(0, mostPorts);
}

/** `chain name { … }` with its first line (type and hook, or empty) and one rule a line. */
export function chain(name: string, hook: string, rules: readonly string[]): string {
  const lines = [...(hook === '' ? [] : [`${hook};`]), ...rules].map((line) => `    ${line}`);
  return [`  chain ${name} {`, ...lines, '  }'].join('\n');
}
