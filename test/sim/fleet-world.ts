/**
 * Several nodes with their rooms, a ledger and members, on a virtual clock. The bus delays, loses and doubles; the ledger
 * answers late, or not at all; nodes die, stop and are cut off.
 */
import { expect } from 'vitest';
import { signalClientMessageSchema, signalServerMessageSchema } from '../../contract/signalling.ts';
import {
  type News,
  type SessionInput,
  type SessionState,
  SignalSession,
} from '../../rooms/signal-session.ts';
import { FleetDesk } from '../../service/fleet/desk/fleet-desk.ts';
import { type AskOutcome, frameSchema, roomCallSchema } from '../../service/fleet/desk/fleet-messages.ts';
import type { FleetEffect, FleetInput } from '../../service/fleet/desk/fleet-traffic.ts';
import { type KeptEntry, type RoomEntry, roomEntrySchema } from '../../service/fleet/desk/room-entry.ts';
import { roomLimits } from '../../service/rooms/room-limits.ts';
import { joinToken } from '../unit/rooms/room-stage.ts';

const wireMs = 20;
const callMs = 1_000;
const ledgerMs = 2_000;
const silenceMs = 2_000;

interface Wire {
  readonly node: SimNode;
  readonly socket: number;
  readonly member: FleetMember;
  isOpen: boolean;
}

export interface FleetMember {
  readonly id: string;
  readonly session: SignalSession;
  wire: Wire | null;
  readonly news: News[];
  state: SessionState;
  ended: string | null;
}

export interface SimNode {
  readonly id: string;
  readonly desk: FleetDesk;
  isAlive: boolean;
  isConnected: boolean;
  /** Members are not led to it any more. */
  stops: boolean;
  readonly owned: Set<string>;
  /** Others that it knows of. */
  readonly known: Set<string>;
}

/** How often the bus goes wrong, of a hundred times. */
export interface Mischief {
  readonly lost: number;
  readonly doubled: number;
  /** Of questions from node to node: they come when nobody waits for an answer any more, as from a bus that was away. */
  readonly late: number;
}

const latestMs = 8_000;

export class FleetWorld {
  nowMs = 0;
  readonly nodes: SimNode[] = [];
  readonly members: FleetMember[] = [];
  readonly answers = new Map<string, AskOutcome>();
  /** Entries per room, and who wrote each. */
  readonly ledger = new Map<string, { revision: number; text: string; atMs: number }[]>();
  readonly #random: () => number;
  mischief: Mischief = { lost: 0, doubled: 0, late: 0 };
  /** Who leads members to nodes: by chance, or one after the other, as most load balancers do. */
  takesTurns = false;
  /** Under each number a member must be told the same, by whomever. */
  readonly #told = new Map<string, string>();
  readonly #lastFrame = new Map<string, number>();
  readonly #calls = new Map<string, (reply: Extract<FleetEffect, { kind: 'reply' }>['reply']) => void>();
  #events: { atMs: number; order: number; run: () => void }[] = [];
  #next = 1;
  #turn = 0;

