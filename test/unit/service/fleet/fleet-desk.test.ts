/** What a node does with its rooms, one effect after the other; test/sim/fleet.test.ts has many at once. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FleetDesk } from '../../../../service/fleet/desk/fleet-desk.ts';
import type { FleetEffect, FleetInput } from '../../../../service/fleet/desk/fleet-traffic.ts';
import type { KeptEntry } from '../../../../service/fleet/desk/room-entry.ts';
import { roomLimits } from '../../../../service/rooms/room-limits.ts';
import type { RoomSpec } from '../../../../service/rooms/room-traffic.ts';
import { joinToken } from '../../rooms/room-stage.ts';

const spec: RoomSpec = {
  id: 'room',
  name: '',
  project: 'p',
  path: { kind: 'sfu', server: 'embedded' },
  size: 4,
  lifeMs: 3_600_000,
  joinToken,
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-01T01:00:00Z',
};

/** One ledger, that answers at once, and nodes on it. */
class Ledger {
  nowMs = 0;
  readonly entries: KeptEntry[] = [];
  /** Nobody is told what came of an append. */
  isSilent = false;

  node(name: string, limits: Partial<typeof roomLimits> = {}): Node {
    const desk = new FleetDesk(0, {
      node: name,
      limits: { ...roomLimits, ...limits },
      nodes: () => [name],
    });
    return new Node(this, desk);
  }

  /** What the ledger says to the effect; null: it is not for it. */
  answer(effect: FleetEffect): FleetInput | null {
    if (effect.kind === 'read') return { kind: 'read', room: effect.room, entries: [...this.entries] };
    if (effect.kind === 'last') {
      return { kind: 'last', room: effect.room, last: this.entries.at(-1) ?? 'none' };
    }
    if (effect.kind !== 'append' || this.isSilent) return null;
    const { room, entry, after, replaces } = effect;
    const last = this.entries.at(-1)?.revision ?? 0;
    if (after !== last) return { kind: 'unappended', room, entry: entry.id, problem: 'conflict' };
    if (replaces) this.entries.length = 0;
    this.entries.push({ revision: last + 1, entry: structuredClone(entry), ageMs: 0 });
    return { kind: 'appended', room, entry: entry.id, revision: last + 1 };
  }
}

class Node {
  readonly desk: FleetDesk;
  readonly effects: FleetEffect[] = [];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger, desk: FleetDesk) {
    this.#ledger = ledger;
    this.desk = desk;
  }

  feed(input: FleetInput): void {
    for (const effect of this.desk.handle(this.#ledger.nowMs, input)) {
      this.effects.push(effect);
      const answer = this.#ledger.answer(effect);
      if (answer !== null) this.feed(answer);
      // Nobody else is there to be asked.
      else if (effect.kind === 'call') this.feed({ kind: 'unreplied', call: effect.call, problem: 'nobody' });
    }
  }

  pass(ms: number): void {
    this.#ledger.nowMs += ms;
    this.feed({ kind: 'due' });
  }

  hello(socket: number, id: string, lastSeq: number | null = null): void {
    this.feed({ kind: 'opened', socket });
    const message = { type: 'hello', version: 1, room: 'room', session: `session-${id}`, lastSeq } as const;
    this.feed({ kind: 'heard', socket, message, characters: 100 });
  }

  join(id: string): void {
    const member = { id, name: id, kind: 'browser' } as const;
    const ask = { kind: 'join', token: joinToken, session: `session-${id}`, member } as const;
    this.feed({ kind: 'ask', id: `join ${id}`, room: 'room', ask });
  }

  /** Takes out the effects of that kind. */
  took<K extends FleetEffect['kind']>(kind: K): Extract<FleetEffect, { kind: K }>[] {
    const all = this.effects.splice(0);
    return all.filter((effect): effect is Extract<FleetEffect, { kind: K }> => effect.kind === kind);
  }
}

let ledger: Ledger;
let one: Node;
beforeEach(() => {
  ledger = new Ledger();
  one = ledger.node('one');
  one.feed({ kind: 'create', id: 'create', room: spec });
  for (const id of ['a', 'b']) one.join(id);
  one.effects.splice(0);
});

