import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TurnCounters } from '../../../cli/compare/turn-counters.ts';

let server: Server;
let page: string;
let url: string;

beforeEach(async () => {
  server = createServer((_request, response) => response.end(page)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
});
afterEach(() => void server.close());

const counted = (toPeers: number, fromPeers: number): string =>
  `# HELP polynya_turn_to_peers_bytes_total Payload relayed to peers.
polynya_turn_to_peers_bytes_total ${toPeers}
polynya_turn_from_peers_bytes_total ${fromPeers}
polynya_turn_allocations 4
`;

it('tells what the TURN server relayed between two readings, and nothing where there are none', async () => {
  const counters = new TurnCounters(url);
  const startMs = Date.now();
  page = counted(1_000, 2_000);
  await counters.start();
  expect(counters.between(startMs, Date.now())).toBeNull();
  page = counted(61_000, 42_000);
  await counters.stop();
  const windowMs = expect.any(Number);
  expect(counters.between(startMs, Date.now())).toEqual({
    ingressBytes: 60_000,
    egressBytes: 40_000,
    allocations: 4,
    windowMs,
  });
  expect(counters.between(startMs - 100, startMs - 1)).toBeNull();
});

it('takes a page without these counters for no reading', async () => {
  const counters = new TurnCounters(url);
  page = 'other_metric 7\n';
  await counters.start();
  await counters.stop();
  expect(counters.between(0, Date.now())).toBeNull();
});
