/** A call: the member’s connections, what is known about each, and the report about them. */

import type { RoomState } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { LinkAttempt, RoomReport } from '../../contract/room-report.ts';
import { isMediaServer } from '../../contract/room-roles.ts';
import {
  type Membership,
  mainLink,
  type PeerLink,
  publisherOf,
  RoomClient,
  type Roster,
  type SessionState,
  upLink,
} from '../../rooms/io/index.ts';
import { startClock } from '../check/clock.ts';
import { buildRoomReport, type Seen } from './build-room-report.ts';
import { judgeLink } from './judge-link.ts';
import { LinkWatch } from './link-watch.ts';
import type { LocalMedia } from './local-media.ts';
import { type Counters, countersOf } from './member-traffic.ts';
import { ownNat } from './own-nat.ts';
import { cellOf, cellsText, readCells, type SharedCell } from './shared-cells.ts';
import { isDirect } from './why-this-way.ts';

type Link = PeerLink<RTCPeerConnection>;

export interface CallOptions {
  readonly membership: Membership;
  readonly state: RoomState;
  readonly media: LocalMedia;
  readonly onState: (state: SessionState) => void;
  readonly onRoster: (roster: Roster) => void;
  /** Something about the connections is new; called often. */
  readonly onLinks: () => void;
  readonly onStream: (member: string, stream: MediaStream) => void;
  readonly onGone: (member: string) => void;
  readonly onNote: (note: string) => void;
  readonly onEnded: (code: string, message: string) => void;
}

/** A connection that is not direct by then is worth a NAT test, whose own connections then slow down nothing. */
const natTestAfterMs = 3_000;
/** How often the others hear of this member’s connections. */
const tellMs = 2_000;

export class Call {
  readonly #options: CallOptions;
  readonly #client: RoomClient<RTCPeerConnection>;
  readonly #watches = new Map<Link, LinkWatch>();
  readonly #clock = startClock();
  readonly #startedAt = new Date().toISOString();
  #hiddenSinceMs: number | null = null;
  #hiddenMs = 0;
  #hasLeft = false;
  #hasTestedNat = false;
  /** What the others told of theirs. */
  readonly #cells = new Map<string, readonly SharedCell[]>();
  /** What the others have heard of this member’s connections, and of which path that was. */
  #toldText = '';
  #toldPath = '';
  readonly #teller: ReturnType<typeof setInterval>;

