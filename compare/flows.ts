/** Which way the bytes went: interface → candidate type → pair → path. Every link that has a pair counts once. */
import type { Path } from '../contract/basics.ts';
import type { CandidatePair } from '../contract/candidate.ts';
import { pathKindOf } from '../contract/compare-path.ts';
import type { CompareRun } from '../contract/comparison.ts';

/** The columns, from left to right. */
export const flowStages = ['interface', 'type', 'pair', 'path'] as const;
export type FlowStage = (typeof flowStages)[number];

/** What a browser tells of the interface is its address, or that it hides it. */
export const networks = ['loopback', 'private', 'public', 'hidden'] as const;
export type Network = (typeof networks)[number];

export interface Flow {
  readonly network: Network;
  readonly type: CandidatePair['local']['type'];
  /** Types of both ends, and the protocol: `host ↔ srflx, udp`. */
  readonly pair: string;
  readonly path: Path;
  readonly links: number;
  /** Received over these pairs. */
  readonly bytes: number;
}

/** Most bytes first. */
export function flowsOf(runs: readonly CompareRun[]): Flow[] {
  const flows = new Map<string, Flow>();
  for (const run of runs) {
    for (const { pairs } of run.links) {
      for (const pair of pairs) {
        const flow = flowOf(pair, pathKindOf(run.path));
        const key = `${flow.network} ${flow.type} ${flow.pair} ${flow.path}`;
        const known = flows.get(key);
        flows.set(key, {
          ...flow,
          links: flow.links + (known?.links ?? 0),
          bytes: flow.bytes + (known?.bytes ?? 0),
        });
      }
    }
  }
  return [...flows.values()].toSorted((a, b) => b.bytes - a.bytes);
}

function flowOf({ local, remote, bytesReceived }: CandidatePair, path: Path): Flow {
  const leg = local.relayProtocol ?? local.protocol;
  return {
    network: networkOf(local.address),
    type: local.type,
    pair: `${local.type} ↔ ${remote.type}, ${leg}`,
    path,
    links: 1,
    bytes: bytesReceived ?? 0,
  };
}

/** Private: RFC 1918, RFC 6598, RFC 4193, and link-local addresses. An mDNS name hides the address. */
export function networkOf(address: string | null): Network {
  if (address === null || address === '' || address.endsWith('.local')) return 'hidden';
  if (address === '::1' || address.startsWith('127.')) return 'loopback';
  const isPrivate =
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      address,
    ) || /^(f[cd]|fe[89ab])[0-9a-f]*:/i.test(address);
  return isPrivate ? 'private' : 'public';
}
