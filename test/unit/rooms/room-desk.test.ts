import { describe, expect, it } from 'vitest';
import type { RoomEffect } from '../../../service/rooms/room-traffic.ts';
import { answer, candidate, joinToken, offer, RoomStage } from './room-stage.ts';

function types(list: readonly { type: string }[]): string[] {
  return list.map(({ type }) => type);
}

function hangUps(effects: readonly RoomEffect[]): string[] {
  return effects.flatMap((effect) => (effect.kind === 'hang-up' ? [effect.reason] : []));
}

/** Alice and Bob in a mesh room, all news taken. */
function pair(stage = new RoomStage()): { stage: RoomStage; alice: number; bob: number } {
  stage.create('room');
  const alice = stage.enter('room', 'alice');
  const bob = stage.enter('room', 'bob');
  stage.take(alice);
  stage.take(bob);
  return { stage, alice, bob };
}

describe('entering a room', () => {
  it('welcomes with those who are there, and tells them', () => {
    const stage = new RoomStage();
    stage.create('room');
    const alice = stage.enter('room', 'alice');
    expect(stage.take(alice)).toMatchObject([{ type: 'welcome', you: 'alice', peers: [], resumed: false }]);
    stage.join('room', 'bob');
    expect(stage.take(alice)).toEqual([]);
    const bob = stage.hello('room', 'bob');
    expect(stage.take(alice)).toMatchObject([
      { type: 'joined', seq: 1, peer: { id: 'bob', order: 2, present: true, epoch: 0 } },
    ]);
    expect(stage.take(bob)).toMatchObject([
      {
        type: 'welcome',
        peers: [{ id: 'alice', order: 1, epoch: 0 }],
        room: { members: [{ id: 'alice' }, { id: 'bob' }] },
      },
    ]);
  });

  it('refuses a wrong token, a full room and one that is not there', () => {
    const stage = new RoomStage();
    stage.create('room', { size: 2 });
    expect(stage.join('room', 'x', 'a-wrong-token-for-it')).toMatchObject([{ code: 'room-token-invalid' }]);
    stage.join('room', 'alice');
    stage.join('room', 'bob');
    expect(stage.join('room', 'carol')).toMatchObject([{ code: 'room-full' }]);
    expect(stage.join('elsewhere', 'carol', joinToken)).toMatchObject([{ code: 'room-closed' }]);
  });

  it('refuses more rooms than the limit', () => {
    const stage = new RoomStage({ rooms: 1 });
    expect(stage.create('one')).toEqual([]);
    expect(stage.create('two')).toMatchObject([{ kind: 'refused', code: 'room-limit' }]);
  });

  it('takes the seat of one who joins and never says hello', () => {
    const stage = new RoomStage({ helloMs: 10_000 });
    stage.create('room');
    stage.join('room', 'ghost');
    expect(stage.desk.nextDeadlineMs()).toBe(10_000);
    stage.pass(10_000);
    expect(stage.desk.room('room')?.people).toEqual([]);
  });
});

