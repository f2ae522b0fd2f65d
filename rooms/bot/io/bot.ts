/** A member of a room without a browser: sends recorded pictures and sound to an SFU, and counts what comes. */
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import type { MemberTraffic } from '../../../contract/member-traffic.ts';
import type { ParticipantOrder } from '../../../contract/participant.ts';
import { toolVersion } from '../../../contract/release.ts';
import type { RoomState } from '../../../contract/room.ts';
import type { RoomReport } from '../../../contract/room-report.ts';
import type { PeerLink } from '../../io/peer-link.ts';
import { joinRoom, type Membership } from '../../io/room-api.ts';
import { RoomClient } from '../../io/room-client.ts';
import { ReportTiming } from '../../report-timing.ts';
import { botReport } from '../bot-report.ts';
import { BotLinkEnd } from './bot-link.ts';
import { NativeConnection } from './native-connection.ts';

export interface BotOptions {
  readonly service: string;
  readonly room: string;
  readonly token: string;
  readonly order: ParticipantOrder;
  /** Takes the report of every path that the room takes. */
  readonly onReport: (report: RoomReport) => Promise<void>;
}

const lookMs = 100;
/** As often as sound is sent. */
const sendMs = 20;

interface Sums {
  readonly atMs: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly packetsUp: number;
  readonly packetsDown: number;
}

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
  #before: Sums | null = null;

  private constructor(options: BotOptions, membership: Membership & RoomState) {
    this.#options = options;
    this.#membership = membership;
    this.#timing = new ReportTiming(options.order);
    this.#timing.begin(performance.now());
    this.#client = new RoomClient<NativeConnection>({
      membership,
      ice: membership.ice,
      openSocket: (url) => new WebSocket(url),
      createConnection: () => new NativeConnection(isLoopback(options.service) ? '127.0.0.1' : null),
      prepare: (link) => {
        this.#ends.set(link, new BotLinkEnd(link, membership.member, this.#ssrc, options.order.media));
      },
      onClosed: (link) => this.#ends.delete(link),
      onRoster: ({ pathChanges }) => {
        if (pathChanges === this.#pathChanges) return;
        this.#pathChanges = pathChanges;
        this.#begin();
      },
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

  #begin(): void {
    this.#beganAt = new Date().toISOString();
    this.#before = null;
    this.#timing.begin(performance.now());
  }

  #look(): void {
    const seen = [...this.#ends.values()].filter(({ hasMedia }) => hasMedia).length;
    const next = this.#timing.look(performance.now(), seen >= this.#options.order.others);
    if (next === 'wait') return;
    const sums = this.#sums();
    if (next === 'measure') this.#before = sums;
    else
      void this.#options.onReport(
        this.#report(this.#before === null ? null : trafficOf(this.#before, sums, this.#ends.size)),
      );
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

  #sums(): Sums {
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

/** Where the service is on loopback, its SFU is too, for members of this host. */
function isLoopback(service: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(service).hostname);
}

function trafficOf(before: Sums, after: Sums, connections: number): MemberTraffic {
  const windowMs = after.atMs - before.atMs;
  const rate = (amount: number): number => Math.max(0, Math.round((amount / windowMs) * 10) / 10);
  const flow = (bytes: number, packets: number) => ({
    kbps: rate(bytes * 8),
    packetsPerSec: rate(packets * 1000),
  });
  return {
    windowMs: Math.round(windowMs),
    connections,
    up: flow(after.bytesUp - before.bytesUp, after.packetsUp - before.packetsUp),
    down: flow(after.bytesDown - before.bytesDown, after.packetsDown - before.packetsDown),
    encodedFps: null,
    decodedFps: null,
    encodeMsPerFrame: null,
    decodeMsPerFrame: null,
    limitedBy: null,
  };
}
