/** A compared path as the cost model knows it. */
import { type ComparePath, pathKindOf, roomPathOf } from '../contract/compare-path.ts';
import { sfuServers } from './constants.ts';
import type { RoomShape } from './cost-model.ts';
import type { MediaRates } from './media-rates.ts';

export function shapeOf(path: ComparePath, participants: number, rates: MediaRates, bots = 0): RoomShape {
  const room = roomPathOf(path);
  const shape = { path: pathKindOf(path), participants, rates, bots };
  if (room.kind === 'relay') return { ...shape, transport: room.transport ?? 'udp' };
  if (room.kind !== 'sfu') return shape;
  return { ...shape, server: sfuServers.find((server) => server === room.server) ?? 'embedded' };
}