describe('passing messages on', () => {
  it('carries offer, answer, candidates and bye, each with its sender', () => {
    const { stage, alice, bob } = pair();
    stage.say(bob, offer('alice', { sdp: 'offer of bob' }));
    stage.say(bob, candidate('alice'));
    stage.say(alice, answer('bob', { sdp: 'answer of alice' }));
    stage.say(alice, candidate('bob', { candidate: null }));
    stage.say(alice, { type: 'bye', to: 'bob', link: 'main', epoch: 0 });
    expect(stage.take(alice)).toMatchObject([
      { type: 'offer', from: 'bob', seq: 2, sdp: 'offer of bob' },
      { type: 'candidate', from: 'bob', seq: 3 },
    ]);
    expect(stage.take(bob)).toMatchObject([
      { type: 'answer', from: 'alice', seq: 1, sdp: 'answer of alice' },
      { type: 'candidate', candidate: null, seq: 2 },
      { type: 'bye', seq: 3 },
    ]);
  });

  it('tells the sender alone what is out of order, and which message it was', () => {
    const { stage, alice, bob } = pair();
    stage.say(alice, answer('bob'));
    stage.say(alice, candidate('bob', { link: 'other' }));
    expect(stage.take(alice)).toMatchObject([
      { type: 'error', code: 'signal-order', n: 1, fatal: false },
      { type: 'error', code: 'signal-order', n: 2, fatal: false },
    ]);
    expect(stage.take(bob)).toEqual([]);
  });

  it('knows no member of another room, and no link that the path has not', () => {
    const { stage, alice, bob } = pair();
    stage.create('other');
    const carol = stage.enter('other', 'carol');
    stage.take(carol);
    stage.say(alice, offer('carol'));
    stage.say(alice, offer('alice'));
    expect(stage.take(alice)).toMatchObject([
      { code: 'signal-peer-unknown', n: 1 },
      { code: 'signal-peer-unknown', n: 2 },
    ]);
    expect(stage.take(carol)).toEqual([]);
    stage.feed({ kind: 'change-path', room: 'room', path: { kind: 'sfu', server: 'embedded' } });
    stage.take(bob);
    stage.say(alice, offer('bob', { epoch: 1 }));
    expect(stage.take(alice)).toMatchObject([{ type: 'path' }, { code: 'signal-peer-unknown', n: 3 }]);
    expect(stage.take(bob)).toEqual([]);
  });
});

describe('what a member tells all', () => {
  it('reaches all others who are there now, and is not kept for those who are not', () => {
    const { stage, alice, bob } = pair();
    const carol = stage.enter('room', 'carol');
    stage.feed({ kind: 'closed', socket: carol });
    for (const socket of [alice, bob]) stage.take(socket);
    stage.raw(alice, { type: 'tell', text: 'to all' });
    expect(stage.take(bob)).toEqual([{ type: 'told', member: 'alice', text: 'to all' }]);
    expect(stage.take(alice)).toEqual([]);
    const back = stage.hello('room', 'carol', 0);
    expect(types(stage.take(back))).not.toContain('told');
  });

  it('is dropped beyond its rate, which costs nobody his place', () => {
    const { stage, alice, bob } = pair(new RoomStage({ tells: { burst: 2, perSecond: 1 } }));
    for (let count = 0; count < 5; count += 1) stage.raw(alice, { type: 'tell', text: String(count) });
    expect(stage.take(bob)).toHaveLength(2);
    stage.pass(1_000);
    stage.raw(alice, { type: 'tell', text: 'later' });
    expect(stage.take(bob)).toMatchObject([{ text: 'later' }]);
    expect(hangUps(stage.effects)).toEqual([]);
  });
});

