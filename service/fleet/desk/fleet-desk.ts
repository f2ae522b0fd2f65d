/**
 * The rooms of one node of several: those that it acts for, and the sockets of members whose rooms are elsewhere.
 * docs/fleet.md tells the protocol. Pure: sockets, bus, ledger and clock are the host’s (fleet-rooms.ts).
 */
import type { RoomTicket } from '../../../contract/room.ts';
import type { RoomLimits } from '../../rooms/room-limits.ts';
import { Asks } from './asks.ts';
import { EdgeDesk } from './edge-desk.ts';
import { Finder } from './finder.ts';
import type { RoomCall } from './fleet-messages.ts';
import type { DisownReason, FleetEffect, FleetInput } from './fleet-traffic.ts';
import type { OwnedEffect } from './owned-room.ts';
import { OwnedRooms } from './owned-rooms.ts';
import { chosenNode } from './rendezvous.ts';
import type { KeptEntry } from './room-entry.ts';
import { RoomLines } from './room-lines.ts';

/** A node that is cut off for so long sends its members away: another one may serve them. */
const cutOffMs = 2_000;
/** Rooms that nobody has are looked for this often, and when a node is gone. */
const scanMs = 30_000;

export interface FleetDeskOptions {
  readonly node: string;
  readonly limits: RoomLimits;
  /** This node, and the others that were heard lately. */
  readonly nodes: () => readonly string[];
}

