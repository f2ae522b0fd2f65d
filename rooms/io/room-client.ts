/**
 * A member of a room: keeps the signalling channel open and a connection to everybody that the room’s path wants one
 * to. The application prepares each connection (tracks, data channels) and hears what happens.
 */
import type { NatSummary } from '../../contract/nat-report.ts';
import type { RoomIce } from '../../contract/room.ts';
import { mainLink } from '../../contract/room-roles.ts';
import type { Peer } from '../../contract/signalling.ts';
import { Roster } from '../roster.ts';
import type { News, SessionState } from '../signal-session.ts';
import type { IceConfiguration, PeerConnection, SignalSocket } from './peer-connection.ts';
import { type LinkNews, PeerLink } from './peer-link.ts';
import { fetchRoom, type Membership } from './room-api.ts';
import { type ChannelEffect, SignalChannel } from './signal-channel.ts';

export interface RoomClientOptions<C extends PeerConnection> {
  readonly membership: Membership;
  /** Of the join; fetched anew when it may have changed. */
  readonly ice: RoomIce;
  readonly openSocket: (url: string) => SignalSocket;
  readonly createConnection: (configuration: IceConfiguration) => C;
  /**
   * Called once for every new connection, before anything is negotiated. What is added here, at once, goes into the
   * first offer or answer.
   */
  readonly prepare: (link: PeerLink<C>, peer: Peer) => void;
  readonly onClosed?: (link: PeerLink<C>) => void;
  readonly onState?: (state: SessionState) => void;
  /** Somebody came, went, or is heard of no more; or the path is another one. */
  readonly onRoster?: (roster: Roster) => void;
  /** Another member tells all. */
  readonly onTold?: (member: string, text: string) => void;
  /** What a log would say; nothing that the application must act on. */
  readonly onNote?: (note: string) => void;
  /** The service has ended the membership; `code` is one of docs/failures.md. */
  readonly onEnded?: (code: string, message: string) => void;
}

/** After an ICE restart and a connection made anew, one that fails again is left as it is. */
const maxRepairs = 2;

export class RoomClient<C extends PeerConnection = PeerConnection> {
  readonly roster = new Roster();
  readonly #options: RoomClientOptions<C>;
  readonly #channel: SignalChannel;
  /** By member and name. */
  readonly #links = new Map<string, PeerLink<C>>();
  /** How often the connection to a member was repaired since it last worked. */
  readonly #repairs = new Map<string, number>();
  #ice: IceConfiguration;
  /** News are taken one by one: some need a request first. */
  #turn: Promise<void> = Promise.resolve();
  #restartsAll = false;
  #nat: NatSummary | null = null;
  #isStopped = false;

