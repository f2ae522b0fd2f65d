/**
 * The SFU as a member of its room: which links it has with whom, over signalling on one side (contract/signalling.ts)
 * and to the room’s process on the other (room-messages.ts). Pure: input in, effects out.
 *
 * With every member it has one link for what the member sends (`up`) and one per other member for what that one
 * sends (`down.ID`), each a PeerConnection that the SFU offers. What a member sends is one publication however often
 * the member connects anew, so its viewers keep their links.
 */
import { downLink, isMediaServer, upLink } from '../../contract/room-roles.ts';
import type { Peer, SignalServerMessage } from '../../contract/signalling.ts';
import type { MediaServerSay } from '../rooms/media-server.ts';
import { type Admission, admitCandidate } from '../rtc/admit-offer.ts';
import type { LinkNews, LinkPlace, RoomOrder } from './room-messages.ts';
import { maxLinkCandidates } from './sfu-limits.ts';

/** A raw DTLS handshake fails now and then for no reason of the network’s; then one new try is made. */
export const maxRenewals = 1;

export type ConductorInput =
  | { readonly kind: 'signal'; readonly message: SignalServerMessage }
  | { readonly kind: 'news'; readonly news: LinkNews };

export type ConductorEffect =
  | { readonly kind: 'say'; readonly message: MediaServerSay }
  | { readonly kind: 'order'; readonly order: RoomOrder }
  /** For the log: a link failed, or a member’s description was refused. */
  | { readonly kind: 'note'; readonly member: string; readonly link: string; readonly what: string };

interface MemberState {
  readonly id: string;
  epoch: number;
  renewals: number;
}

interface LinkState {
  readonly member: MemberState;
  /** Name on the signalling side. */
  readonly name: string;
  readonly epoch: number;
  isAnswered: boolean;
  candidates: number;
}

export class Conductor {
  readonly #place: LinkPlace;
  readonly #refuses: Admission['refuses'];
  readonly #members = new Map<string, MemberState>();
  /** By the id that the room’s process knows. */
  readonly #links = new Map<string, LinkState>();
  #nextLink = 1;

  /** @param refuses addresses that no check is sent to */
  constructor(place: LinkPlace, refuses: Admission['refuses']) {
    this.#place = place;
    this.#refuses = refuses;
  }

  handle(input: ConductorInput): ConductorEffect[] {
    return input.kind === 'signal' ? this.#onSignal(input.message) : this.#onNews(input.news);
  }

  #onSignal(message: SignalServerMessage): ConductorEffect[] {
    switch (message.type) {
      case 'welcome':
      case 'path':
        return [
          ...[...this.#members.keys()].flatMap((id) => this.#remove(id)),
          ...message.peers.flatMap((peer) => this.#add(peer)),
        ];
      case 'joined':
        return this.#add(message.peer);
      case 'left':
        return this.#remove(message.member);
      case 'renewed':
        return this.#renewed(message.member, message.epoch);
      case 'answer': {
        const link = this.#find(message);
        const state = link === null ? undefined : this.#links.get(link);
        if (link === null || state === undefined) return [];
        state.isAnswered = true;
        return [order({ type: 'answer', link, sdp: message.sdp })];
      }
      case 'candidate':
        return message.candidate === null ? [] : this.#onCandidate(message.candidate, this.#find(message));
      case 'offer': {
        const link = this.#find(message);
        // Before its answer it meets our own offer, and gives way to it (perfect negotiation, W3C WebRTC §10.7).
        if (link === null || this.#links.get(link)?.isAnswered !== true) return [];
        // Later it wants to restart ICE, which the library cannot: all begins anew, which has the same end.
        return [say({ type: 'renew', to: message.from, epoch: message.epoch })];
      }
      case 'bye': {
        const link = this.#find(message);
        return link === null ? [] : this.#close(link);
      }
      case 'presence':
      case 'outlook':
      case 'told':
      case 'error':
      case 'pong':
        return [];
    }
  }

  #onCandidate(
    candidate: { readonly candidate: string; readonly sdpMid: string | null },
    link: string | null,
  ): ConductorEffect[] {
    const state = link === null ? undefined : this.#links.get(link);
    const admission = { clientIsLocal: this.#place.clientIsLocal, refuses: this.#refuses };
    if (link === null || state === undefined || !admitCandidate(candidate.candidate, admission)) return [];
    state.candidates += 1;
    if (state.candidates > maxLinkCandidates) return [];
    const mid = candidate.sdpMid ?? '0';
    return [order({ type: 'candidate', link, candidate: candidate.candidate, mid })];
  }

  #onNews(news: LinkNews): ConductorEffect[] {
    const link = this.#links.get(news.link);
    if (link === undefined) return [];
    const to = link.member.id;
    const named = { to, link: link.name, epoch: link.epoch };
    switch (news.type) {
      case 'offer':
        return [say({ type: 'offer', ...named, sdp: news.sdp })];
      case 'candidate': {
        const candidate = { candidate: news.candidate, sdpMid: news.mid };
        return [say({ type: 'candidate', ...named, candidate })];
      }
      case 'state':
        return news.state === 'connected' ? [] : this.#broken(news.link, link, news.state);
      case 'refused':
        return this.#broken(news.link, link, news.problem);
      case 'answer':
        // Only for links that a member offers, which there are none of in a room.
        return [];
    }
  }

  /** A link is gone for good. While a member may still be helped by it, all its links begin anew. */
  #broken(id: string, link: LinkState, what: string): ConductorEffect[] {
    this.#links.delete(id);
    const { member, name, epoch } = link;
    const note: ConductorEffect = { kind: 'note', member: member.id, link: name, what };
    if (member.epoch !== epoch || member.renewals >= maxRenewals) {
      return [note, say({ type: 'bye', to: member.id, link: name, epoch })];
    }
    member.renewals += 1;
    return [note, say({ type: 'renew', to: member.id, epoch })];
  }

