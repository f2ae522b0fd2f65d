import type { CellKey, MonitorInput } from '../../../contract/fleet/monitor.ts';

/** One text for each cell: `seoul/tls`, `seoul>frankfurt/relay/udp`. */
export function cellName({ region, peer, path, transport }: CellKey): string {
  return [peer === null ? region : `${region}>${peer}`, path, transport]
    .filter((part) => part !== null)
    .join('/');
}

/** Everything that a monitor measures apart. */
export function cellsOf({ kind, regions, transports, paths }: CellShape): CellKey[] {
  if (kind !== 'mesh') {
    return regions.flatMap((region) =>
      transports.map((transport) => ({ region, peer: null, path: null, transport })),
    );
  }
  return regions.flatMap((region) =>
    regions
      .filter((peer) => peer !== region)
      .flatMap((peer) => paths.map((path) => ({ region, peer, path, transport: 'udp' as const }))),
  );
}

type CellShape = Pick<MonitorInput, 'kind' | 'regions' | 'transports' | 'paths'>;
