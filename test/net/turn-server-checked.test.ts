/** `polynya turn check` judges our own TURN server, with the settings that it has by default. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStunUri } from '../../stun/uri.ts';
import { runCheck } from '../../turn/io/run-check.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { alice, loopbackSettings, startLoopback } from './turn-stage.ts';

/** Is there TLS on port 443 as well? Not on a test's loopback. */
const aboutTheHost = new Set(['T03']);

let server: TurnServerHandle;
beforeAll(async () => {
  const peers = { allow: [], deny: [], lowestPort: 1024 };
  const quota = { perUser: 10, total: 1000, bandwidth: null };
  server = await startLoopback({
    settings: { ...loopbackSettings, peers, quota },
    ports: { first: 49_152, last: 65_535 },
  });
});
afterAll(() => server.close());

describe('polynya turn check', () => {
  it.each([
    ['udp', 0],
    ['tcp', 1],
  ] as const)('finds no fault over %s', { timeout: 120_000 }, async (_transport, index) => {
    const parsed = parseStunUri(server.uris[index] ?? '');
    if (!parsed.ok) throw new Error(parsed.problem);
    const { report, broke } = await runCheck({
      uri: parsed.uri,
      addresses: ['127.0.0.1'],
      username: alice.username,
      credential: alice.password,
      bindAddress: '127.0.0.1',
    });
    const bad = report.body.checks
      .filter(({ status }) => status === 'failed' || status === 'warned')
      .filter(({ id }) => !aboutTheHost.has(id));
    expect(bad.map(({ id, observed }) => `${id}: ${observed}`)).toEqual([]);
    expect(broke).toEqual([]);
    expect(report.body.checks.filter(({ status }) => status === 'passed').length).toBeGreaterThan(50);
  });
});