  #add(peer: Peer): ConductorEffect[] {
    if (isMediaServer(peer) || this.#members.has(peer.id)) return [];
    const member: MemberState = { id: peer.id, epoch: peer.epoch, renewals: 0 };
    this.#members.set(peer.id, member);
    const others = [...this.#members.values()].filter((other) => other !== member);
    return [...this.#openAll(member), ...others.flatMap((other) => this.#view(other, member.id))];
  }

  #remove(id: string): ConductorEffect[] {
    if (!this.#members.delete(id)) return [];
    const effects: ConductorEffect[] = [];
    for (const [link, { member, name, epoch }] of this.#links) {
      if (member.id === id) effects.push(...this.#close(link));
      else if (name === downLink(id)) {
        effects.push(...this.#close(link), say({ type: 'bye', to: member.id, link: name, epoch }));
      }
    }
    return [...effects, order({ type: 'retire', publication: id })];
  }

  /** Its viewers keep their links: the publication goes on over the new one. */
  #renewed(id: string, epoch: number): ConductorEffect[] {
    const member = this.#members.get(id);
    if (member === undefined) return [];
    const closed = [...this.#links]
      .filter(([, link]) => link.member === member)
      .flatMap(([link]) => this.#close(link));
    member.epoch = epoch;
    return [...closed, ...this.#openAll(member)];
  }

  #openAll(member: MemberState): ConductorEffect[] {
    const up = order({
      type: 'publish',
      link: this.#newLink(member, upLink),
      publication: member.id,
      ...this.#place,
    });
    const others = [...this.#members.keys()].filter((id) => id !== member.id);
    return [up, ...others.flatMap((id) => this.#view(member, id))];
  }

  #view(member: MemberState, publication: string): ConductorEffect[] {
    const link = this.#newLink(member, downLink(publication));
    return [order({ type: 'view', link, publication, ...this.#place })];
  }

  #newLink(member: MemberState, name: string): string {
    const id = `link-${this.#nextLink}`;
    this.#nextLink += 1;
    this.#links.set(id, { member, name, epoch: member.epoch, isAnswered: false, candidates: 0 });
    return id;
  }

  #close(link: string): ConductorEffect[] {
    this.#links.delete(link);
    return [order({ type: 'close', link })];
  }

  #find(message: { readonly from: string; readonly link: string; readonly epoch: number }): string | null {
    for (const [id, { member, name, epoch }] of this.#links) {
      if (member.id === message.from && name === message.link && epoch === message.epoch) return id;
    }
    return null;
  }
}

function say(message: MediaServerSay): ConductorEffect {
  return { kind: 'say', message };
}

function order(value: RoomOrder): ConductorEffect {
  return { kind: 'order', order: value };
}
