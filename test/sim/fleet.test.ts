/** Rooms of a fleet: whatever dies, is cut off or gets lost, what was acknowledged reaches everybody once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../scenarios/sim/seeded-random.ts';
import { type FleetMember, FleetWorld, type Mischief, type SimNode } from './fleet-world.ts';

const quiet: Mischief = { lost: 0, doubled: 0, late: 0 };

function worldOf(seed: number, nodes = 3): FleetWorld {
  const world = new FleetWorld(seededRandom(seed));
  for (let count = 0; count < nodes; count += 1) world.addNode();
  return world;
}

function nodesOf(world: FleetWorld, which: readonly number[]): SimNode[] {
  return world.nodes.filter((_node, index) => which.includes(index));
}

/** Each says to the next one; gives what was said to whom, in order. */
function talkIn(world: FleetWorld): { said: Map<string, string[]>; say: (from: number) => void } {
  const said = new Map<string, string[]>();
  return {
    said,
    say: (index) => {
      const from = world.members[index % world.members.length];
      const to = world.members[(index + 1) % world.members.length];
      if (from === undefined || to === undefined) throw new Error('no such member');
      const texts = said.get(to.id) ?? [];
      said.set(to.id, texts);
      const sdp = `${from.id} ${texts.length}`;
      texts.push(sdp);
      world.feed(from, { kind: 'say', message: { type: 'offer', to: to.id, link: from.id, epoch: 0, sdp } });
    },
  };
}

function heard({ news }: FleetMember): string[] {
  return news.flatMap((each) => (each.type === 'offer' ? [each.sdp] : []));
}

/** Nothing is lost, nothing doubled, and nobody had to begin anew. */
function expectWhole(world: FleetWorld, said: ReadonlyMap<string, readonly string[]>): void {
  for (const member of world.members) {
    expect([member.id, member.state, member.ended]).toEqual([member.id, 'connected', null]);
    expect([member.id, ...heard(member)]).toEqual([member.id, ...(said.get(member.id) ?? [])]);
    const anew = member.news.filter((news) => news.type === 'welcome' && !news.resumed);
    expect([member.id, anew.length]).toEqual([member.id, 1]);
  }
}

