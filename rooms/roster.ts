/** Who is in the room, kept up to date from the news. Pure. */
import type { Outlook } from '../contract/outlook.ts';
import type { Member } from '../contract/room.ts';
import type { RoomPath } from '../contract/room-path.ts';
import { isPolite, mayLink, offersFirst } from '../contract/room-roles.ts';
import type { Peer } from '../contract/signalling.ts';
import type { News } from './signal-session.ts';

export class Roster {
  #me: Member | null = null;
  #path: RoomPath = { kind: 'mesh' };
  #pathChanges = 0;
  #peers = new Map<string, Peer>();
  readonly #outlooks = new Map<string, Outlook>();

  /** null before the first welcome. */
  get me(): Member | null {
    return this.#me;
  }

  get path(): RoomPath {
    return this.#path;
  }

  /** How often the room was moved while this member was in it; also to the path that it had. */
  get pathChanges(): number {
    return this.#pathChanges;
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** What the NAT tests of both ends say about a direct connection to that member; undefined: not both are known. */
  outlook(id: string): Outlook | undefined {
    return this.#outlooks.get(id);
  }

  peer(id: string): Peer | undefined {
    return this.#peers.get(id);
  }

  apply(news: News): void {
    switch (news.type) {
      case 'welcome':
        // After a resumption the list is older than what follows; the own one is right.
        if (!news.resumed) this.#begin(news);
        return;
      case 'joined':
        this.#peers.set(news.peer.id, news.peer);
        return;
      case 'left':
        this.#peers.delete(news.member);
        return;
      case 'presence':
        this.#change(news.member, { present: news.present });
        break;
      case 'renewed':
        this.#change(news.member, { epoch: news.epoch });
        break;
      case 'outlook':
        this.#outlooks.set(news.member, news.outlook);
        break;
      case 'path':
        this.#path = news.path;
        this.#pathChanges += 1;
        this.#peers = new Map(news.peers.map((peer) => [peer.id, peer]));
    }
  }

  mayLink(peer: Peer): boolean {
    return this.#me !== null && mayLink(this.#path, this.#me, peer);
  }

  offersFirstTo(peer: Peer): boolean {
    return this.#me !== null && offersFirst(this.#me, peer);
  }

  isPoliteTo(peer: Peer): boolean {
    return this.#me !== null && isPolite(this.#me, peer);
  }

  #begin({ you, room, peers }: Extract<News, { type: 'welcome' }>): void {
    this.#path = room.path;
    this.#me = room.members.find(({ id }) => id === you) ?? null;
    this.#peers = new Map(peers.map((peer) => [peer.id, peer]));
  }

  #change(id: string, change: Partial<Peer>): void {
    const peer = this.#peers.get(id);
    if (peer !== undefined) this.#peers.set(id, { ...peer, ...change });
  }
}
