import type { Endpoint } from '../../stun/endpoint.ts';
import { encodeChannelData } from '../../stun/framer.ts';
import type { Effect, RandomBytes, SocketId } from '../../stun/machine.ts';
import { methods } from '../../stun/message.ts';
import type { Answer } from '../server/answer.ts';
import type { FiveTuple } from '../server/five-tuple.ts';
import type { Departure, Passage, Ruling, Seam } from '../server/seam.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import { act } from './act.ts';
import { type ClientNote, ClientNotes } from './client-notes.ts';
import type { FaultEvent } from './fault-event.ts';
import { forcedAnswer } from './forced-answer.ts';
import { LaterQueue } from './later-queue.ts';
import type { Parcel } from './parcel.ts';
import type { Action, RuleSet } from './rule.ts';
import { learn, type Sighting, sightConnection, sightMessage } from './sighting.ts';
import { TimeTable } from './time-table.ts';
import { Trigger } from './trigger.ts';

export interface FaultSeamOptions {
  readonly random: RandomBytes;
  /** The UDP sockets of the server’s listeners. */
  readonly sockets: readonly SocketId[];
  readonly isOwnRelay: (address: string) => boolean;
  readonly realm: () => string;
}

/** What the rules made of one message. */
interface Fate {
  readonly parcels: readonly Parcel[];
  readonly answer: Answer | null;
}

/** Holds every message against the rules, on its way in and on its way out. */
export class FaultSeam implements Seam {
  /** What was delayed. Whoever owns the seam takes it out when it is due. */
  readonly later = new LaterQueue<Parcel>();
  readonly #options: FaultSeamOptions;
  #notes = new ClientNotes();
  #triggers: readonly Trigger[] = [];
  #times = new TimeTable([], 0);
  #lines = new Map<string, { freeAtMs: number }>();
  #seed = 1;
  #startMs = 0;
  #events: FaultEvent[] = [];
  /** Streams that carry a connection of their own (RFC 6062 s4.4): what they carry has no frames. */
  readonly #carriers = new Set<SocketId>();
  /** Of the server that this seam stands in. */
  nonceSecret: Uint8Array = new Uint8Array(0);
  /** A message that has been through already is let in. */
  letsThrough = false;

  constructor(options: FaultSeamOptions) {
    this.#options = options;
  }