describe('a node and its rooms', () => {
  it('opens a media server for a room, and another one where the room is adopted', () => {
    one.hello(1, 'a');
    expect(one.took('open-media')).toMatchObject([{ room: 'room', path: spec.path }]);
    one.feed({ kind: 'media-opened', room: 'room', media: 70 });
    const joined = one.effects.filter((effect) => effect.kind === 'send' && effect.message.type === 'joined');
    expect(joined).toMatchObject([{ socket: 1, message: { peer: { id: 'sfu' }, seq: 1 } }]);
    one.feed({ kind: 'media-said', media: 70, message: { type: 'ping', seq: 0 } });
    expect(one.took('media-send').at(-1)).toMatchObject({ media: 70, message: { type: 'pong' } });

    const two = ledger.node('two');
    two.hello(1, 'a', 1);
    expect(two.effects).toContainEqual({ kind: 'own', room: 'room', isAdopted: true });
    expect(two.took('open-media')).toEqual([]);
    two.pass(roomLimits.mediaRetryMs.first);
    expect(two.took('open-media')).toMatchObject([{ room: 'room' }]);
    two.feed({ kind: 'media-opened', room: 'room', media: 5 });
    const told = two.took('send').map(({ message }) => message);
    expect(told).toMatchObject([
      { type: 'renewed', member: 'sfu', reason: 'restarted' },
      { type: 'presence', member: 'sfu', present: true },
    ]);

    // The first one learns of it at its next word.
    one.hello(2, 'b');
    expect(one.effects).toContainEqual({ kind: 'disown', room: 'room', reason: 'deposed' });
    expect(one.effects).toContainEqual(expect.objectContaining({ kind: 'close-media', media: 70 }));
    const hangUps = one.took('hang-up').map(({ socket, again }) => [socket, again]);
    expect(hangUps).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  it('opens one anew where the former owner died while it was opening', () => {
    one.hello(1, 'a');
    const two = ledger.node('two');
    two.hello(1, 'a', 0);
    two.pass(100);
    two.pass(roomLimits.mediaRetryMs.first);
    expect(two.took('open-media')).toHaveLength(1);
  });

  it('takes nothing that the ledger does not have, and writes it again', () => {
    ledger.isSilent = true;
    one.hello(1, 'a');
    const [first] = one.took('append');
    expect(one.took('send')).toEqual([]);
    const { room, entry } = first ?? { room: '', entry: { id: '' } };
    one.feed({ kind: 'unappended', room, entry: entry.id, problem: 'unsure' });
    ledger.isSilent = false;
    one.pass(250);
    expect(one.took('send').map(({ message }) => message.type)).toEqual(['welcome']);
    const ids = ledger.entries.map((kept) => kept.entry.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.at(-1)).toBe(entry.id);
  });

  it('knows its own entry again when only the answer was lost', () => {
    ledger.isSilent = true;
    one.hello(1, 'a');
    const [first] = one.took('append');
    if (first === undefined) throw new Error('nothing was written');
    ledger.isSilent = false;
    ledger.answer(first);
    one.feed({ kind: 'unappended', room: 'room', entry: first.entry.id, problem: 'unsure' });
    one.pass(250);
    expect(one.took('send').map(({ message }) => message.type)).toEqual(['welcome']);
    expect(ledger.entries.filter((kept) => kept.entry.id === first.entry.id)).toHaveLength(1);
  });

  it('writes the whole room now and then, so that an adopter has little to read', () => {
    one.hello(1, 'a');
    for (let n = 1; n <= 200; n += 1) {
      const message = { type: 'renew', n, to: 'nobody', epoch: 0 } as const;
      one.pass(1_000);
      one.feed({ kind: 'heard', socket: 1, message, characters: 50 });
      expect(ledger.entries.length).toBeLessThanOrEqual(64);
    }
  });

  it('forgets a room that has ended, and refuses more than it may have', () => {
    one.feed({ kind: 'ask', id: 'close', room: 'room', ask: { kind: 'close' } });
    expect(one.effects).toContainEqual({ kind: 'erase', room: 'room' });
    expect(one.took('answer')).toMatchObject([{ id: 'close', outcome: { kind: 'done', ticket: null } }]);
    ledger.entries.length = 0;
    one.feed({ kind: 'ask', id: 'view', room: 'room', ask: { kind: 'view' } });
    expect(one.took('answer')).toMatchObject([{ outcome: { kind: 'refused', code: 'room-closed' } }]);
    const full = ledger.node('full', { rooms: 0 });
    full.feed({ kind: 'create', id: 'create', room: spec });
    expect(full.took('answer')).toMatchObject([{ outcome: { kind: 'refused', code: 'room-limit' } }]);
  });

  it('hangs up on sockets that say nothing, and on those that say something else first', () => {
    one.feed({ kind: 'opened', socket: 1 });
    one.pass(roomLimits.helloMs);
    one.feed({ kind: 'opened', socket: 2 });
    one.feed({ kind: 'heard', socket: 2, message: { type: 'ping', seq: 0 }, characters: 10 });
    one.feed({ kind: 'opened', socket: 3 });
    one.feed({ kind: 'babbled', socket: 3, problem: 'no JSON' });
    const hangUps = one.took('hang-up').map(({ socket, again, reason }) => [socket, again, reason]);
    expect(hangUps).toEqual([1, 2, 3].map((socket) => [socket, false, 'signal-invalid']));
  });

  it('sends members of a line away when more waits than the ledger will ever take', () => {
    one.hello(1, 'a');
    ledger.isSilent = true;
    for (let n = 1; n <= 2_200; n += 1) {
      const message = { type: 'renew', n, to: 'nobody', epoch: 0 } as const;
      one.feed({ kind: 'heard', socket: 1, message, characters: 50 });
    }
    expect(one.took('hang-up')).toMatchObject([{ socket: 1, again: true }]);
  });
});