describe('coming back', () => {
  it('sends what was missed, in order, and tells the others meanwhile', () => {
    const { stage, alice, bob } = pair();
    stage.feed({ kind: 'closed', socket: alice });
    expect(stage.take(bob)).toMatchObject([{ type: 'presence', member: 'alice', present: false }]);
    stage.say(bob, offer('alice', { sdp: 'one' }));
    stage.say(bob, candidate('alice'));
    const again = stage.hello('room', 'alice', 1);
    expect(stage.take(again)).toMatchObject([
      { type: 'welcome', resumed: true, lastSeq: 1, received: 0 },
      { type: 'offer', seq: 2, sdp: 'one' },
      { type: 'candidate', seq: 3 },
    ]);
    expect(stage.take(bob)).toMatchObject([{ type: 'presence', present: true }]);
  });

  it('takes a message once that was sent again', () => {
    const { stage, alice, bob } = pair();
    stage.say(alice, offer('bob'));
    stage.feed({ kind: 'closed', socket: alice });
    const again = stage.hello('room', 'alice', 1);
    expect(stage.take(again)).toMatchObject([{ type: 'welcome', received: 1 }]);
    stage.raw(again, { ...offer('bob'), n: 1 } as never);
    expect(types(stage.take(bob))).toEqual(['offer', 'presence', 'presence']);
  });

  it('lets no hello that comes late take the place of a later socket of the same program', () => {
    const { stage, alice } = pair();
    stage.feed({ kind: 'closed', socket: alice });
    const by = (count: number, channel = 'page') => stage.hello('room', 'alice', 1, { channel, count });
    const third = by(3);
    expect(types(stage.take(third))).toEqual(['welcome']);
    // Its owner gave it up before the third was opened.
    const second = by(2);
    expect(stage.take(second)).toMatchObject([{ code: 'session-taken-over', fatal: true }]);
    stage.say(third, offer('bob'));
    expect(stage.take(third)).toEqual([]);
    // A copied tab counts from one, and is another program.
    expect(types(stage.take(by(1, 'copy')))).toEqual(['welcome']);
    expect(stage.take(third)).toMatchObject([{ code: 'session-taken-over', fatal: true }]);
  });

  it('after a reload both sides begin anew, and messages of before are dropped', () => {
    const { stage, alice, bob } = pair();
    stage.say(bob, offer('alice'));
    const reloaded = stage.hello('room', 'alice', null);
    expect(hangUps(stage.effects)).toEqual(['session-taken-over']);
    expect(stage.take(alice)).toMatchObject([{ type: 'offer' }, { code: 'session-taken-over', fatal: true }]);
    expect(stage.take(reloaded)).toMatchObject([
      { type: 'welcome', resumed: false, received: 0, peers: [{ id: 'bob', epoch: 1 }] },
    ]);
    expect(stage.take(bob)).toMatchObject([
      { type: 'renewed', member: 'alice', epoch: 1, reason: 'restarted' },
    ]);
    // Bob had said this before he heard of it.
    stage.say(bob, candidate('alice'));
    stage.say(bob, offer('alice', { epoch: 1 }));
    expect(stage.take(reloaded)).toMatchObject([{ type: 'offer', epoch: 1 }]);
    expect(stage.take(bob)).toEqual([]);
  });

  it('removes who does not come back in time', () => {
    const { stage, alice, bob } = pair(new RoomStage({ awayMs: 60_000 }));
    stage.feed({ kind: 'closed', socket: alice });
    stage.pass(59_999);
    expect(types(stage.take(bob))).toEqual(['presence']);
    stage.pass(1);
    expect(stage.take(bob)).toMatchObject([{ type: 'left', member: 'alice', reason: 'lost' }]);
    const late = stage.hello('room', 'alice', 1);
    expect(stage.take(late)).toMatchObject([{ code: 'session-unknown', fatal: true }]);
  });

  it('keeps a bounded log: who missed more begins anew', () => {
    const { stage, alice, bob } = pair(new RoomStage({ kept: { messages: 5, characters: 10_000 } }));
    stage.feed({ kind: 'closed', socket: alice });
    for (let count = 0; count < 6; count += 1) stage.say(bob, offer('alice'));
    const again = stage.hello('room', 'alice', 1);
    expect(stage.take(again)).toMatchObject([{ type: 'welcome', resumed: false, peers: [{ epoch: 1 }] }]);
  });

  it('forgets what has been confirmed', () => {
    const { stage, alice, bob } = pair(new RoomStage({ kept: { messages: 5, characters: 10_000 } }));
    for (let count = 0; count < 20; count += 1) {
      stage.say(bob, offer('alice'));
      stage.raw(alice, { type: 'ping', seq: 2 + count });
    }
    stage.feed({ kind: 'closed', socket: alice });
    stage.say(bob, offer('alice'));
    const again = stage.hello('room', 'alice', 21);
    expect(stage.take(again)).toMatchObject([
      { type: 'welcome', resumed: true },
      { type: 'offer', seq: 22 },
    ]);
  });

  it('gives two a new epoch when one of them asks', () => {
    const { stage, alice, bob } = pair();
    stage.say(bob, { type: 'renew', to: 'alice', epoch: 0 });
    // Alice asked too, before she heard of it: it has happened already.
    stage.say(alice, { type: 'renew', to: 'bob', epoch: 0 });
    expect(stage.take(alice)).toMatchObject([{ type: 'renewed', member: 'bob', epoch: 1, reason: 'asked' }]);
    expect(stage.take(bob)).toMatchObject([{ type: 'renewed', member: 'alice', epoch: 1, reason: 'asked' }]);
  });
});

