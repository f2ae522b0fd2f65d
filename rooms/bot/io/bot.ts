/** A member of a room without a browser: sends recorded pictures and sound over every path, and counts what comes. */
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import type { MemberTraffic } from '../../../contract/member-traffic.ts';
import type { ParticipantOrder } from '../../../contract/participant.ts';
import { toolVersion } from '../../../contract/release.ts';
import type { RoomState } from '../../../contract/room.ts';
import type { RoomReport } from '../../../contract/room-report.ts';
import type { Peer } from '../../../contract/signalling.ts';
import type { PeerLink } from '../../io/peer-link.ts';
import { joinRoom, type Membership } from '../../io/room-api.ts';
import { RoomClient } from '../../io/room-client.ts';
import { linksToSee, ReportTiming } from '../../report-timing.ts';
import { botReport } from '../bot-report.ts';
import { type BotSums, botTraffic } from '../bot-traffic.ts';
import { BotLinkEnd, type BotLinkOptions } from './bot-link.ts';
import type { NativeConnection } from './native-connection.ts';
import { type OpenRelay, openConnection } from './open-connection.ts';

export interface BotOptions {
  readonly service: string;
  readonly room: string;
  readonly token: string;
  readonly order: ParticipantOrder;
  readonly openRelay: OpenRelay;
  /** Takes the report of every path that the room takes. */
  readonly onReport: (report: RoomReport) => Promise<void>;
  /** What a log would say. */
  readonly onNote?: (note: string) => void;
}

const lookMs = 100;
/** As often as sound is sent. */
const sendMs = 20;

export class Bot {
  readonly #options: BotOptions;
  readonly #membership: Membership & RoomState;
  readonly #client: RoomClient<NativeConnection>;
  readonly #ends = new Map<PeerLink<NativeConnection>, BotLinkEnd>();
  readonly #timing: ReportTiming;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #joinedMs = performance.now();
  /** Even: the sound’s. The picture has the next one. */
  readonly #ssrc = (randomBytes(4).readUInt32BE() & 0xfffffffe) >>> 0;
  #pathChanges = 0;
  #beganAt = new Date().toISOString();
  #before: BotSums | null = null;

  private constructor(options: BotOptions, membership: Membership & RoomState) {
    this.#options = options;
    this.#membership = membership;
    this.#timing = new ReportTiming(options.order);
    this.#timing.begin(performance.now());
    const { service, openRelay, onNote } = options;
    this.#client = new RoomClient<NativeConnection>({
      membership,
      ice: membership.ice,
      openSocket: (url) => new WebSocket(url),
      createConnection: (configuration) =>
        openConnection(service, this.#client.roster.path, configuration, openRelay),
      prepare: (link, peer) => this.#ends.set(link, new BotLinkEnd(link, this.#roleTo(peer))),
      onClosed: (link) => {
        this.#ends.get(link)?.close();
        this.#ends.delete(link);
      },
      onRoster: ({ pathChanges }) => {
        if (pathChanges === this.#pathChanges) return;
        this.#pathChanges = pathChanges;
        this.#begin();
      },
      ...(onNote === undefined ? {} : { onNote }),
      onEnded: () => this.stop(),
    });
    this.#timers = [
      setInterval(() => this.#look(), lookMs),
      setInterval(() => {
        for (const end of this.#ends.values()) end.send(performance.now());
      }, sendMs),
    ];
    this.#client.start();
  }

  /** Rejects with a `RoomError`. */
  static async join(options: BotOptions): Promise<Bot> {
    const { service, room, token, order } = options;
    return new Bot(options, await joinRoom({ service, room, token, name: order.name, kind: 'bot' }));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#client.stop();
  }

  #roleTo(peer: Peer): BotLinkOptions {
    const { roster } = this.#client;
    return {
      member: this.#membership.member,
      path: roster.path,
      offers: roster.offersFirstTo(peer),
      ssrc: this.#ssrc,
      media: this.#options.order.media,
    };
  }

  #begin(): void {
    this.#beganAt = new Date().toISOString();
    this.#before = null;
    this.#timing.begin(performance.now());
  }

  #look(): void {
    const seen = [...this.#ends.values()].filter(({ hasMedia }) => hasMedia).length;
    const wanted = linksToSee(this.#client.roster.path, this.#options.order.others);
    const next = this.#timing.look(performance.now(), seen >= wanted);
    if (next === 'wait') return;
    const sums = this.#sums();
    const before = this.#before;
    if (next === 'measure') this.#before = sums;
    else {
      const traffic = before === null ? null : botTraffic(before, sums, this.#ends.size);
      void this.#options.onReport(this.#report(traffic));
    }
  }

  #report(traffic: MemberTraffic | null): RoomReport {
    const { room, member } = this.#membership;
    const links = [...this.#ends.values()].flatMap((end) => end.state() ?? []);
    return botReport(links, {
      toolVersion,
      room: { id: room.id, size: room.size, path: this.#client.roster.path },
      member,
      beganAt: this.#beganAt,
      durationMs: Math.round(performance.now() - this.#joinedMs),
      everyoneSeenMs: this.#timing.everyoneSeenMs,
      traffic,
    });
  }

  #sums(): BotSums {
    const ends = [...this.#ends.values()];
    const sum = (of: (end: BotLinkEnd) => number): number => ends.reduce((so, end) => so + of(end), 0);
    return {
      atMs: performance.now(),
      bytesUp: sum((end) => end.bytesUp),
      bytesDown: sum((end) => end.bytesDown),
      packetsUp: sum((end) => end.packetsUp),
      packetsDown: sum((end) => end.packetsDown),
    };
  }
}
