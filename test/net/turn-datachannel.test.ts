/** libjuice, the ICE agent of node-datachannel, at our TURN server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import type { TurnServerEvent } from '../../turn/server/turn-server-event.ts';
import { alice, endpointOf, startLoopback } from './turn-stage.ts';

let server: TurnServerHandle;
const events: TurnServerEvent[] = [];
beforeAll(async () => {
  server = await startLoopback({ onEvent: (event) => events.push(event) });
});
afterAll(() => server.close());

// libdatachannel’s two ends in one process sometimes stop before DTLS; a second process then connects.
it('allocates, permits and relays in both directions', { timeout: 60_000, retry: 1 }, async () => {
  events.length = 0;
  const script = fileURLToPath(new URL('datachannel-relay.mjs', import.meta.url));
  const { port } = endpointOf(server, 'udp');
  const child = spawn(process.execPath, [script, String(port), alice.username, alice.password], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 45_000,
    killSignal: 'SIGKILL',
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(child, 'close');
  const { candidates, echoed } = JSON.parse(text) as { candidates: string[]; echoed: number };
  expect(candidates).toEqual(['relay', 'relay']);
  expect(echoed).toBe(10);
  // libjuice checks from its host socket as well, so the data may leave the relay; the checks went through it.
  expect(server.traffic.toPeers).toBeGreaterThan(0);
  expect(server.traffic.fromPeers).toBeGreaterThan(0);
  expect(events.filter(({ kind }) => kind === 'allocated')).toHaveLength(2);
  expect(events.filter((event) => event.kind === 'refused' && event.code !== 401)).toEqual([]);
});