  constructor(options: CallOptions) {
    this.#options = options;
    const { membership, state, onState, onNote, onEnded } = options;
    this.#client = new RoomClient({
      membership,
      ice: state.ice,
      openSocket: (url) => new WebSocket(url),
      createConnection: (configuration) => new RTCPeerConnection(configuration),
      prepare: (link) => this.#prepare(link),
      onClosed: (link) => this.#onClosed(link),
      onState,
      onRoster: (roster) => this.#onRoster(roster),
      onTold: (member, text) => this.#takeCells(member, text),
      onNote,
      onEnded,
    });
    document.addEventListener('visibilitychange', () => this.#countHidden());
    window.addEventListener('online', () => this.#client.networkChanged());
    this.#countHidden();
    this.#teller = setInterval(() => this.#onTick(), tellMs);
    this.#client.start();
  }

  get roster(): Roster {
    return this.#client.roster;
  }

  /**
   * One per member that sends to this one, in the order in which the connections were made; one for all of them where
   * they come mixed.
   */
  attempts(): LinkAttempt[] {
    return this.#receiving().map((watch) => this.#attempt(watch));
  }

  /** What only sends is nobody’s attempt; a mixer has something to send once a second member is there. */
  #receiving(): LinkWatch[] {
    const isMixed = this.roster.path.kind === 'mcu' && this.roster.peers.some((peer) => !isMediaServer(peer));
    return [...this.#watches.values()].filter(({ link }) => link.name !== upLink || isMixed);
  }

  /** Of every link that is known of: own ones, and those that the others tell of. */
  cells(): SharedCell[] {
    const known = new Set(this.roster.peers.map(({ id }) => id));
    const told = [...this.#cells].flatMap(([member, cells]) => (known.has(member) ? cells : []));
    return [...this.attempts().map(cellOf), ...told];
  }

  /** Have all connections had the time that they may need? */
  isJudged(): boolean {
    const watches = this.#receiving();
    return (
      watches.length > 0 &&
      watches.every(({ facts, ageMs }) => facts.stableMs !== null || ageMs > judgedAfterMs)
    );
  }

  /** Of all connections, by link. Never rejects. */
  async counters(): Promise<ReadonlyMap<string, Counters>> {
    const read = [...this.#watches.values()].map(
      async (watch) => [watch.facts.id, countersOf(await watch.statistics())] as const,
    );
    return new Map(await Promise.all(read));
  }

  /** @param seen by a page that joined by itself; null: a person’s */
  report(toolVersion: string, room: { id: string; size: number }, seen: Seen | null): RoomReport {
    const { membership, media } = this.#options;
    return buildRoomReport(this.attempts(), {
      seen,
      at: this.#startedAt,
      toolVersion,
      room: { ...room, path: this.roster.path },
      member: membership.member,
      notes: media.note === null ? [] : [media.note],
      userAgent: navigator.userAgent,
      language: navigator.language,
      durationMs: this.#clock(),
      sent: media.kind,
      hiddenMs: this.#hiddenMs + (this.#hiddenSinceMs === null ? 0 : this.#clock() - this.#hiddenSinceMs),
    });
  }

  leave(): void {
    this.#hasLeft = true;
    clearInterval(this.#teller);
    this.#client.leave();
    this.#options.media.stop();
  }

  /** An SFU sends each publisher over a link of its own; then the attempt is from that publisher. */
  #attempt({ facts }: LinkWatch): LinkAttempt {
    const from = publisherOf(facts.link) ?? facts.from;
    return judgeLink({ ...facts, from }, this.roster.outlook(from) ?? null);
  }

  #onTick(): void {
    this.#tellCells();
    const isPuzzling = [...this.#watches.values()].some(
      ({ ageMs, facts }) =>
        facts.path === 'mesh' && ageMs > natTestAfterMs && !isDirect(facts.sample?.pairs ?? []),
    );
    if (isPuzzling && !this.#hasTestedNat) void this.#testNat();
  }

  async #testNat(): Promise<void> {
    this.#hasTestedNat = true;
    const nat = await ownNat(this.#options.membership.service);
    if (nat !== null && !this.#hasLeft) this.#client.tellNat(nat);
  }

  #prepare(link: Link): void {
    const { membership, media, onStream, onLinks } = this.#options;
    const path: RoomPath['kind'] = this.roster.path.kind;
    const watch: LinkWatch = new LinkWatch({
      link,
      me: membership.member,
      path,
      onChange: () => onLinks(),
      onTrack: (stream) => onStream(publisherOf(link.name) ?? link.peer, stream),
    });
    this.#watches.set(link, watch);
    if (link.name === mainLink || link.name === upLink) this.#send(link.connection, media);
    if (link.name !== mainLink) return;
    const peer = this.roster.peer(link.peer);
    if (peer !== undefined && this.roster.offersFirstTo(peer)) {
      watch.serveEcho(link.connection.createDataChannel('echo'));
    } else link.connection.addEventListener('datachannel', ({ channel }) => watch.serveEcho(channel));
  }

  #send(connection: RTCPeerConnection, { stream, maxVideoKbps }: LocalMedia): void {
    // A mixer takes sound only.
    const tracks = this.roster.path.kind === 'mcu' ? stream.getAudioTracks() : stream.getTracks();
    for (const track of tracks) {
      const sender = connection.addTrack(track, stream);
      if (track.kind !== 'video') continue;
      const capped = (): void => void capBitrate(sender, maxVideoKbps);
      connection.addEventListener('connectionstatechange', capped, { once: true });
    }
  }

  #onRoster(roster: Roster): void {
    const path = JSON.stringify(roster.path);
    if (path !== this.#toldPath) this.#cells.clear();
    this.#toldPath = path;
    // Whoever has just come, or come back, has heard nothing.
    this.#toldText = '';
    this.#options.onRoster(roster);
  }

  #tellCells(): void {
    const text = cellsText(this.attempts().map(cellOf));
    if (text === this.#toldText) return;
    this.#toldText = text;
    this.#client.tell(text);
  }

  #takeCells(member: string, text: string): void {
    const cells = readCells(text, member);
    if (cells !== null) this.#cells.set(member, cells);
  }

  #onClosed(link: Link): void {
    const watch = this.#watches.get(link);
    this.#watches.delete(link);
    void watch?.stop();
    this.#options.onGone(publisherOf(link.name) ?? link.peer);
    this.#options.onLinks();
  }

  #countHidden(): void {
    if (document.visibilityState === 'hidden') this.#hiddenSinceMs ??= this.#clock();
    else if (this.#hiddenSinceMs !== null) {
      this.#hiddenMs += this.#clock() - this.#hiddenSinceMs;
      this.#hiddenSinceMs = null;
    }
  }
}

/** From the opening of a connection to the moment when it is told what came of it. */
const judgedAfterMs = 20_000;

async function capBitrate(sender: RTCRtpSender, maxKbps: number): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxKbps * 1000;
  // A sender without an encoding yet has nothing to cap.
  if (parameters.encodings.length > 0) await sender.setParameters(parameters).catch(() => undefined);
}