  /** New rules; time, counters and what is known of clients begin anew. What is delayed stays on its way. */
  install(nowMs: number, { seed, rules }: RuleSet): void {
    this.#notes = new ClientNotes();
    this.#triggers = rules.filter(({ on }) => on !== 'time').map((rule) => new Trigger(rule));
    this.#times = new TimeTable(
      rules.filter(({ on }) => on === 'time').map((rule) => new Trigger(rule)),
      nowMs,
    );
    this.#lines = new Map();
    this.#seed = seed;
    this.#startMs = nowMs;
  }

  get triggers(): readonly Trigger[] {
    return [...this.#triggers, ...this.#times.triggers];
  }

  incoming(nowMs: number, passage: Passage): Ruling {
    if (this.letsThrough || this.#triggers.length === 0) return { kind: 'pass' };
    const { tuple, channel, bytes } = passage;
    const note = this.#notes.of(nowMs, tuple);
    const sighting = sightMessage('incoming', passage, note);
    learn(nowMs, note, sighting);
    if (nowMs < note.silentUntilMs.incoming) return { kind: 'drop', why: 'silenced' };
    // A stream’s ChannelData comes without its header.
    const whole =
      channel !== null && tuple.transport !== 'udp' ? encodeChannelData(channel, bytes, true) : bytes;
    const parcel = newParcel('incoming', tuple, whole, nowMs);
    const { parcels, answer } = this.#judge(nowMs, sighting, note, parcel);
    if (answer !== null) return { kind: 'answer', answer };
    if (parcels.length === 1 && parcels[0] === parcel) {
      this.later.passed(nowMs, lineName(parcel, tuple));
      return { kind: 'pass' };
    }
    for (const each of parcels) this.#post(nowMs, each, tuple);
    return { kind: 'drop', why: 'kept back by a fault' };
  }

  outgoing(nowMs: number, departure: Departure, send: Effect<TurnServerEvent>): Effect<TurnServerEvent>[] {
    const { method, class: messageClass } = departure.message ?? {};
    if (method === methods.connectionBind && messageClass === 'success') {
      this.#carriers.add(departure.tuple.socket);
    }
    if (this.#triggers.length === 0) return [send];
    const { tuple, message, seal, withFingerprint, bytes } = departure;
    const note = this.#notes.of(nowMs, tuple);
    const sighting = sightMessage('outgoing', departure, note);
    learn(nowMs, note, sighting);
    if (nowMs < note.silentUntilMs.outgoing) return [];
    const making = message === null ? null : { message, seal, withFingerprint };
    const parcel = { ...newParcel('outgoing', tuple, bytes, nowMs), making };
    const { parcels } = this.#judge(nowMs, sighting, note, parcel);
    const atOnce = parcels.filter((each) => leavesNow(each, nowMs));
    for (const each of parcels) if (!atOnce.includes(each)) this.#post(nowMs, each, tuple);
    if (atOnce.length > 0) this.later.passed(nowMs, lineName(parcel, tuple));
    return atOnce.map(sendEffect);
  }

  /** A stream was accepted. Who it is shows with its first bytes. */
  connected(nowMs: number, tuple: FiveTuple): void {
    if (this.#triggers.length === 0) return;
    const note = this.#notes.of(nowMs, tuple);
    const parcel = newParcel('outgoing', tuple, new Uint8Array(0), nowMs);
    const { parcels } = this.#judge(nowMs, sightConnection(tuple), note, parcel);
    for (const each of parcels) if (each !== parcel) this.#post(nowMs, each, tuple);
  }

  carriesConnection(socket: SocketId): boolean {
    return this.#carriers.has(socket);
  }

  closed(socket: SocketId): void {
    this.#carriers.delete(socket);
    this.#notes.forget(socket);
  }

  /** Actions of rules that have a time, when it has come. */
  takeDueActions(nowMs: number): Action[] {
    return this.#times.takeDue(nowMs).flatMap((trigger) => {
      trigger.strike();
      this.#tell(trigger, null);
      return [...trigger.rule.actions];
    });
  }

  /** What was done since the last call. */
  takeEvents(): FaultEvent[] {
    return this.#events.splice(0);
  }

  nextMs(): number | null {
    const own = this.later.nextMs();
    const next = this.#times.nextMs();
    return own === null || next === null ? (own ?? next) : Math.min(own, next);
  }

  // The owner looks after all deadlines: what is delayed may be on its way in, and only the owner can let it in.
  nextDeadlineMs(): null {
    return null;
  }

  onDeadline(): Effect<TurnServerEvent>[] {
    return [];
  }

  #judge(nowMs: number, sighting: Sighting, note: ClientNote, parcel: Parcel): Fate {
    const { isOwnRelay, realm } = this.#options;
    const place = { nowMs, startMs: this.#startMs, seed: this.#seed, note, isOwnRelay };
    let parcels: readonly Parcel[] = [parcel];
    let answer: Answer | null = null;
    for (const trigger of this.#triggers) {
      if (!trigger.strikesAt(sighting, place)) continue;
      this.#tell(trigger, sighting);
      for (const [index, action] of trigger.rule.actions.entries()) {
        answer ??= forcedAnswer(action, {
          nowMs,
          note,
          tuple: sighting.tuple,
          realm: realm(),
          nonceSecret: this.nonceSecret,
        });
        parcels = parcels.flatMap((each, copy) =>
          // What a rule sends beside the message is not struck by the actions that follow.
          each.way !== parcel.way
            ? [each]
            : act(action, each, this.#scene(trigger, { nowMs, note, sighting }, `${index}.${copy}`)),
        );
      }
    }
    return { parcels, answer };
  }

  #scene(trigger: Trigger, seen: { nowMs: number; note: ClientNote; sighting: Sighting }, which: string) {
    const { sockets, random } = this.#options;
    const lineKey = `${trigger.rule.name} ${seen.note.tuple.key}`;
    const line = this.#lines.get(lineKey) ?? { freeAtMs: 0 };
    this.#lines.set(lineKey, line);
    return {
      ...seen,
      random,
      line,
      otherSocket: (socket: SocketId) =>
        sockets.includes(socket) ? (sockets.find((other) => other !== socket) ?? null) : null,
      draw: (what: string) => trigger.draw(this.#seed, `${which} ${what}`),
    };
  }

  #post(nowMs: number, parcel: Parcel, tuple: FiveTuple): void {
    if (parcel.overtakenBy > 0) {
      this.later.addOvertaken(parcel.atMs, parcel, lineName(parcel, tuple), parcel.overtakenBy);
      return;
    }
    if (parcel.atMs <= nowMs) this.later.passed(nowMs, lineName(parcel, tuple));
    const first = parcel.joins
      ? this.later.find(({ joins, socket }) => joins && socket === parcel.socket)
      : undefined;
    if (first !== undefined) {
      first.bytes = Buffer.concat([first.bytes, parcel.bytes]);
      return;
    }
    this.later.add(parcel.atMs, parcel);
  }

  #tell({ rule }: Trigger, sighting: Sighting | null): void {
    const { tuple, username = null, method = null } = sighting ?? {};
    const known = tuple !== undefined && tuple.client.port !== 0;
    this.#events.push({
      kind: 'fault',
      rule: rule.name,
      on: rule.on,
      actions: rule.actions.map(({ kind }) => kind),
      client: known ? tuple.client : null,
      transport: tuple?.transport ?? null,
      username,
      method,
    });
  }
}

function newParcel(
  way: Parcel['way'],
  { socket, client }: FiveTuple,
  bytes: Uint8Array,
  atMs: number,
): Parcel {
  return { way, socket, client, bytes, atMs, making: null, closes: null, overtakenBy: 0, joins: false };
}

function leavesNow({ way, atMs, closes, overtakenBy }: Parcel, nowMs: number): boolean {
  return way === 'outgoing' && atMs <= nowMs && closes === null && overtakenBy === 0;
}

function lineName({ way }: Parcel, { key }: FiveTuple): string {
  return `${way} ${key}`;
}

export function sendEffect({ socket, client, bytes }: Parcel): {
  readonly kind: 'send';
  readonly socket: SocketId;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
} {
  return { kind: 'send', socket, to: client, bytes };
}
