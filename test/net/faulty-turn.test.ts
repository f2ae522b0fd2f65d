/** The example of docs/faults.md, run as it stands there. */
// #region example
import { createSocket } from 'node:dgram';
import { type FaultyTurn, faultyTurn } from 'polynya/turn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MyTurnClient } from './my-turn-client.ts';

let turn: FaultyTurn;
beforeAll(async () => {
  turn = await faultyTurn();
});
afterAll(() => turn.close());

it('my client survives a nonce that has gone stale', async () => {
  turn.faults.set([
    { fault: 'stale-nonce-alternating' },
    { name: 'slow-answers', on: 'outgoing', match: { class: 'success' }, do: { kind: 'delay', ms: 20 } },
  ]);
  const client = new MyTurnClient(turn.iceServers);
  await client.allocate();
  expect(turn.census.allocations).toBe(1);
  expect(turn.faults.log().map(({ rule }) => rule)).toEqual(['stale-nonce-alternating', 'slow-answers']);
  await client.close();
});

it('my client says that the quota is reached', async () => {
  turn.faults.set(['quota-reached']);
  const client = new MyTurnClient(turn.iceServers);
  await expect(client.allocate()).rejects.toThrow('486');
});
// #endregion example

it('tells when something happens', async () => {
  turn.faults.set(['server-error']);
  const next = turn.next((event) => event.kind === 'fault');
  const socket = createSocket('udp4');
  const port = Number(/:(\d+)\?/.exec(turn.uris.udp ?? '')?.[1]);
  // A bare Binding request (RFC 8489 s5).
  socket.send(Buffer.from('000100002112a442000102030405060708090a0b', 'hex'), port, '127.0.0.1');
  expect(await next).toMatchObject({ rule: 'server-error', method: 'binding', transport: 'udp' });
  socket.close();
});
