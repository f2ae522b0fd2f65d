/** One member of a room, with what has been told to it and what it may still say. */
import type { NatSummary } from '../../contract/nat-report.ts';
import type { Member } from '../../contract/room.ts';
import type { Connection } from '../../contract/signalling.ts';
import { TokenBucket } from '../../turn/server/token-bucket.ts';
import { ReplayLog } from './replay-log.ts';
import type { SeatCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';
import type { SocketId } from './room-traffic.ts';

export type SeatMember = Omit<Member, 'present'>;

export class Seat {
  readonly member: SeatMember;
  /** Secret of the membership; null for media servers, which are ours, and without limits. */
  readonly session: string | null;
  readonly log: ReplayLog;
  readonly #limits: RoomLimits;
  readonly #messages: TokenBucket;
  readonly #characters: TokenBucket;
  readonly #tells: TokenBucket;
  readonly #refusals: TokenBucket;
  socket: SocketId | null = null;
  /** That it came by last; null: it does not count them. */
  connection: Connection | null = null;
  /** It has said hello once, so the others know of it. */
  greeted = false;
  /** As its own test found; null: it has told nothing. */
  nat: NatSummary | null = null;
  /** The last `n` that it has said. */
  received = 0;
  /** It is removed then, unless it comes; null while its socket is open. */
  dueMs: number | null;

  constructor(
    member: SeatMember,
    session: string | null,
    nowMs: number,
    limits: RoomLimits,
    before: Pick<SeatCopy, 'log' | 'refusals'> | null = null,
  ) {
    this.member = member;
    this.session = session;
    this.log = before === null ? new ReplayLog(limits.kept) : ReplayLog.restored(limits.kept, before.log);
    this.#limits = limits;
    this.#messages = new TokenBucket(nowMs, limits.messages);
    this.#characters = new TokenBucket(nowMs, limits.characters);
    this.#tells = new TokenBucket(nowMs, limits.tells);
    this.#refusals = new TokenBucket(nowMs, limits.refusals, before?.refusals);
    this.dueMs = nowMs + limits.helloMs;
  }

  static restored(copy: SeatCopy, nowMs: number, limits: RoomLimits): Seat {
    const seat = new Seat(copy.member, copy.session, nowMs, limits, copy);
    seat.socket = copy.socket;
    seat.connection = copy.connection;
    seat.greeted = copy.greeted;
    seat.nat = copy.nat;
    seat.received = copy.received;
    seat.dueMs = copy.dueMs;
    return seat;
  }

  copy(nowMs: number): SeatCopy {
    const { member, session, socket, connection, greeted, nat, received, dueMs } = this;
    const refusals = this.#refusals.level(nowMs, this.#limits.refusals);
    const log = this.log.copy();
    return { member, session, socket, connection, greeted, nat, received, dueMs, refusals, log };
  }

  get id(): string {
    return this.member.id;
  }

  /** Has the same program come by a later socket than this one, or sits here by this very one? */
  isPast(connection: Connection | undefined): boolean {
    const last = this.connection;
    if (last === null || last.channel !== connection?.channel) return false;
    return this.socket === null ? connection.count < last.count : connection.count <= last.count;
  }

  /** May it say so much now? */
  mayTalk(nowMs: number, characters: number): boolean {
    if (this.session === null) return true;
    const { messages, characters: rate } = this.#limits;
    return this.#messages.take(nowMs, messages) && this.#characters.take(nowMs, rate, characters);
  }

  mayTell(nowMs: number): boolean {
    return this.#tells.take(nowMs, this.#limits.tells);
  }

  /** May one more of its messages be refused without consequences? */
  mayErr(nowMs: number): boolean {
    return this.session === null || this.#refusals.take(nowMs, this.#limits.refusals);
  }
}