  constructor(options: RoomClientOptions<C>) {
    this.#options = options;
    this.#ice = asConfiguration(options.ice);
    const { service, channelPath, roomId, session } = options.membership;
    const url = new URL(channelPath, service);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#channel = new SignalChannel({
      url: url.href,
      room: roomId,
      session,
      openSocket: options.openSocket,
      onEffect: (effect) => this.#onEffect(effect),
    });
  }

  get links(): readonly PeerLink<C>[] {
    return [...this.#links.values()];
  }

  start(): void {
    this.#channel.start();
  }

  /** The host says that it is on another network: signalling and connections need not wait until they notice. */
  networkChanged(): void {
    this.#restartsAll = true;
    this.#channel.networkChanged();
  }

  /** The others, and this one, then learn what both NATs let expect: `roster.outlook`. */
  tellNat(nat: NatSummary): void {
    this.#nat = nat;
    this.#channel.say({ type: 'nat', nat });
  }

  /** All others who are there now hear it, and nobody later; at most 8192 characters, about one a second. */
  tell(text: string): void {
    this.#channel.tell(text);
  }

  /** Ends the membership, and all connections with it. */
  leave(): void {
    this.#channel.say({ type: 'leave' });
    this.stop();
  }

  /** Ends all connections; the membership lasts a little longer, for a page that comes back. */
  stop(): void {
    this.#isStopped = true;
    this.#closeLinks(() => true);
    this.#channel.stop();
  }

  #onEffect(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'state':
        this.#options.onState?.(effect.state);
        break;
      case 'refused':
        this.#options.onNote?.(`refused: ${effect.message}`);
        break;
      case 'told':
        this.#options.onTold?.(effect.member, effect.text);
        break;
      case 'ended':
        this.#isStopped = true;
        this.#closeLinks(() => true);
        this.#options.onEnded?.(effect.code, effect.message);
        break;
      case 'news': {
        const { news } = effect;
        this.#turn = this.#turn.then(() => this.#hear(news));
      }
    }
  }

  /** Never rejects: a callback of the application that throws must not make it deaf to all that follows. */
  async #hear(news: News): Promise<void> {
    if (this.#isStopped) return;
    try {
      await this.#take(news);
    } catch (error) {
      this.#options.onNote?.(`${news.type}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #take(news: News): Promise<void> {
    const isFirst = this.roster.me === null;
    this.roster.apply(news);
    switch (news.type) {
      case 'welcome':
        if (news.resumed) await this.#resumed();
        else {
          this.#closeLinks(() => true);
          // What was said before a new beginning has not been heard.
          if (this.#nat !== null) this.#channel.say({ type: 'nat', nat: this.#nat });
          if (!isFirst) await this.#fetchIce();
        }
        break;
      case 'path':
        this.#closeLinks(() => true);
        await this.#fetchIce();
        break;
      case 'left':
      case 'renewed':
        this.#closeLinks(({ peer }) => peer === news.member);
        break;
      case 'joined':
      case 'presence':
      case 'outlook':
        break;
      default:
        this.#takeLinkNews(news);
        return;
    }
    if (this.#isStopped) return;
    this.#options.onRoster?.(this.roster);
    for (const peer of this.roster.peers) this.#reach(peer);
  }

  #takeLinkNews(news: LinkNews): void {
    const peer = this.roster.peer(news.from);
    if (peer === undefined || news.epoch !== peer.epoch) return;
    const known = this.#links.get(keyOf(peer.id, news.link));
    if (known !== undefined) known.take(news);
    else if (news.type === 'offer') this.#open(peer, news.link).take(news);
  }

  /** Between members there is one connection; a media server opens those that it wants. */
  #reach(peer: Peer): void {
    if (!peer.present || peer.kind === 'media-server') return;
    if (!this.roster.mayLink(peer) || !this.roster.offersFirstTo(peer)) return;
    if (!this.#links.has(keyOf(peer.id, mainLink))) this.#open(peer, mainLink);
  }

  #open(peer: Peer, name: string): PeerLink<C> {
    const connection = this.#options.createConnection(this.#ice);
    const link = new PeerLink<C>({
      peer: peer.id,
      name,
      epoch: peer.epoch,
      polite: this.roster.isPoliteTo(peer),
      connection,
      say: (message) => this.#channel.say(message),
      onProblem: (problem) => this.#options.onNote?.(`${peer.id}: ${problem}`),
      onClosed: () => this.#forget(link),
    });
    this.#links.set(keyOf(peer.id, name), link);
    connection.addEventListener('connectionstatechange', () => {
      if (link.isClosed) return;
      if (connection.connectionState === 'connected') this.#repairs.delete(peer.id);
      if (connection.connectionState === 'failed') void this.#repair(link);
    });
    this.#options.prepare(link, peer);
    return link;
  }

  /** First the way is looked for again (RFC 8445 §2.4), then all is made anew; then it is left as it is. */
  async #repair(link: PeerLink<C>): Promise<void> {
    const { peer, epoch, connection } = link;
    const done = this.#repairs.get(peer) ?? 0;
    this.#repairs.set(peer, done + 1);
    if (done >= maxRepairs) {
      this.#options.onNote?.(`${peer}: the connection failed, also when made anew`);
      return;
    }
    // Without a fault of ICE it is the handshake that broke: another way does not help.
    const isIceFault = connection.iceConnectionState === 'failed';
    if (done === 0 && isIceFault) await this.#restartIce([link]);
    else this.#channel.say({ type: 'renew', to: peer, epoch });
  }

  async #resumed(): Promise<void> {
    const all = this.#restartsAll;
    this.#restartsAll = false;
    await this.#restartIce(
      this.links.filter(({ connection }) => all || connection.connectionState === 'disconnected'),
    );
  }

  async #restartIce(links: readonly PeerLink<C>[]): Promise<void> {
    if (links.length === 0) return;
    await this.#fetchIce();
    for (const { connection, isClosed } of links) {
      if (isClosed) continue;
      connection.setConfiguration(this.#ice);
      connection.restartIce();
    }
  }

  /** Without an answer the servers stay as they were: better than none. */
  async #fetchIce(): Promise<void> {
    try {
      this.#ice = asConfiguration((await fetchRoom(this.#options.membership)).ice);
    } catch (error) {
      this.#options.onNote?.(`ICE servers: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Both ends know of the reason, so nobody is told. */
  #closeLinks(which: (link: PeerLink<C>) => boolean): void {
    for (const link of this.links) {
      if (which(link)) link.close(false);
    }
  }

  #forget(link: PeerLink<C>): void {
    const key = keyOf(link.peer, link.name);
    if (this.#links.get(key) === link) this.#links.delete(key);
    this.#options.onClosed?.(link);
  }
}

/** What came as JSON has no fields that are undefined. */
function asConfiguration(ice: RoomIce): IceConfiguration {
  return ice as IceConfiguration;
}

/** Ids have no spaces. */
function keyOf(peer: string, link: string): string {
  return `${peer} ${link}`;
}
