/** A few cases of docs/fault-clients.md with the client that needs no system package. */
import { expect, it } from 'vitest';
import { faultCases } from '../../bench/fault-clients/cases.ts';
import { processClients } from '../../bench/fault-clients/process-client.ts';
import { runCase } from '../../bench/fault-clients/run-case.ts';

const bounds = { setUpMs: 20_000, talkMs: 600, everyMs: 100 };

it.each([
  ['stale-nonce-alternating', true],
  ['quota-reached', false],
])('node-datachannel under %s', { concurrent: true, timeout: 60_000 }, async (id, hears) => {
  const client = processClients().find(({ name }) => name === 'node-datachannel');
  const each = faultCases.find((one) => one.id === id);
  if (client === undefined || each === undefined) throw new Error('no such client or case');
  const run = await runCase(client, each, bounds);
  expect(run.strikes).toBeGreaterThan(0);
  expect(run.echoesMs.length > 0).toBe(hears);
  expect(run.failedMs === null).toBe(hears);
});
