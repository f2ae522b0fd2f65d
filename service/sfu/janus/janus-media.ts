/**
 * A Janus server as the media server of a room: members speak the room’s signalling, Janus its own API. What Janus’s
 * SFU and its audio bridge have in common is here.
 */
import { isMediaServer, upLink } from '../../../contract/room-roles.ts';
import type { Peer, SignalServerMessage } from '../../../contract/signalling.ts';
import type { MediaServer, MediaServerOptions } from '../../rooms/media-server.ts';
import { maxRenewals } from '../conductor.ts';
import { maxLinkCandidates } from '../sfu-limits.ts';
import { type JanusAddress, type JanusHandle, JanusSession } from './janus-session.ts';

/**
 * Janus never offers to receive, so the member has to. In a room the media server’s offer opens a link; this one has
 * no media (RFC 8866 allows that) and leaves them to the member, whose own offer then follows.
 */
const emptyOffer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';

export interface JanusMember {
  readonly id: string;
  epoch: number;
  renewals: number;
  /** It has answered the empty offer; an offer from before met ours, and the member has taken it back. */
  mayOffer: boolean;
  readonly links: Map<string, JanusLink>;
}

export interface JanusLink {
  readonly handle: JanusHandle;
  candidates: number;
}

type LinkNews = Extract<SignalServerMessage, { link: string }>;

export interface JanusMediaOptions extends MediaServerOptions {
  readonly address: JanusAddress;
  /** One sentence for the log. */
  readonly onNote?: (note: string) => void;
}

export abstract class JanusMedia implements MediaServer {
  protected readonly options: JanusMediaOptions;
  protected readonly members = new Map<string, JanusMember>();
  /** Everything happens in the order in which it was said, also what takes Janus a while. */
  #turn: Promise<void>;
  #session: JanusSession | null = null;
  #closed = false;

  constructor(options: JanusMediaOptions) {
    this.options = options;
    this.#turn = this.#start();
  }

  /** Makes the room on Janus’s side. */
  protected abstract open(session: JanusSession): Promise<void>;
  /** The member offers what it sends (and, to a mixer, takes): answer it. */
  protected abstract onOffer(member: JanusMember, sdp: string): Promise<void>;
  /** The member has answered an offer of Janus’s. */
  protected abstract onAnswer(link: JanusLink, sdp: string): Promise<void>;
  protected abstract onJoined(member: JanusMember): Promise<void>;
  /** Its own links are gone already. */
  protected abstract onLeft(member: JanusMember): Promise<void>;

  receive(message: SignalServerMessage): void {
    this.enqueue(() => this.#take(message));
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
  }

  /** Runs it after all that was said before. Its failure is noted and ends nothing else. */
  protected enqueue(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      try {
        if (!this.#closed) await work();
      } catch (error) {
        if (!this.#closed) this.note(error instanceof Error ? error.message : String(error));
      }
    });
  }

  protected note(text: string): void {
    this.options.onNote?.(`room ${this.options.room}: ${text}`);
  }

  protected say(type: 'offer' | 'answer', member: JanusMember, link: string, sdp: string): void {
    this.options.send({ type, to: member.id, link, epoch: member.epoch, sdp });
  }

  protected addLink(member: JanusMember, name: string, handle: JanusHandle): void {
    member.links.set(name, { handle, candidates: 0 });
    handle.onHangup = (reason) => {
      if (member.links.get(name)?.handle === handle) this.#broken(member, name, reason);
    };
  }

  protected async closeLink(member: JanusMember, name: string): Promise<void> {
    const link = member.links.get(name);
    member.links.delete(name);
    await link?.handle.detach();
  }

  async #start(): Promise<void> {
    try {
      const session = await JanusSession.open(this.options.address, (reason) => this.#lose(reason));
      if (this.#closed) session.close();
      else this.#session = session;
      await this.open(session);
    } catch (error) {
      this.#session?.close();
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #lose(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.options.onLost(reason);
  }

  async #take(message: SignalServerMessage): Promise<void> {
    switch (message.type) {
      case 'welcome':
      case 'path':
        for (const id of [...this.members.keys()]) await this.#remove(id);
        for (const peer of message.peers) await this.#add(peer);
        break;
      case 'joined':
        await this.#add(message.peer);
        break;
      case 'left':
        await this.#remove(message.member);
        break;
      case 'renewed':
        await this.#renewed(message.member, message.epoch);
        break;
      case 'offer':
      case 'answer':
      case 'candidate':
      case 'bye':
        await this.#onLink(message);
        break;
      default:
    }
  }

  async #onLink(message: LinkNews): Promise<void> {
    const member = this.members.get(message.from);
    if (member === undefined || member.epoch !== message.epoch) return;
    if (message.link === upLink && message.type === 'answer') {
      member.mayOffer = true;
      return;
    }
    if (message.type === 'offer') {
      if (message.link === upLink && member.mayOffer) await this.onOffer(member, message.sdp);
      return;
    }
    const link = member.links.get(message.link);
    if (link === undefined) return;
    if (message.type === 'answer') await this.onAnswer(link, message.sdp);
    else if (message.type === 'bye') await this.closeLink(member, message.link);
    else await this.#onCandidate(link, message.candidate);
  }

  async #onCandidate(
    link: JanusLink,
    said: Extract<LinkNews, { type: 'candidate' }>['candidate'],
  ): Promise<void> {
    link.candidates += 1;
    if (said === null) await link.handle.trickle(null);
    else if (link.candidates <= maxLinkCandidates) {
      await link.handle.trickle({ candidate: said.candidate, sdpMid: said.sdpMid ?? '0' });
    }
  }

  async #add(peer: Peer): Promise<void> {
    if (isMediaServer(peer) || this.members.has(peer.id)) return;
    const member: JanusMember = {
      id: peer.id,
      epoch: peer.epoch,
      renewals: 0,
      mayOffer: false,
      links: new Map(),
    };
    this.members.set(peer.id, member);
    await this.#begin(member);
  }

  async #remove(id: string): Promise<void> {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.members.delete(id);
    await this.#closeAll(member);
    await this.onLeft(member);
  }

  async #renewed(id: string, epoch: number): Promise<void> {
    const member = this.members.get(id);
    if (member === undefined) return;
    await this.#closeAll(member);
    member.epoch = epoch;
    await this.#begin(member);
  }

  async #begin(member: JanusMember): Promise<void> {
    member.mayOffer = false;
    this.say('offer', member, upLink, emptyOffer);
    await this.onJoined(member);
  }

  async #closeAll(member: JanusMember): Promise<void> {
    for (const name of [...member.links.keys()]) await this.closeLink(member, name);
  }

  #broken(member: JanusMember, name: string, reason: string): void {
    member.links.delete(name);
    this.note(`member ${member.id}, link ${name}: ${reason}`);
    const { id: to, epoch } = member;
    if (member.renewals >= maxRenewals) this.options.send({ type: 'bye', to, link: name, epoch });
    else {
      member.renewals += 1;
      this.options.send({ type: 'renew', to, epoch });
    }
  }
}
