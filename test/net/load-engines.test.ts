/** Both engines of `polynya turn load` count the same: what a server loses, copies and overtakes, and what the generator is late with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadReport, LoadStep } from '../../contract/load-report.ts';
import { type FaultyTurn, faultyTurn } from '../../turn/io/faulty-turn.ts';
import { loadAt, stepsOf } from './load-stage.ts';
import { ringObstacle } from './ring-obstacle.ts';

let turn: FaultyTurn;
beforeAll(async () => {
  turn = await faultyTurn();
});
afterAll(() => turn.close());

function load(profile: object): Promise<LoadReport> {
  const port = Number(/:(\d+)\?/.exec(turn.uris.udp ?? '')?.[1]);
  const credentials = { username: turn.username, password: turn.credential };
  const common = { ladder: { from: 400, to: 400 }, traffic: { flows: 2 } };
  return loadAt({ address: '127.0.0.1', port }, { ...common, ...profile }, { credentials });
}

async function stepBy(engine: string, profile: object = {}): Promise<LoadStep> {
  const report = await load({ ...profile, engine });
  expect(report.body.engine?.kind).toBe(engine);
  const [step] = stepsOf(report);
  if (step === undefined) throw new Error(report.body.headline.sentence);
  return step;
}

const data = { method: 'channel-data' } as const;

const noRing = await ringObstacle();
const noCalls = process.platform === 'linux' ? null : `no batches on ${process.platform}`;
const engines = [
  { engine: 'portable', obstacle: null },
  { engine: 'batched', obstacle: noCalls },
  { engine: 'ring', obstacle: noRing },
] as const;

for (const { engine, obstacle } of engines)
  describe.skipIf(obstacle !== null)(`${engine}${obstacle === null ? '' : ` (${obstacle})`}`, () => {
    it('a packet that is lost is missing, a copy is none, and one that is overtaken is back', async () => {
      turn.faults.set([
        { name: 'lose', on: 'outgoing', match: { ...data, per: 'server', nth: { every: 4 } }, do: 'drop' },
        {
          name: 'overtake',
          on: 'outgoing',
          match: { ...data, nth: { every: 5 } },
          do: { kind: 'overtaken', by: 2, atMostMs: 20 },
        },
        { name: 'copy', on: 'outgoing', match: data, do: { kind: 'duplicate' } },
      ]);
      const traffic = { flows: 2, mix: [{ bytes: 100, burst: 5 }] };
      const step = await stepBy(engine, { traffic }).finally(() => turn.faults.clear());
      const { scheduled, sent, arrivedOut, arrivedBack, roundTrip, outward, generator } = step;
      expect(sent).toBeGreaterThan(40);
      expect(sent + generator.unsent).toBe(scheduled);
      expect(generator.lateness.samples).toBe(sent);
      expect(arrivedOut).toBe(sent);
      expect(outward?.samples).toBe(arrivedOut);
      expect(roundTrip.samples).toBe(arrivedBack);
      // Every fourth of both flows together, wherever the measured time begins among them.
      expect(Math.abs(arrivedBack - 0.75 * sent)).toBeLessThanOrEqual(2);
    });

    it('where another has the thread, it is late and says so', async () => {
      const hog = setInterval(() => {
        for (const untilMs = performance.now() + 15; performance.now() < untilMs; );
      }, 20);
      const { outcome, reasons } = await stepBy(engine).finally(() => clearInterval(hog));
      expect(outcome).toBe('generator-limited');
      expect(reasons.map(({ code }) => code)).toContain('late');
    });

    it('relayed addresses as each other’s peers: what comes back was sent by the other', async () => {
      const step = await stepBy(engine, { peer: { kind: 'hairpin' } });
      expect(step).toMatchObject({ arrivedOut: null, outward: null, failures: {} });
      expect(step.arrivedBack).toBe(step.sent);
    });
  });
