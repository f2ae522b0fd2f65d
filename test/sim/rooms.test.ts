/** Members’ sessions and the service’s machine, with sockets that break at any moment, on a virtual clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signalClientMessageSchema, signalServerMessageSchema } from '../../contract/signalling.ts';
import {
  type News,
  type SessionInput,
  type SessionState,
  SignalSession,
} from '../../rooms/signal-session.ts';
import { RoomDesk } from '../../service/rooms/room-desk.ts';
import { roomLimits } from '../../service/rooms/room-limits.ts';
import type { RoomInput } from '../../service/rooms/room-traffic.ts';
import { joinToken } from '../unit/rooms/room-stage.ts';

const latencyMs = 20;

interface Wire {
  readonly socket: number;
  readonly member: SimMember;
  isOpen: boolean;
}

interface SimMember {
  readonly id: string;
  readonly session: SignalSession;
  wire: Wire | null;
  readonly news: News[];
  state: SessionState;
  ended: string | null;
  /** Sockets that it has opened, or tried to. */
  opens: number;
}

/** Everything that happens does so 20 ms after its cause, in order; a cut loses what is under way. */
class RoomsWorld {
  readonly desk = new RoomDesk(roomLimits);
  nowMs = 0;
  readonly members: SimMember[] = [];
  /** No socket opens while this is set. */
  isOffline = false;
  #nextSocket = 1;
  readonly #wires = new Map<number, Wire>();
  #events: { atMs: number; run: () => void }[] = [];

  constructor(ids: readonly string[]) {
    const times = { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T01:00:00Z' };
    const path = { kind: 'mesh' as const };
    const room = { id: 'room', name: '', project: 'p', path, size: 8, joinToken, ...times };
    this.#desk({ kind: 'create', room: { ...room, lifeMs: 3_600_000 } });
    for (const id of ids) {
      const session = `session-${id}`;
      const member = { id, name: id, kind: 'browser' as const };
      this.#desk({ kind: 'join', room: 'room', token: joinToken, session, member });
      this.members.push({
        id,
        session: new SignalSession({ room: 'room', session, random: () => 0.5 }),
        wire: null,
        news: [],
        state: 'connecting',
        ended: null,
        opens: 0,
      });
    }
  }

  member(id: string): SimMember {
    const found = this.members.find((member) => member.id === id);
    if (found === undefined) throw new Error(`no member ${id}`);
    return found;
  }

  feed(member: SimMember, input: SessionInput): void {
    for (const effect of member.session.handle(this.nowMs, input)) {
      if (effect.kind === 'open') this.#open(member);
      else if (effect.kind === 'drop') this.cut(member, false);
      else if (effect.kind === 'send') this.#send(member, effect.text);
      else if (effect.kind === 'news') member.news.push(effect.news);
      else if (effect.kind === 'state') member.state = effect.state;
      else if (effect.kind === 'ended') member.ended = effect.code;
    }
  }

  /** The socket breaks: what is under way on it is lost, and both ends are told later. */
  cut(member: SimMember, tellsMember: boolean): void {
    const { wire } = member;
    member.wire = null;
    if (wire === null) return;
    wire.isOpen = false;
    this.#later(() => this.#desk({ kind: 'closed', socket: wire.socket }));
    if (tellsMember) this.feed(member, { kind: 'closed' });
  }

  run(untilMs: number): void {
    for (;;) {
      const deadlines = [
        this.desk.nextDeadlineMs(),
        ...this.members.map(({ session }) => session.nextDeadlineMs()),
      ];
      const times = [...deadlines.filter((time) => time !== null), ...this.#events.map(({ atMs }) => atMs)];
      const next = Math.min(...times);
      if (next > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      const due = this.#events.filter(({ atMs }) => atMs <= this.nowMs);
      this.#events = this.#events.filter(({ atMs }) => atMs > this.nowMs);
      for (const { run } of due) run();
      this.#desk({ kind: 'due' });
      for (const member of this.members) this.feed(member, { kind: 'due' });
    }
    this.nowMs = untilMs;
  }

  #open(member: SimMember): void {
    member.opens += 1;
    this.cut(member, false);
    if (this.isOffline) {
      this.#later(() => this.feed(member, { kind: 'closed' }));
      return;
    }
    const wire = { socket: this.#nextSocket, member, isOpen: true };
    this.#nextSocket += 1;
    this.#wires.set(wire.socket, wire);
    member.wire = wire;
    this.#later(() => {
      if (!wire.isOpen) return;
      this.#desk({ kind: 'opened', socket: wire.socket });
      this.feed(member, { kind: 'opened' });
    });
  }

  #send(member: SimMember, text: string): void {
    const { wire } = member;
    this.#later(() => {
      if (wire?.isOpen !== true) return;
      const message = signalClientMessageSchema.parse(JSON.parse(text));
      this.#desk({ kind: 'said', socket: wire.socket, message, characters: text.length });
    });
  }

  #desk(input: RoomInput): void {
    for (const effect of this.desk.handle(this.nowMs, input)) {
      if (effect.kind === 'refused') throw new Error(effect.code);
      if (effect.kind !== 'send' && effect.kind !== 'hang-up') continue;
      const wire = this.#wires.get(effect.socket);
      if (wire === undefined) continue;
      this.#later(() => {
        if (!wire.isOpen || wire.member.wire !== wire) return;
        if (effect.kind === 'hang-up') {
          wire.isOpen = false;
          wire.member.wire = null;
          this.feed(wire.member, { kind: 'closed' });
        } else {
          const text = JSON.stringify(signalServerMessageSchema.parse(effect.message));
          this.feed(wire.member, { kind: 'received', text });
        }
      });
    }
  }

  #later(run: () => void): void {
    this.#events.push({ atMs: this.nowMs + latencyMs, run });
  }
}

