/** Jobs of the lab: a real agent as root builds real networks, and one that is not there for it is not asked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { requireBuilt } from '../built-cli.ts';
import { AgentStage, type RunningAgent } from '../net/agent-stage.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);
if (obstacle !== null) console.warn(`lab jobs of agents skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)('an agent', () => {
  const stage = new AgentStage();
  let builder: RunningAgent;
  beforeAll(async () => {
    requireBuilt();
    await stage.open({});
    [builder] = await Promise.all([
      stage.startAgent('root', 'cellar', ['--lab']),
      stage.startAgent('plain', 'attic'),
    ]);
  }, 60_000);
  afterAll(() => stage.close());

  it('runs a scenario of the catalogue in namespaces, and the report says where', async () => {
    const request = { kind: 'lab', at: { region: 'cellar' }, scenario: 'public-firewall' };
    const job = await stage.done(await stage.call('startJob', request));
    expect(job, JSON.stringify(job.failure)).toMatchObject({ state: 'done', try: 1, agent: builder.id });
    const { report } = await stage.call('getRun', undefined, job.runs[0]);
    expect(report.vantage).toMatchObject({ agent: builder.id, region: 'cellar' });
    if (report.kind !== 'lab-report') throw new Error(report.kind);
    expect(report.body).toMatchObject({ runner: 'kernel', counts: { unexpected: 0 } });
    expect(report.body.counts.asExpected).toBeGreaterThan(0);
  }, 90_000);

  it('that was not started for it is not even asked, and whoever asks learns why', async () => {
    const request = { kind: 'lab', at: { region: 'attic' }, scenario: 'public-firewall' };
    await expect(stage.call('startJob', request)).rejects.toThrow(
      /409 .*job-not-possible.*plain does no lab jobs: start it as root, with --lab/,
    );
    expect(
      (await stage.call('listJobs')).jobs.filter(
        ({ kind, at }) => kind === 'lab' && 'region' in at && at.region === 'attic',
      ),
    ).toEqual([]);
  });
});
