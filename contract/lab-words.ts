/** What the cells of a lab report are called, wherever they are told. No schema library: the command line prints it. */
import type { LabCell } from './lab-report.ts';

type Way = Pick<LabCell, 'path' | 'transport'>;

/** `direct`, `direct over TCP`, `relay over TLS`, `SFU`. */
export function labPathText({ path, transport }: Way): string {
  if (path === 'relay') return `relay over ${transport.toUpperCase()}`;
  const name = path === 'mesh' ? 'direct' : path.toUpperCase();
  return transport === 'udp' ? name : `${name} over ${transport.toUpperCase()}`;
}

/** `mesh-udp`: the same way in other reports, and in addresses. */
export function labPathKey({ path, transport }: Way): string {
  return `${path}-${transport}`;
}

/** Names a cell within its report, and the same cell in another one. */
export function labCellKey(cell: Pick<LabCell, 'from' | 'to'> & Way): string {
  return `${cell.from} ${cell.to} ${labPathKey(cell)}`;
}

/** The rungs that an attempt climbs, and where its milestones keep their times. */
export const labRungs = [
  { rung: 'S1', milestone: 'candidateMs' },
  { rung: 'S2', milestone: 'iceMs' },
  { rung: 'S3', milestone: 'dtlsMs' },
  { rung: 'S4', milestone: 'echoMs' },
  { rung: 'S5', milestone: 'packetMs' },
  { rung: 'S6', milestone: 'frameMs' },
  { rung: 'S7', milestone: 'stableMs' },
] as const;