describe('the rooms of a fleet', () => {
  it('bring members on different nodes together', () => {
    const world = worldOf(1);
    world.openRoom(['a', 'b', 'c']);
    expect(new Set(world.members.map(({ wire }) => wire?.node.id)).size).toBeGreaterThan(1);
    const { said, say } = talkIn(world);
    for (const index of [0, 1, 2, 0, 0]) say(index);
    world.run(world.nowMs + 1_000);
    expectWhole(world, said);
  });

  it.each([0, 1, 2])('go on within 5 s when node %i is killed, whoever it acts for', (index) => {
    const world = worldOf(1);
    world.openRoom(['a', 'b', 'c']);
    const { said, say } = talkIn(world);
    const victim = world.nodes[index];
    if (victim === undefined) throw new Error('no such node');
    for (const from of [0, 1, 2]) say(from);
    world.kill(victim);
    for (const from of [0, 1, 2]) say(from);
    world.run(world.nowMs + 5_000);
    expectWhole(world, said);
  });

  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;

  it.each(pairs)(
    'go on within 5 s at the one that is left when nodes %i and %i are killed at once',
    (...both) => {
      const world = worldOf(1);
      world.openRoom(['a', 'b', 'c']);
      const { said, say } = talkIn(world);
      for (const from of [0, 1, 2]) say(from);
      for (const victim of nodesOf(world, both)) world.kill(victim);
      for (const from of [0, 1, 2]) say(from);
      world.run(world.nowMs + 5_000);
      expectWhole(world, said);
      expect(world.nodes.filter(({ isAlive, owned }) => isAlive && owned.has('room'))).toHaveLength(1);
    },
  );

  it.each(pairs)('go on at the one that is left when nodes %i and %i are cut off, and after', (...both) => {
    const world = worldOf(1);
    world.openRoom(['a', 'b', 'c']);
    const { said, say } = talkIn(world);
    const lost = nodesOf(world, both);
    for (const from of [0, 1, 2]) say(from);
    for (const node of lost) world.cutOff(node);
    for (const from of [0, 1, 2]) say(from);
    // They send their members away after four seconds, and two of three times those come to the wrong one again.
    world.takesTurns = true;
    world.run(world.nowMs + 20_000);
    expectWhole(world, said);
    expect(world.members.filter(({ wire }) => wire !== null && lost.includes(wire.node))).toEqual([]);
    for (const node of lost) world.heal(node);
    for (const from of [0, 1, 2]) say(from);
    world.run(world.nowMs + 5_000);
    expectWhole(world, said);
    // Those that were cut off know that the room is not theirs any more.
    expect(world.nodes.filter(({ owned }) => owned.has('room'))).toHaveLength(1);
  });

  it('are handed on when their node stops', () => {
    const world = worldOf(1);
    world.openRoom(['a', 'b']);
    const { said, say } = talkIn(world);
    const owner = world.nodes.find(({ owned }) => owned.has('room'));
    if (owner === undefined) throw new Error('nobody has the room');
    say(0);
    world.run(world.nowMs + 500);
    world.stop(owner);
    world.run(world.nowMs + 1_400);
    expect(owner.desk.isIdle).toBe(true);
    say(1);
    world.run(world.nowMs + 3_000);
    expectWhole(world, said);
  });

  it('wait while nobody reaches the ledger, and go on after', () => {
    // All on the node that has the room, so that nothing but the ledger can hold them back.
    const world = worldOf(1, 1);
    world.openRoom(['a', 'b', 'c']);
    const { said, say } = talkIn(world);
    for (const node of world.nodes) world.cutOff(node);
    for (const from of [0, 1, 2]) say(from);
    world.run(world.nowMs + 20_000);
    expect(world.members.map(heard)).toEqual([[], [], []]);
    for (const node of world.nodes) world.heal(node);
    world.run(world.nowMs + 20_000);
    expectWhole(world, said);
  });

  it('refuse what HTTP asks of a node that is cut off, and say that it will pass', () => {
    const world = worldOf(1, 2);
    world.openRoom(['a']);
    const [, other] = world.nodes;
    if (other === undefined) throw new Error('no second node');
    world.cutOff(other);
    world.take(other, { kind: 'ask', id: 'late', room: 'room', ask: { kind: 'view' } });
    world.run(world.nowMs + 5_000);
    expect(world.answers.get('late')).toMatchObject({ kind: 'refused', code: 'fleet-away' });
  });

  it('lose and double nothing, whatever happens and whenever', () => {
    const twice = ['kill two', 'cut off two'] as const;
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 1_500 }),
      act: fc.constantFrom(
        'say',
        'say',
        'say',
        'break',
        'kill',
        'cut off',
        'heal',
        'stop',
        'stall',
        ...twice,
      ),
      which: fc.integer({ min: 0, max: 5 }),
    });
    const mischief = fc.constantFrom(
      quiet,
      { lost: 2, doubled: 3, late: 0 },
      { lost: 5, doubled: 5, late: 0 },
      { lost: 2, doubled: 3, late: 20 },
    );
    fc.assert(
      fc.property(
        fc.integer(),
        mischief,
        fc.array(step, { minLength: 5, maxLength: 40 }),
        (seed, wrongs, steps) => {
          const world = worldOf(seed);
          world.openRoom(['a', 'b', 'c']);
          // How a room begins is not what is tried here.
          world.mischief = wrongs;
          const { said, say } = talkIn(world);
          let cutOffSinceMs: number | null = null;
          for (const { waitMs, act, which } of steps) {
            world.run(world.nowMs + waitMs);
            const alive = world.nodes.filter(({ isAlive, stops }) => isAlive && !stops);
            const node = alive[which % alive.length];
            // Of three all but one at once.
            const several = alive.filter((each) => each !== node).slice(0, 2);
            const member = world.members[which % world.members.length];
            if (node === undefined || member === undefined) continue;
            if (act === 'say') say(which);
            else if (act === 'break') world.breakWire(member, true);
            // The socket is dead, and nobody says so.
            else if (act === 'stall' && member.wire !== null) member.wire.isOpen = false;
            else if ((act === 'cut off' || act === 'cut off two') && cutOffSinceMs === null) {
              for (const each of act === 'cut off' ? [node] : several) world.cutOff(each);
              cutOffSinceMs = world.nowMs;
            } else if (act === 'kill two') {
              for (const each of several) world.kill(each);
              for (const _each of several) world.addNode();
            } else if (act === 'kill' || act === 'stop') {
              world.addNode();
              if (act === 'kill') world.kill(node);
              else world.stop(node);
            }
            // Members of a room that nobody can reach for a minute are lost, as on one node.
            if (cutOffSinceMs !== null && (act === 'heal' || world.nowMs - cutOffSinceMs > 12_000)) {
              for (const each of world.nodes) world.heal(each);
              cutOffSinceMs = null;
            }
          }
          for (const each of world.nodes) world.heal(each);
          world.mischief = quiet;
          world.run(world.nowMs + 60_000);
          expectWhole(world, said);
        },
      ),
      { numRuns: 120 },
    );
  });
});
