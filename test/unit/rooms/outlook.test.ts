import { describe, expect, it } from 'vitest';
import { outlookSchema } from '../../../contract/outlook.ts';
import type { SignalServerMessage } from '../../../contract/signalling.ts';
import { outlookOf } from '../../../service/rooms/outlook.ts';
import { natOf, RoomStage } from './room-stage.ts';

const symmetric = natOf('address-and-port-dependent');
const cone = natOf('endpoint-independent', { publicEndpoints: ['198.51.100.1:40000'] });
const symmetricElsewhere = { ...symmetric, publicEndpoints: ['198.51.100.1:40000'] };

function outlooks(list: readonly SignalServerMessage[]) {
  return list.flatMap((message) => (message.type === 'outlook' ? [message] : []));
}

describe('what two NATs let expect', () => {
  it.each([
    ['symmetric on both sides', symmetric, symmetricElsewhere, 'no', /both ends get another public port/],
    ['symmetric on one', symmetric, cone, 'no', /^this browser gets another public port.*the other end/],
    ['symmetric on the other', cone, symmetric, 'no', /^the other end gets another public port/],
    ['cones', cone, natOf('endpoint-independent'), 'yes', /both ends keep one public endpoint/],
    [
      'no UDP',
      cone,
      { ...symmetric, udp: 'blocked', mapping: 'inconclusive' },
      'no',
      /blocked at the other end/,
    ],
    ['one NAT for both', symmetric, symmetric, 'depends', /behind the same NAT/],
  ] as const)('%s', (_what, here, there, direct, reason) => {
    const outlook = outlookOf(here, there);
    expect(outlook).toMatchObject({ direct, reason: expect.stringMatching(reason) });
    expect(outlook).toMatchObject({ here: { mapping: here.mapping }, there: { mapping: there.mapping } });
    expect(outlookSchema.parse(outlook)).toEqual(outlook);
  });

  it('names the end whose NAT decides', () => {
    const open = natOf('address-and-port-dependent', { filtering: 'endpoint-independent' });
    expect(outlookOf(open, cone)).toMatchObject({
      code: 'session-or-table',
      reason: expect.stringMatching(/^direct if the NAT of this browser answers/),
    });
  });

  it('is not said where a test left open how its NAT behaves', () => {
    expect(outlookOf(cone, { ...symmetric, filtering: 'inconclusive' })).toBeNull();
  });
});

describe('members who tell of their NATs', () => {
  it('are told what follows, each from its own side, once both have told', () => {
    const stage = new RoomStage();
    stage.create('room');
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((id) => stage.enter('room', id));
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error('not in the room');
    stage.say(alice, { type: 'nat', nat: symmetric });
    expect([alice, bob, carol].flatMap((socket) => outlooks(stage.take(socket)))).toEqual([]);
    stage.say(bob, { type: 'nat', nat: cone });
    expect(outlooks(stage.take(alice))).toMatchObject([
      { member: 'bob', outlook: { here: { mapping: symmetric.mapping }, there: { mapping: cone.mapping } } },
    ]);
    expect(outlooks(stage.take(bob))).toMatchObject([
      {
        member: 'alice',
        outlook: { here: { mapping: cone.mapping }, there: { mapping: symmetric.mapping } },
      },
    ]);
    expect(outlooks(stage.take(carol))).toEqual([]);
  });
});
