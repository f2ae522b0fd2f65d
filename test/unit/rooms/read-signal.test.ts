import { describe, expect, it } from 'vitest';
import { signalServerMessageSchema } from '../../../contract/signalling.ts';
import { readSignal } from '../../../rooms/read-signal.ts';
import { answer, candidate, natOf, offer, RoomStage } from './room-stage.ts';

/** One of each type, as the service really says them. */
function everything() {
  const stage = new RoomStage();
  stage.create('room');
  const a = stage.enter('room', 'a');
  const b = stage.enter('room', 'b');
  stage.say(b, offer('a'));
  stage.say(b, candidate('a'));
  stage.say(a, answer('b'));
  stage.say(a, answer('b'));
  stage.say(b, { type: 'bye', to: 'a', link: 'main', epoch: 0 });
  stage.say(b, { type: 'renew', to: 'a', epoch: 0 });
  stage.say(a, { type: 'nat', nat: natOf('address-and-port-dependent') });
  stage.say(b, { type: 'nat', nat: natOf('endpoint-independent') });
  stage.raw(a, { type: 'tell', text: 'to all' });
  stage.raw(a, { type: 'ping', seq: 1 });
  stage.feed({ kind: 'change-path', room: 'room', path: { kind: 'mesh' } });
  stage.feed({ kind: 'closed', socket: b });
  stage.pass(60_000);
  return [...stage.take(a), ...stage.take(b)];
}

describe('reading what the service says', () => {
  it('reads every type as it was said', () => {
    const said = everything();
    const types = signalServerMessageSchema.options.map(({ shape }) => shape.type.value);
    expect(new Set(said.map(({ type }) => type))).toEqual(new Set(types));
    for (const message of said) expect(readSignal(JSON.stringify(message))).toEqual(message);
  });

  it('takes nothing that lacks a field which a client relies on', () => {
    const wanted = everything().find(({ type }) => type === 'offer');
    const fields = ['type', 'seq', 'from', 'link', 'epoch', 'sdp'];
    expect(Object.keys(wanted ?? {}).sort()).toEqual([...fields].sort());
    for (const field of fields) {
      const rest = Object.fromEntries(Object.entries(wanted ?? {}).filter(([name]) => name !== field));
      expect(readSignal(JSON.stringify(rest)), field).toBeNull();
    }
  });

  it.each(['', 'null', '[]', '"offer"', '{"type":"constructor"}', '{"type":"later-release"}'])(
    'does not take %s',
    (text) => {
      expect(readSignal(text)).toBeNull();
    },
  );
});