function startAll(world: RoomsWorld): void {
  for (const member of world.members) world.feed(member, { kind: 'start' });
  world.run(world.nowMs + 1_000);
}

/** The texts that came from one member, in the order of their arrival. */
function heard(member: SimMember, from: string): string[] {
  return member.news.flatMap((news) => (news.type === 'offer' && news.from === from ? [news.sdp] : []));
}

describe('a signalling session over sockets that break', () => {
  it('delivers every message once and in order, whenever and however often they break', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 400 }),
      act: fc.constantFrom('a says', 'b says', 'cut a', 'cut b', 'a changes network', 'stall a'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const world = new RoomsWorld(['a', 'b']);
        startAll(world);
        const [a, b] = [world.member('a'), world.member('b')];
        const said = { a: [] as string[], b: [] as string[] };
        const say = (from: 'a' | 'b', to: 'a' | 'b'): void => {
          const sdp = `${from} ${said[from].length}`;
          said[from].push(sdp);
          const message = { type: 'offer', to, link: from, epoch: 0, sdp } as const;
          world.feed(world.member(from), { kind: 'say', message });
        };
        for (const { waitMs, act } of steps) {
          world.run(world.nowMs + waitMs);
          if (act === 'a says') say('a', 'b');
          else if (act === 'b says') say('b', 'a');
          else if (act === 'cut a') world.cut(a, true);
          else if (act === 'cut b') world.cut(b, true);
          else if (act === 'a changes network') world.feed(a, { kind: 'network-changed' });
          // The socket is dead, and nobody says so.
          else if (a.wire !== null) a.wire.isOpen = false;
        }
        world.run(world.nowMs + 40_000);
        expect([a.state, b.state]).toEqual(['connected', 'connected']);
        expect(heard(b, 'a')).toEqual(said.a);
        expect(heard(a, 'b')).toEqual(said.b);
        expect(a.news.filter((news) => news.type === 'welcome' && !news.resumed)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it('notices within 15 s that a socket is dead', () => {
    const world = new RoomsWorld(['a', 'b']);
    startAll(world);
    const a = world.member('a');
    const { wire } = a;
    if (wire !== null) wire.isOpen = false;
    world.run(world.nowMs + 14_900);
    expect(a.wire).not.toBe(wire);
  });

  it('waits longer and longer while the service cannot be reached, then is back', () => {
    const world = new RoomsWorld(['a', 'b']);
    startAll(world);
    const a = world.member('a');
    world.isOffline = true;
    world.cut(a, true);
    const before = a.opens;
    world.run(world.nowMs + 55_000);
    // Five within the first six seconds, then one every seven and a half.
    expect(a.opens - before).toBeGreaterThan(8);
    expect(a.opens - before).toBeLessThan(14);
    world.isOffline = false;
    world.run(world.nowMs + 11_000);
    expect(a.state).toBe('connected');
    expect(a.ended).toBeNull();
  });

  it('ends, and does not come back, when the membership is over', () => {
    const world = new RoomsWorld(['a', 'b']);
    startAll(world);
    const a = world.member('a');
    world.isOffline = true;
    world.cut(a, true);
    world.run(world.nowMs + 70_000);
    world.isOffline = false;
    world.run(world.nowMs + 60_000);
    expect(a).toMatchObject({ state: 'ended', ended: 'session-unknown', wire: null });
    expect(world.member('b').news.at(-1)).toMatchObject({ type: 'left', member: 'a', reason: 'lost' });
  });
});
