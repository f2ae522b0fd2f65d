/**
 * Who does what on a link between two members. Both ends and the service derive it from the same facts, so nothing is
 * negotiated. No schema library here: the Room page loads this file.
 */
import type { Member } from './room.ts';
import type { RoomPath } from './room-path.ts';

type Roles = Pick<Member, 'id' | 'kind' | 'order'>;

/** Ids of the members that media servers are. */
export const mediaServerIds = { sfu: 'sfu', mcu: 'mcu' } as const;

/** Name of the one link between two members of a mesh or relay room. */
export const mainLink = 'main';
/** To a media server: what the member sends. */
export const upLink = 'up';

/** From an SFU: what `publisher` sends, in a connection of its own, so that each can be measured alone. */
export function downLink(publisher: string): string {
  return `down.${publisher}`;
}

/** The publisher of a {@link downLink}; null for any other link. */
export function publisherOf(link: string): string | null {
  return link.startsWith('down.') ? link.slice('down.'.length) : null;
}

/**
 * Perfect negotiation (W3C WebRTC §10.7): the polite end takes its own offer back when two offers meet. A media server
 * never does; between members the one that came later does.
 */
export function isPolite(me: Roles, peer: Roles): boolean {
  if (isMediaServer(me) !== isMediaServer(peer)) return isMediaServer(peer);
  return me.order > peer.order;
}

/** Makes the first offer: the media server; between members the one that came later, who alone knows of both. */
export function offersFirst(me: Roles, peer: Roles): boolean {
  if (isMediaServer(me) !== isMediaServer(peer)) return isMediaServer(me);
  return me.order > peer.order;
}

/** May these two have links in a room with that path? With a media server, members talk to it alone. */
export function mayLink(path: RoomPath, a: Roles, b: Roles): boolean {
  const servers = [a, b].filter(isMediaServer).length;
  return servers === (path.kind === 'sfu' || path.kind === 'mcu' ? 1 : 0);
}

export function isMediaServer({ kind }: Pick<Roles, 'kind'>): boolean {
  return kind === 'media-server';
}