  /** @param random 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  addNode(): SimNode {
    const id = `n${this.#number()}`;
    const known = new Set([id]);
    const desk = new FleetDesk(this.nowMs, { node: id, limits: roomLimits, nodes: () => [...known] });
    const node: SimNode = {
      id,
      desk,
      isAlive: true,
      isConnected: true,
      stops: false,
      owned: new Set(),
      known,
    };
    this.nodes.push(node);
    this.#meet(node);
    return node;
  }

  /** Waits until the room is there, and all have joined. */
  openRoom(ids: readonly string[]): void {
    const [first] = this.nodes;
    if (first === undefined) throw new Error('no nodes');
    const times = { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T01:00:00Z' };
    const path = { kind: 'mesh' } as const;
    const room = {
      id: 'room',
      name: '',
      project: 'p',
      path,
      size: 8,
      lifeMs: 3_600_000,
      joinToken,
      ...times,
    };
    this.take(first, { kind: 'create', id: 'create', room });
    for (const [index, id] of ids.entries()) {
      const node = this.nodes[index % this.nodes.length] ?? first;
      const member = { id, name: id, kind: 'browser' as const };
      const ask = { kind: 'join', token: joinToken, session: `session-${id}`, member } as const;
      this.run(this.nowMs + 3_000);
      this.take(node, { kind: 'ask', id: `join ${id}`, room: 'room', ask });
    }
    this.run(this.nowMs + 3_000);
    const outcomes = [...this.answers.values()].map(({ kind }) => kind);
    expect(outcomes).toEqual(['done', ...ids.map(() => 'done')]);
    for (const id of ids) {
      const session = new SignalSession({ room: 'room', session: `session-${id}`, random: () => 0.5 });
      this.members.push({ id, session, wire: null, news: [], state: 'connecting', ended: null });
    }
    for (const member of this.members) this.feed(member, { kind: 'start' });
    this.run(this.nowMs + 10_000);
  }

  kill(node: SimNode): void {
    node.isAlive = false;
    for (const member of this.members) if (member.wire?.node === node) this.breakWire(member, true);
    this.#lose(node);
  }

  /** No message of the bus reaches it, and none of its own goes out. */
  cutOff(node: SimNode): void {
    if (!node.isConnected) return;
    node.isConnected = false;
    this.take(node, { kind: 'bus', isUp: false });
    this.#lose(node);
  }

  heal(node: SimNode): void {
    if (node.isConnected || !node.isAlive) return;
    node.isConnected = true;
    this.#meet(node);
    this.take(node, { kind: 'bus', isUp: true });
  }

  stop(node: SimNode): void {
    node.stops = true;
    this.take(node, { kind: 'stop' });
    this.#later(1_500, () => {
      if (node.isAlive) this.kill(node);
    });
  }

  breakWire(member: FleetMember, tellsMember: boolean): void {
    const { wire } = member;
    member.wire = null;
    if (wire === null) return;
    wire.isOpen = false;
    this.#later(wireMs, () => this.take(wire.node, { kind: 'closed', socket: wire.socket }));
    if (tellsMember) this.feed(member, { kind: 'closed' });
  }

  feed(member: FleetMember, input: SessionInput): void {
    for (const effect of member.session.handle(this.nowMs, input)) {
      if (effect.kind === 'open') this.#open(member);
      else if (effect.kind === 'drop') this.breakWire(member, false);
      else if (effect.kind === 'send') this.#send(member, effect.text);
      else if (effect.kind === 'news') member.news.push(effect.news);
      else if (effect.kind === 'state') member.state = effect.state;
      else if (effect.kind === 'ended') member.ended = effect.code;
    }
  }

  take(node: SimNode, input: FleetInput): void {
    if (!node.isAlive) return;
    for (const effect of node.desk.handle(this.nowMs, input)) this.#carryOut(node, effect);
  }

  run(untilMs: number): void {
    for (;;) {
      const alive = this.nodes.filter(({ isAlive }) => isAlive);
      const deadlines = [...alive.map(({ desk }) => desk), ...this.members.map(({ session }) => session)];
      const times = deadlines.map((each) => each.nextDeadlineMs()).filter((time) => time !== null);
      const next = Math.min(...times, ...this.#events.map(({ atMs }) => atMs));
      if (next > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      const due = this.#events.filter(({ atMs }) => atMs <= this.nowMs);
      this.#events = this.#events.filter(({ atMs }) => atMs > this.nowMs);
      for (const { run } of due.sort((a, b) => a.atMs - b.atMs || a.order - b.order)) run();
      for (const node of alive) this.take(node, { kind: 'due' });
      for (const member of this.members) this.feed(member, { kind: 'due' });
    }
    this.nowMs = untilMs;
  }

  fate(): number {
    return Math.floor(this.#random() * 100);
  }

  // – members –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  #open(member: FleetMember): void {
    this.breakWire(member, false);
    const open = this.nodes.filter(({ isAlive, stops }) => isAlive && !stops);
    this.#turn += 1;
    const node = open[(this.takesTurns ? this.#turn : this.fate()) % open.length];
    if (node === undefined) {
      this.#later(wireMs, () => this.feed(member, { kind: 'closed' }));
      return;
    }
    const wire: Wire = { node, socket: this.#number(), member, isOpen: true };
    member.wire = wire;
    this.#later(wireMs, () => {
      if (!wire.isOpen || member.wire !== wire) return;
      this.take(node, { kind: 'opened', socket: wire.socket });
      this.feed(member, { kind: 'opened' });
    });
  }

  #send(member: FleetMember, text: string): void {
    const { wire } = member;
    this.#later(wireMs, () => {
      if (wire?.isOpen !== true) return;
      const message = signalClientMessageSchema.parse(JSON.parse(text));
      this.take(wire.node, { kind: 'heard', socket: wire.socket, message, characters: text.length });
    });
  }

  #wireOf(node: SimNode, socket: number): Wire | null {
    const member = this.members.find(({ wire }) => wire?.node === node && wire.socket === socket);
    return member?.wire ?? null;
  }

  #tellMember(wire: Wire, message: Extract<FleetEffect, { kind: 'send' }>['message']): void {
    const text = JSON.stringify(signalServerMessageSchema.parse(message));
    if ('seq' in message) {
      const key = `${wire.member.id} ${message.seq}`;
      expect(text).toBe(this.#told.get(key) ?? text);
      this.#told.set(key, text);
    }
    this.#later(wireMs, () => {
      if (wire.isOpen && wire.member.wire === wire) this.feed(wire.member, { kind: 'received', text });
    });
  }

  // – nodes –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  #meet(node: SimNode): void {
    for (const other of this.nodes) {
      if (!other.isAlive || !other.isConnected) continue;
      other.known.add(node.id);
      node.known.add(other.id);
    }
  }

  /** The others notice its silence. */
  #lose(node: SimNode): void {
    this.#later(silenceMs, () => {
      if (node.isAlive && node.isConnected) return;
      for (const other of this.nodes) {
        if (other === node || !other.isConnected || !other.known.delete(node.id)) continue;
        this.take(other, { kind: 'gone', node: node.id });
      }
    });
  }

  #carryOut(node: SimNode, effect: FleetEffect): void {
    switch (effect.kind) {
      case 'send': {
        const wire = this.#wireOf(node, effect.socket);
        if (wire !== null) this.#tellMember(wire, effect.message);
        break;
      }
      case 'hang-up': {
        const wire = this.#wireOf(node, effect.socket);
        if (wire === null) break;
        this.#later(wireMs, () => {
          if (!wire.isOpen || wire.member.wire !== wire) return;
          wire.isOpen = false;
          wire.member.wire = null;
          this.feed(wire.member, { kind: 'closed' });
        });
        break;
      }
      case 'answer':
        this.answers.set(effect.id, effect.outcome);
        break;
      case 'call':
        this.#call(node, effect);
        break;
      case 'reply':
        this.#calls.get(effect.call)?.(effect.reply);
        break;
      case 'frame':
        this.#frame(node, effect);
        break;
      case 'append':
        this.#append(node, effect);
        break;
      case 'read':
        this.#ask(
          node,
          () => this.#kept(effect.room),
          [],
          (entries) => {
            this.take(node, {
              kind: 'read',
              room: effect.room,
              entries: entries === 'unsure' ? null : entries,
            });
          },
        );
        break;
      case 'last': {
        const read = (): KeptEntry | 'none' => this.#kept(effect.room).at(-1) ?? 'none';
        this.#ask(node, read, 'none', (last) => this.take(node, { kind: 'last', room: effect.room, last }));
        break;
      }
      case 'list': {
        const list = (): string[] => [...this.ledger.keys()];
        this.#ask(node, list, [], (rooms) => {
          this.take(node, { kind: 'listed', rooms: rooms === 'unsure' ? [] : rooms });
        });
        break;
      }
      case 'erase':
        this.#ask(
          node,
          () => this.ledger.delete(effect.room),
          false,
          () => {},
        );
        break;
      case 'own':
        node.owned.add(effect.room);
        break;
      case 'disown':
        node.owned.delete(effect.room);
        break;
      default:
        throw new Error(`no room here has media: ${effect.kind}`);
    }
  }

  #call(node: SimNode, { call, body }: Extract<FleetEffect, { kind: 'call' }>): void {
    let isOpen = true;
    const end = (input: FleetInput): void => {
      if (isOpen) this.take(node, input);
      isOpen = false;
    };
    this.#later(callMs, () => end({ kind: 'unreplied', call, problem: 'timeout' }));
    const times = this.#times(node);
    if (times === 0) return;
    const { late } = this.mischief;
    const lateMs = late > 0 && this.fate() < late ? this.#random() * latestMs : 0;
    this.#later(this.#delayMs() + lateMs, () => {
      const owner = this.nodes.find((each) => each.isAlive && each.isConnected && each.owned.has(body.room));
      if (owner === undefined) {
        end({ kind: 'unreplied', call, problem: 'nobody' });
        return;
      }
      for (let time = 0; time < times; time += 1) {
        const token = `${call} ${this.#number()}`;
        this.#calls.set(token, (reply) => {
          this.#calls.delete(token);
          if (this.#times(owner) === 0) return;
          this.#later(this.#delayMs(), () => {
            if (node.isConnected) end({ kind: 'replied', call, reply });
          });
        });
        this.take(owner, {
          kind: 'called',
          call: token,
          from: node.id,
          body: roomCallSchema.parse(JSON.parse(JSON.stringify(body))),
        });
      }
    });
  }

  /** In the order in which they were sent, as NATS keeps it for one pair of connections. */
  #frame(node: SimNode, { node: to, frame }: Extract<FleetEffect, { kind: 'frame' }>): void {
    const key = `${node.id} ${to}`;
    const atMs = Math.max(this.nowMs + this.#delayMs(), this.#lastFrame.get(key) ?? 0);
    this.#lastFrame.set(key, atMs);
    const text = JSON.stringify(frame);
    for (let times = this.#times(node); times > 0; times -= 1) {
      this.#later(atMs - this.nowMs, () => {
        const other = this.nodes.find(({ id }) => id === to);
        if (other?.isConnected !== true) return;
        this.take(other, { kind: 'frame', from: node.id, frame: frameSchema.parse(JSON.parse(text)) });
      });
    }
  }

  #append(node: SimNode, { room, entry, after, replaces }: Extract<FleetEffect, { kind: 'append' }>): void {
    const write = (): number | 'conflict' => {
      const known = this.ledger.get(room) ?? [];
      if ((known.at(-1)?.revision ?? 0) !== after) return 'conflict';
      const kept = { revision: this.#number(), text: JSON.stringify(entry), atMs: this.nowMs };
      this.ledger.set(room, replaces ? [kept] : [...known, kept]);
      return kept.revision;
    };
    this.#ask<number | 'conflict'>(node, write, 'conflict', (outcome) => {
      const about = { room, entry: entry.id };
      if (typeof outcome === 'number') this.take(node, { kind: 'appended', ...about, revision: outcome });
      else this.take(node, { kind: 'unappended', ...about, problem: outcome });
    });
  }

  /** The question or its answer may be lost; then nobody knows. */
  #ask<T>(node: SimNode, act: () => T, _of: T, done: (outcome: T | 'unsure') => void): void {
    let isOpen = true;
    const end = (outcome: T | 'unsure'): void => {
      if (isOpen) done(outcome);
      isOpen = false;
    };
    this.#later(ledgerMs, () => end('unsure'));
    if (this.#times(node) === 0) return;
    this.#later(this.#delayMs(), () => {
      const outcome = act();
      if (this.#times(node) === 0) return;
      this.#later(this.#delayMs(), () => {
        if (node.isConnected) end(outcome);
      });
    });
  }

  #kept(room: string): KeptEntry[] {
    return (this.ledger.get(room) ?? []).map(({ revision, text, atMs }) => {
      const entry: RoomEntry = roomEntrySchema.parse(JSON.parse(text));
      return { revision, entry, ageMs: this.nowMs - atMs };
    });
  }

  /** How often a message of the node arrives. */
  #times(node: SimNode): number {
    if (!node.isConnected || !node.isAlive) return 0;
    const fate = this.fate();
    const { lost, doubled } = this.mischief;
    return fate < lost ? 0 : fate < lost + doubled ? 2 : 1;
  }

  #delayMs(): number {
    return 1 + (this.fate() % 40);
  }

  #number(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  #later(waitMs: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + waitMs, order: this.#number(), run });
  }
}
