/** How a kernel NAT chooses ports, and how well the next one is guessed: `polynya probe` behind symmetric NATs. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody, Verdict } from '../../contract/nat-report.ts';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import type { NatSpec } from '../../scenarios/plan/nat-spec.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`probe of port allocation skipped: ${obstacle}`);

const symmetric = {
  mapping: 'address-and-port-dependent',
  filtering: 'address-and-port-dependent',
} as const;

async function probed(nat: NatSpec): Promise<{ body: NatReportBody; prediction: Verdict }> {
  const lab = await buildLab({ nat });
  try {
    const coturn = await startCoturn(lab);
    const argv = [process.execPath, builtCli, 'probe', coturn.uri, '--json'];
    const ended = await lab.run(lab.client, argv, { timeoutMs: 30_000 });
    expect(ended, ended.stderr).toMatchObject({ code: 0, timedOut: false });
    const { body }: { body: NatReportBody } = JSON.parse(ended.stdout);
    const prediction = body.verdicts.find(({ name }) => name === 'portPrediction');
    if (prediction === undefined) throw new Error('no verdict portPrediction');
    return { body, prediction };
  } finally {
    await lab.close();
  }
}

describe.skipIf(obstacle !== null)('ports of a kernel NAT', () => {
  beforeAll(() => {
    requireBuilt();
  });

  it('one after the other: the next is among the guesses', async () => {
    const { body, prediction } = await probed({ ...symmetric, ports: 'sequential' });
    expect(body.nat).toMatchObject({ mapping: symmetric.mapping, portAllocation: 'sequential' });
    expect(prediction.value, prediction.reason).toBeGreaterThanOrEqual(0.8);
    expect(prediction.finding).toBe('port-prediction.easy');
  }, 30_000);

  it('at random: not worth a try', async () => {
    const { body, prediction } = await probed({ ...symmetric, ports: 'random' });
    expect(body.nat).toMatchObject({ mapping: symmetric.mapping, portAllocation: 'random' });
    expect(prediction.value, prediction.reason).toBeLessThan(0.1);
    expect(prediction.finding).toBe('port-prediction.hopeless');
  }, 30_000);

  it('nothing to guess where every peer finds the same', async () => {
    const nat = { ...symmetric, mapping: 'endpoint-independent', ports: 'random' } as const;
    const { prediction } = await probed(nat);
    expect(prediction).toMatchObject({ value: 1, reason: expect.stringContaining('nothing to guess') });
  }, 30_000);

  it('a pool that gives addresses at random shows in the pooling, with the number of sockets', async () => {
    const nat = { ...symmetric, mapping: 'endpoint-independent', poolSize: 3, pairing: 'arbitrary' } as const;
    const { body } = await probed({ ...nat, ports: 'random' });
    const pooling = body.verdicts.find(({ name }) => name === 'ipPooling');
    expect(pooling, pooling?.reason).toMatchObject({ value: 'arbitrary', finding: 'ip-pooling.arbitrary' });
    expect(pooling?.reason).toMatch(/^\d+ sockets got \d public addresses$/);
  }, 30_000);
});
