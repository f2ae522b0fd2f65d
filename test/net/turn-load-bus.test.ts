/** Machines of a load that meet over a real NATS: two processes of the command, and one that does not fit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReportSchema } from '../../contract/load-report.ts';
import { type Nats, natsObstacle, startNats } from '../../scenarios/io/nats.ts';
import { requireBuilt, runCli } from '../built-cli.ts';
import { LoadStage, short, stepsOf } from './load-stage.ts';
import { alice, endpointOf } from './turn-stage.ts';

const obstacle = natsObstacle();
const token = 'a-token-that-only-this-test-knows';

describe.skipIf(obstacle !== null)(`a load over a bus${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  const stage = new LoadStage();
  const folder = mkdtempSync(join(tmpdir(), 'polynya-load-bus-'));
  const profile = join(folder, 'profile.yaml');
  const out = (number: number) => join(folder, `part${number}.json`);
  let nats: Nats;
  beforeAll(async () => {
    requireBuilt();
    writeFileSync(
      profile,
      JSON.stringify({ ...short, ladder: { from: 300, to: 300 }, traffic: { flows: 4 } }),
    );
    nats = await startNats({ token });
  });
  afterAll(async () => {
    await nats?.close();
    rmSync(folder, { recursive: true });
  });

  const make = (number: number, ...more: string[]) => {
    const uri = `turn:127.0.0.1:${endpointOf(stage.server, 'udp').port}`;
    const meeting = ['--part', `${number}/2`, '--bus', nats.url, '--start-in', '4', ...more];
    const args = [uri, '--yes-i-own-this', '127.0.0.1', '--bind', '127.0.0.1', '--profile', profile];
    return runCli(['turn', 'load', ...args, ...meeting, '--out', out(number)], {
      env: {
        POLYNYA_TURN_USERNAME: alice.username,
        POLYNYA_TURN_CREDENTIAL: alice.password,
        POLYNYA_BUS_TOKEN: token,
      },
    });
  };

  it('begin together without being told when, without the one that would make another load', async () => {
    const waiting = make(1);
    const other = await make(2, '--runs', '2');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('parts 1 and 2 differ in runs');
    const ended = await Promise.all([waiting, make(2)]);
    for (const { code, stderr } of ended) {
      expect(stderr).toContain('All 2 machines are there; the load begins at');
      expect(stderr).not.toContain(token);
      expect(code).toBe(0);
    }
    const parts = [1, 2].map((number) =>
      loadReportSchema.parse(JSON.parse(readFileSync(out(number), 'utf8'))),
    );
    const [first, second] = parts.map(({ body }) => body.part);
    expect(first?.startAt).toBe(second?.startAt);
    expect(first?.clock.offFirstMs).toBe(0);
    // It is the same clock, however long the answer took.
    expect(Math.abs(second?.clock.offFirstMs ?? Number.NaN)).toBeLessThan(1_000);
    const joined = await runCli(['turn', 'load-join', out(1), out(2), '--json']);
    const report = loadReportSchema.parse(JSON.parse(joined.stdout));
    const back = parts.map((part) => stepsOf(part)[0]?.arrivedBack ?? 0);
    expect(Math.min(...back)).toBeGreaterThan(0);
    expect(stepsOf(report)[0]?.arrivedBack).toBe((back[0] ?? 0) + (back[1] ?? 0));
    expect(report.body.engine?.kind).toBe(parts[0]?.body.engine?.kind);
    expect(stage.server.census.allocations).toBe(0);
  });
});
