/** Which STUN and TURN servers the members of a room are given. Pure. */
import type { RoomIce } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { iceServersFor } from '../servers/ice-servers.ts';
import type { StoredServer } from '../store/store.ts';

/** A mesh room is direct or not at all; a relay room has nothing but the wanted relays; others may use all. */
export function roomIce(path: RoomPath, servers: readonly StoredServer[], nowEpochSec: number): RoomIce {
  const { iceServers } = iceServersFor(servers, nowEpochSec);
  const fitting = iceServers.flatMap((server) => {
    const urls = [server.urls].flat().filter((url) => fits(path, url));
    return urls.length === 0 ? [] : [{ ...server, urls }];
  });
  return { iceServers: fitting, iceTransportPolicy: path.kind === 'relay' ? 'relay' : 'all' };
}

function fits(path: RoomPath, url: string): boolean {
  const parsed = parseStunUri(url);
  if (!parsed.ok) return false;
  const { scheme, transport } = parsed.uri;
  const isTurn = scheme === 'turn' || scheme === 'turns';
  if (path.kind === 'mesh') return !isTurn;
  if (path.kind !== 'relay') return true;
  return isTurn && (path.transport === null || path.transport === transport);
}
