/** Following one user or one client address, on demand. */
import { expect, it } from 'vitest';
import { methods } from '../../../../stun/index.ts';
import type { TurnServerEvent } from '../../../../turn/server/turn-server-event.ts';
import { alice, bob, Client, clientAt, peerAt, Stage, settings, text } from './stage.ts';

function traced(stage: Stage): Extract<TurnServerEvent, { kind: 'traced' }>[] {
  return stage.events.flatMap((event) => (event.kind === 'traced' ? [event] : []));
}

function story(stage: Stage): string[] {
  return traced(stage).map(({ direction, method, class: kind, code, channel }) => {
    return `${direction} ${method ?? channel} ${kind ?? 'data'}${code === null ? '' : ` ${code}`}`;
  });
}

it('tells of every message of a user from the first one that names it, and of nobody else’s', () => {
  const stage = new Stage({ settings: { ...settings, trace: [alice.username] } });
  const client = new Client(stage);
  const relayed = client.relayed();
  client.bind(0x4000, peerAt);
  client.channelData(0x4000, text('out'));
  stage.fromPeer(peerAt, relayed, text('back'));
  const other = new Client(stage, { at: { ...clientAt, port: 9 }, user: bob });
  other.relayed();
  const [allocate, bind] = [methods.allocate, methods.channelBind];
  expect(story(stage)).toEqual([
    ...[`in ${allocate} request`, `out ${allocate} success`, `in ${bind} request`, `out ${bind} success`],
    ...[`in ${0x4000} data`, `out ${0x4000} data`],
  ]);
  expect(traced(stage).every(({ username }) => username === alice.username)).toBe(true);
});

it('tells of a client address whoever it is, refusals with their code, and no contents', () => {
  const stage = new Stage({ settings: { ...settings, trace: [clientAt.address] } });
  new Client(stage).login();
  expect(story(stage)).toEqual([`in ${methods.allocate} request`, `out ${methods.allocate} error 401`]);
  expect(JSON.stringify(traced(stage))).not.toContain(alice.password);
});

it('begins and ends with the settings', () => {
  const stage = new Stage();
  const client = new Client(stage);
  client.relayed();
  expect(traced(stage)).toEqual([]);
  stage.server.reconfigure({ ...settings, trace: [alice.username] });
  client.refresh(600);
  expect(traced(stage)).toHaveLength(2);
  stage.server.reconfigure(settings);
  client.refresh(600);
  expect(traced(stage)).toHaveLength(2);
});