describe('hostile members', () => {
  it('are removed for a flood, and told why', () => {
    const { stage, alice, bob } = pair(new RoomStage({ messages: { burst: 20, perSecond: 1 } }));
    for (let count = 0; count < 20; count += 1) stage.say(alice, offer('bob'));
    stage.take(bob);
    stage.say(alice, offer('bob'));
    expect(stage.take(alice)).toMatchObject([{ code: 'signal-flood', fatal: true }]);
    expect(stage.take(bob)).toMatchObject([{ type: 'left', member: 'alice', reason: 'removed' }]);
    expect(hangUps(stage.effects)).toEqual(['signal-flood']);
  });

  it('are removed for too many characters', () => {
    const { stage, alice } = pair(new RoomStage({ characters: { burst: 100_000, perSecond: 1 } }));
    stage.say(alice, offer('bob', { sdp: 'x'.repeat(60_000) }));
    stage.say(alice, offer('bob', { sdp: 'x'.repeat(60_000) }));
    expect(stage.take(alice)).toMatchObject([{ code: 'signal-flood', fatal: true }]);
  });

  it('are removed when they keep breaking the order, not at the first time', () => {
    const { stage, alice } = pair(new RoomStage({ refusals: { burst: 3, perSecond: 0.1 } }));
    for (let count = 0; count < 4; count += 1) stage.say(alice, answer('bob'));
    expect(stage.take(alice)).toMatchObject([
      { code: 'signal-order', fatal: false },
      { code: 'signal-order', fatal: false },
      { code: 'signal-order', fatal: false },
      { code: 'signal-flood', fatal: true },
    ]);
  });

  it('cannot open more links than the limit', () => {
    const { stage, alice, bob } = pair(new RoomStage({ links: 2 }));
    for (const link of ['a', 'b', 'c']) stage.say(alice, offer('bob', { link }));
    expect(types(stage.take(bob))).toEqual(['offer', 'offer']);
    expect(stage.take(alice)).toMatchObject([{ code: 'signal-order', n: 3 }]);
  });

  it('cannot use the session of another room, nor speak before hello, nor say hello twice', () => {
    const { stage, alice } = pair();
    stage.create('other');
    const stranger = stage.hello('other', 'bob');
    const mute = stage.open();
    stage.say(mute, offer('bob'));
    stage.raw(alice, { type: 'hello', version: 1, room: 'room', session: 'session-alice', lastSeq: null });
    for (const [socket, code] of [
      [stranger, 'session-unknown'],
      [mute, 'signal-invalid'],
      [alice, 'signal-invalid'],
    ] as const) {
      expect(stage.take(socket), code).toMatchObject([{ code, fatal: true }]);
    }
  });

  it('cannot leave a socket open without hello', () => {
    const stage = new RoomStage({ helloMs: 5_000 });
    const silent = stage.open();
    expect(hangUps(stage.pass(5_000))).toEqual(['signal-invalid']);
    expect(stage.take(silent)).toMatchObject([{ fatal: true }]);
  });
});

describe('the end of a room', () => {
  it('comes when its time is over, and everybody is told', () => {
    const stage = new RoomStage();
    stage.create('room', { lifeMs: 60_000 });
    const alice = stage.enter('room', 'alice');
    stage.take(alice);
    stage.pass(60_000);
    expect(stage.take(alice)).toMatchObject([{ code: 'room-closed', fatal: true }]);
    expect(stage.desk.rooms).toEqual([]);
    expect(stage.desk.nextDeadlineMs()).toBeNull();
  });

  it('comes soon after the last one has left', () => {
    const stage = new RoomStage({ emptyMs: 600_000 });
    stage.create('room');
    const alice = stage.enter('room', 'alice');
    stage.pass(1_000);
    stage.say(alice, { type: 'leave' });
    stage.pass(599_999);
    expect(stage.desk.rooms).toHaveLength(1);
    stage.pass(1);
    expect(stage.desk.rooms).toEqual([]);
  });
});

