/** The ways to connect a room that are compared, as rooms name them. No schema library: the pages load this file. */
import type { Path } from './basics.ts';
import type { RoomPath } from './room-path.ts';

export const comparePaths = [
  'mesh',
  'sfu',
  'sfu-janus',
  'mcu',
  'relay-udp',
  'relay-tcp',
  'relay-tls',
] as const;
export type ComparePath = (typeof comparePaths)[number];

const roomPaths: Readonly<Record<ComparePath, RoomPath>> = {
  mesh: { kind: 'mesh' },
  sfu: { kind: 'sfu', server: 'embedded' },
  'sfu-janus': { kind: 'sfu', server: 'janus' },
  mcu: { kind: 'mcu', server: 'janus' },
  'relay-udp': { kind: 'relay', transport: 'udp' },
  'relay-tcp': { kind: 'relay', transport: 'tcp' },
  'relay-tls': { kind: 'relay', transport: 'tls' },
};

/** What the room of a run is created with. */
export function roomPathOf(path: ComparePath): RoomPath {
  return roomPaths[path];
}

/** null: a room’s path that nothing is compared over, such as a relay over any transport. */
export function comparePathOf(path: RoomPath): ComparePath | null {
  return comparePaths.find((each) => isSamePath(roomPaths[each], path)) ?? null;
}

/** The kind, which decides the shape: who has a connection with whom. */
export function pathKindOf(path: ComparePath): Path {
  return roomPaths[path].kind;
}

function isSamePath(a: RoomPath, b: RoomPath): boolean {
  if (a.kind === 'relay') return b.kind === 'relay' && a.transport === b.transport;
  if (a.kind === 'mesh') return b.kind === 'mesh';
  return a.kind === b.kind && a.server === b.server;
}