export class FleetDesk {
  readonly #options: FleetDeskOptions;
  readonly #emit = (effect: FleetEffect): void => {
    this.#effects.push(effect);
  };
  readonly #lines = new RoomLines(this.#emit);
  readonly #rooms: OwnedRooms;
  readonly #finder: Finder;
  readonly #asks: Asks;
  readonly #edges: EdgeDesk;
  /** Rooms that a scan asks the ledger about. */
  readonly #scanned = new Set<string>();
  #effects: FleetEffect[] = [];
  #nowMs: number;
  #scanAtMs: number;
  /** When members are sent away; null: the bus is up, or they have been. */
  #cutOffAtMs: number | null = null;
  #stops = false;

  constructor(nowMs: number, options: FleetDeskOptions) {
    this.#nowMs = nowMs;
    this.#scanAtMs = nowMs + scanMs;
    this.#options = options;
    const { node, limits, nodes } = options;
    this.#rooms = new OwnedRooms({
      node,
      limits,
      emit: this.#emit,
      onEffect: (room, effect) => this.#onOwned(room, effect),
    });
    this.#finder = new Finder({
      node,
      emit: this.#emit,
      isThere: (other) => nodes().includes(other),
      isHere: (room) => this.#rooms.get(room) !== undefined,
      adopt: (room) => this.#rooms.read(room),
      onFound: (atMs, key, found) => {
        if (!this.#asks.found(atMs, key, found)) this.#edges.found(atMs, key, found);
      },
    });
    this.#asks = new Asks({ rooms: this.#rooms, finder: this.#finder, emit: this.#emit });
    this.#edges = new EdgeDesk({
      limits,
      rooms: this.#rooms,
      lines: this.#lines,
      finder: this.#finder,
      emit: this.#emit,
    });
  }

  /** Rooms that this node acts for. */
  get tickets(): RoomTicket[] {
    return this.#rooms.all.flatMap((room) => (room.isSure && room.ticket !== null ? [room.ticket] : []));
  }

  /** Members whose socket is here, whichever node has their room. */
  get members(): number {
    return this.#edges.seated;
  }

  /** After `stop`: all rooms have been handed on. */
  get isIdle(): boolean {
    return this.#rooms.all.length === 0;
  }

  nextDeadlineMs(): number {
    const dues = [this.#finder, this.#asks, this.#rooms, this.#edges].map((part) => part.nextDeadlineMs());
    return Math.min(...[...dues, this.#cutOffAtMs, this.#scanAtMs].filter((due) => due !== null));
  }

  handle(nowMs: number, input: FleetInput): FleetEffect[] {
    this.#nowMs = nowMs;
    this.#take(input);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(input: FleetInput): void {
    const nowMs = this.#nowMs;
    switch (input.kind) {
      case 'opened':
      case 'heard':
      case 'babbled':
      case 'closed':
        this.#edges.take(nowMs, input);
        break;
      case 'create':
        this.#create(input);
        break;
      case 'ask':
        this.#asks.own(nowMs, input.id, input.room, input.ask);
        break;
      case 'called':
        this.#called(input.call, input.from, input.body);
        break;
      case 'replied':
        this.#finder.replied(nowMs, input.call, input.reply);
        break;
      case 'unreplied':
        this.#finder.unreplied(input.call);
        break;
      case 'frame':
        if (input.frame.to === 'line') this.#edges.tell(input.from, input.frame);
        else this.#edges.hear(nowMs, input.from, input.frame);
        break;
      case 'gone':
        this.#edges.nodeGone(nowMs, input.node);
        this.#emit({ kind: 'list' });
        break;
      case 'bus':
        this.#busIs(input.isUp);
        break;
      case 'appended':
        this.#rooms.act(input.room, (room) => room.appended(nowMs, input.entry, input.revision));
        break;
      case 'unappended':
        this.#rooms.act(input.room, (room) => room.unappended(nowMs, input.entry, input.problem));
        break;
      case 'read':
        this.#read(input.room, input.entries);
        break;
      case 'last':
        this.#last(input.room, input.last);
        break;
      case 'listed':
        this.#scan(input.rooms);
        break;
      case 'media-opened':
      case 'media-failed':
      case 'media-said':
      case 'media-lost':
        this.#edges.takeMedia(nowMs, input);
        break;
      case 'stop':
        this.#stop();
        break;
      case 'due':
        this.#due();
    }
  }

  #create({ id, room }: Extract<FleetInput, { kind: 'create' }>): void {
    const { rooms: limit } = this.#options.limits;
    if (this.#stops || this.#rooms.all.length >= limit) {
      const refusal = this.#stops
        ? ({ code: 'fleet-away', detail: '' } as const)
        : ({ code: 'room-limit', detail: `${limit} rooms` } as const);
      this.#emit({ kind: 'answer', id, outcome: { kind: 'refused', ...refusal } });
    } else this.#asks.create(this.#nowMs, id, room);
  }

  #called(call: string, from: string, body: RoomCall): void {
    if (this.#rooms.get(body.room) === undefined) {
      this.#emit({ kind: 'reply', call, reply: { kind: 'moved' } });
    } else if (body.kind === 'ask') this.#asks.called(this.#nowMs, call, body);
    else {
      this.#edges.attachFrom(this.#nowMs, from, body);
      this.#emit({ kind: 'reply', call, reply: { kind: 'attached', node: this.#options.node } });
    }
  }

  #read(room: string, entries: readonly KeptEntry[] | null): void {
    const outcome = this.#rooms.readDone(this.#nowMs, room, entries);
    if (outcome === 'ended') this.#finder.closed(this.#nowMs, room);
    else if (outcome === 'adopted') this.#finder.again(this.#nowMs, room);
  }

  #last(room: string, last: KeptEntry | 'none' | 'unsure'): void {
    this.#rooms.act(room, (owned) => owned.looked(this.#nowMs, last));
    if (this.#scanned.delete(room) && typeof last !== 'string' && this.#isOrphan(last))
      this.#rooms.read(room);
    this.#finder.last(this.#nowMs, room, last);
  }

  #isOrphan({ entry: { owner } }: KeptEntry): boolean {
    const { node, nodes } = this.#options;
    return owner === null || owner === node || !nodes().includes(owner);
  }

  /** Each room is one node’s to look after. */
  #scan(rooms: readonly string[]): void {
    const { node, nodes } = this.#options;
    if (this.#stops) return;
    for (const room of rooms) {
      if (this.#rooms.get(room) !== undefined || chosenNode(room, nodes()) !== node) continue;
      this.#scanned.add(room);
      this.#emit({ kind: 'last', room });
    }
  }

  #busIs(isUp: boolean): void {
    this.#edges.isCutOff = false;
    this.#cutOffAtMs = isUp ? null : this.#nowMs + cutOffMs;
    // What was under way between nodes may be lost.
    if (isUp) this.#edges.nodeGone(this.#nowMs, null);
  }

  #stop(): void {
    this.#stops = true;
    this.#edges.isCutOff = true;
    this.#edges.sendAway(this.#nowMs, 'the service stops');
    for (const room of this.#rooms.all) this.#rooms.act(room.id, (owned) => owned.release(this.#nowMs));
  }

  #due(): void {
    const nowMs = this.#nowMs;
    if (this.#cutOffAtMs !== null && nowMs >= this.#cutOffAtMs) {
      this.#cutOffAtMs = null;
      this.#edges.isCutOff = true;
      this.#edges.sendAway(nowMs, 'this node is cut off');
    }
    if (nowMs >= this.#scanAtMs) {
      this.#scanAtMs = nowMs + scanMs;
      this.#emit({ kind: 'list' });
    }
    this.#rooms.due(nowMs);
    this.#finder.due(nowMs);
    this.#asks.due(nowMs);
    this.#edges.due(nowMs);
  }

  #onOwned(room: string, effect: Exclude<OwnedEffect, { kind: 'append' | 'look' }>): void {
    switch (effect.kind) {
      case 'room':
        if (effect.effect.kind === 'ended') {
          this.#emit({ kind: 'erase', room });
          this.#disown(room, 'ended');
        } else this.#edges.carryOut(room, effect.effect);
        break;
      case 'done':
        this.#asks.done(effect.ask, effect.refusal);
        break;
      case 'sure':
        this.#emit({ kind: 'own', room, isAdopted: effect.isAdopted });
        this.#asks.sure(this.#nowMs, room);
        break;
      case 'deposed':
      case 'released':
        this.#disown(room, effect.kind);
    }
  }

  #disown(room: string, reason: DisownReason): void {
    this.#rooms.drop(room);
    this.#edges.abandon(room, reason);
    this.#emit({ kind: 'disown', room, reason });
    if (reason !== 'ended') this.#asks.lost(this.#nowMs, room);
  }
}
