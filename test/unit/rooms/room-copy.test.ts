/** A room that was copied goes on in another desk as it would have gone on in its own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultProject } from '../../../contract/projects.ts';
import { roomTicketSchema } from '../../../contract/room.ts';
import { fitCopy } from '../../../service/fleet/desk/fit-copy.ts';
import { type RoomCopy, roomCopySchema } from '../../../service/rooms/room-copy.ts';
import { RoomDesk } from '../../../service/rooms/room-desk.ts';
import { roomLimits } from '../../../service/rooms/room-limits.ts';
import type { RoomInput } from '../../../service/rooms/room-traffic.ts';
import { joinToken, RoomStage } from './room-stage.ts';

function copyOf(desk: RoomDesk, nowMs: number): RoomCopy {
  return roomCopySchema.parse(JSON.parse(JSON.stringify(desk.copy(nowMs, 'r'))));
}

/** Three members, and a fourth that has joined and not said hello. */
function livelyRoom(): RoomStage {
  const stage = new RoomStage({ rooms: 1 });
  stage.create('r', { path: { kind: 'sfu', server: 'embedded' } });
  for (const id of ['a', 'b', 'c']) stage.enter('r', id);
  stage.join('r', 'd');
  return stage;
}

const sockets = fc.integer({ min: 1, max: 4 });
const to = fc.constantFrom('a', 'b', 'c', 'sfu');
const said = fc.record({ to, link: fc.constantFrom('main', 'up'), epoch: fc.integer({ min: 0, max: 2 }) });

/** What may happen in it; numbers are put in by {@link numbered}. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('offer' as const), socket: sockets, said }),
  fc.record({ kind: fc.constant('renew' as const), socket: sockets, said }),
  fc.record({ kind: fc.constantFrom('closed' as const, 'flooded' as const), socket: sockets }),
  fc.record({ kind: fc.constant('hello' as const), socket: fc.integer({ min: 5, max: 9 }), id: to }),
  fc.record({ kind: fc.constantFrom('media-opened' as const, 'media-failed' as const) }),
  fc.record({ kind: fc.constant('change-path' as const), isMesh: fc.boolean() }),
  fc.record({ kind: fc.constant('due' as const) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

function inputsOf(event: Happening, index: number, n: number): RoomInput[] {
  const socket = 'socket' in event ? event.socket : 100 + index;
  switch (event.kind) {
    case 'offer':
    case 'renew': {
      const { to, epoch, link } = event.said;
      const message =
        event.kind === 'renew'
          ? ({ type: 'renew', n, to, epoch } as const)
          : ({ type: 'offer', n, to, epoch, link, sdp: `v=${index}` } as const);
      return [{ kind: 'said', socket, message, characters: 100 }];
    }
    case 'hello': {
      const session = `session-${event.id}`;
      const message = { type: 'hello', version: 1, room: 'r', session, lastSeq: index % 3 } as const;
      return [
        { kind: 'opened', socket: 100 + index },
        { kind: 'said', socket: 100 + index, message, characters: 100 },
      ];
    }
    case 'media-opened':
      return [{ kind: 'media-opened', room: 'r', socket }];
    case 'media-failed':
      return [{ kind: 'media-failed', room: 'r' }];
    case 'change-path': {
      const path = event.isMesh ? ({ kind: 'mesh' } as const) : ({ kind: 'sfu', server: 'janus' } as const);
      return [{ kind: 'change-path', room: 'r', path }];
    }
    default:
      return event.kind === 'due' ? [{ kind: 'due' }] : [{ kind: event.kind, socket }];
  }
}

describe('a copy of a room', () => {
  it('makes the same room: whatever happens then, both do the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 40_000 })), { minLength: 1, maxLength: 40 }),
        fc.nat(40),
        (events, copiedAt) => {
          const { desk } = livelyRoom();
          let other: RoomDesk | null = null;
          let nowMs = 0;
          const spoken = new Map<number, number>();
          for (const [index, [event, waitMs]] of events.entries()) {
            nowMs += waitMs;
            if (index === copiedAt % events.length && desk.room('r') !== undefined) {
              other = new RoomDesk({ ...roomLimits, rooms: 1 });
              other.restore(nowMs, copyOf(desk, nowMs));
            }
            const n = 'socket' in event ? (spoken.get(event.socket) ?? 0) + 1 : 0;
            if ('socket' in event && 'said' in event) spoken.set(event.socket, n);
            for (const input of inputsOf(event, index, n)) {
              const effects = desk.apply(nowMs, input);
              if (other !== null) expect(other.apply(nowMs, input)).toEqual(effects);
            }
            if (other !== null) expect(other.copy(nowMs, 'r')).toEqual(desk.copy(nowMs, 'r'));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is made again by asking twice: who joined once has one seat', () => {
    const stage = livelyRoom();
    const before = copyOf(stage.desk, 0);
    stage.join('r', 'd', joinToken);
    expect(copyOf(stage.desk, 0)).toEqual(before);
  });

  it('that is too large leaves out what is kept for those who have confirmed least', () => {
    const stage = new RoomStage();
    stage.create('r');
    const [a] = ['a', 'b', 'c'].map((id) => stage.enter('r', id));
    if (a === undefined) throw new Error('nobody is there');
    for (let count = 0; count < 17; count += 1) {
      const sdp = 'x'.repeat(60_000);
      stage.say(a, { type: 'offer', to: count < 14 ? 'b' : 'c', link: 'main', epoch: 0, sdp });
    }
    const copy = copyOf(stage.desk, 0);
    const kept = ({ seats }: RoomCopy) => seats.map(({ log }) => [log.lastSeq, log.kept.length]);
    expect(kept(copy)).toEqual([
      [2, 2],
      [15, 15],
      [3, 3],
    ]);
    expect(kept(fitCopy(copy))).toEqual([
      [2, 2],
      [15, 0],
      [3, 3],
    ]);
    expect(fitCopy({ ...copy, seats: copy.seats.slice(0, 1) }).seats).toEqual(copy.seats.slice(0, 1));
  });
});

it('a room keeps its project; one of a release that knew of none belongs to the default one', () => {
  const copy = copyOf(livelyRoom().desk, 0);
  expect(copy.spec.project).toBe('p');
  const { project: _gone, ...spec } = copy.spec;
  expect(roomCopySchema.parse({ ...copy, spec }).spec.project).toBe(defaultProject);
  const { project: _neither, ...ticket } = livelyRoom().desk.rooms[0]?.ticket() ?? {};
  expect(roomTicketSchema.parse({ ...ticket, joinToken }).project).toBe(defaultProject);
});