describe('media servers', () => {
  const sfu = { kind: 'sfu', server: 'embedded' } as const;
  const mediaOpens = (effects: readonly RoomEffect[]) => effects.filter(({ kind }) => kind === 'open-media');

  function withServer(): { stage: RoomStage; alice: number } {
    const stage = new RoomStage();
    stage.create('room', { path: sfu });
    const alice = stage.enter('room', 'alice');
    stage.feed({ kind: 'media-opened', room: 'room', socket: 99 });
    return { stage, alice };
  }

  it('are wanted once somebody is there, and join as the member sfu', () => {
    const { stage, alice } = withServer();
    expect(mediaOpens(stage.effects)).toEqual([{ kind: 'open-media', room: 'room', path: sfu, size: 8 }]);
    expect(stage.take(99)).toMatchObject([{ type: 'welcome', you: 'sfu', peers: [{ id: 'alice' }] }]);
    expect(stage.take(alice)).toMatchObject([
      { type: 'welcome' },
      { type: 'joined', peer: { id: 'sfu', kind: 'media-server', order: 0 } },
    ]);
    stage.say(99, offer('alice', { link: 'up' }));
    stage.say(alice, answer('sfu', { link: 'up' }));
    expect(types(stage.take(alice))).toEqual(['offer']);
    expect(types(stage.take(99))).toEqual(['answer']);
  });

  it('that die are opened again, later each time, and all begin anew', () => {
    const { stage, alice } = withServer();
    stage.take(alice);
    stage.feed({ kind: 'closed', socket: 99 });
    expect(mediaOpens(stage.pass(249))).toHaveLength(0);
    expect(mediaOpens(stage.pass(1))).toHaveLength(1);
    stage.feed({ kind: 'media-failed', room: 'room' });
    expect(mediaOpens(stage.pass(499))).toHaveLength(0);
    expect(mediaOpens(stage.pass(1))).toHaveLength(1);
    stage.feed({ kind: 'media-opened', room: 'room', socket: 100 });
    expect(stage.take(alice)).toMatchObject([
      { type: 'presence', member: 'sfu', present: false },
      { type: 'renewed', member: 'sfu', epoch: 1, reason: 'restarted' },
      { type: 'presence', member: 'sfu', present: true },
    ]);
    expect(stage.take(100)).toMatchObject([{ type: 'welcome', peers: [{ id: 'alice', epoch: 1 }] }]);
  });

  it('never use an epoch of one that was there before, so that nothing said to the one reaches the other', () => {
    const { stage, alice } = withServer();
    stage.say(alice, { type: 'renew', to: 'sfu', epoch: 0 });
    stage.say(99, offer('alice', { link: 'up', epoch: 1 }));
    stage.take(alice);
    stage.feed({ kind: 'change-path', room: 'room', path: { kind: 'sfu', server: 'janus' } });
    stage.feed({ kind: 'media-opened', room: 'room', socket: 100 });
    const [welcome] = stage.take(100);
    expect(welcome).toMatchObject({ type: 'welcome', peers: [{ id: 'alice' }] });
    stage.say(100, offer('alice', { link: 'up', epoch: stage.epochBetween('room', 'sfu', 'alice') }));
    // On its way when the path changed.
    stage.say(alice, answer('sfu', { link: 'up', epoch: 1 }));
    expect(stage.take(100)).toEqual([]);
    expect(types(stage.take(alice))).toEqual(['left', 'path', 'joined', 'offer']);
  });

  it('leave with the last member and with the path', () => {
    const { stage, alice } = withServer();
    stage.take(alice);
    stage.feed({ kind: 'change-path', room: 'room', path: { kind: 'mesh' } });
    expect(stage.take(alice)).toMatchObject([
      { type: 'left', member: 'sfu' },
      { type: 'path', path: { kind: 'mesh' }, peers: [] },
    ]);
    stage.feed({ kind: 'change-path', room: 'room', path: sfu });
    stage.feed({ kind: 'media-opened', room: 'room', socket: 100 });
    stage.say(alice, { type: 'leave' });
    expect(hangUps(stage.effects)).toEqual(['left', 'left', 'left']);
    expect(stage.desk.room('room')?.seats).toEqual([]);
  });
});
