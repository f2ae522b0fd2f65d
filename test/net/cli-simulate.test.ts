/** `polynya simulate` as it is built: options, exit codes, and the presets that come with a release. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulationReportSchema } from '../../contract/simulation-report.ts';
import type { RunningService } from '../../service/server.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { postReport, startQuietService } from '../quiet-service.ts';
import { readFixture } from '../report-fixtures.ts';

function simulate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runCli(['simulate', ...args], { timeoutMs: 30_000, env });
}

beforeAll(() => {
  requireBuilt();
});

describe('polynya simulate', () => {
  it('a preset, as one report', async () => {
    const { code, stdout, stderr } = await simulate([
      'corporate',
      '--rooms',
      '1000',
      '--seed',
      '7',
      '--json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { body } = simulationReportSchema.parse(JSON.parse(stdout));
    expect(body).toMatchObject({ seed: 7, rooms: 1_000, population: { name: 'corporate' } });
  });

  it('ends with 1 where fewer connect than was asked for, with 2 where it was asked wrongly', async () => {
    const [fewer, wrong] = await Promise.all([
      simulate(['nats-2005', '--rooms', '1000', '--at-least', '90']),
      simulate(['home', '--rooms', '5']),
    ]);
    expect(fewer.code).toBe(1);
    expect(fewer.stdout).toMatch(/^✖ nats-2005: 67\.2 % of pairs connect directly/);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('A whole number from 1000 to 10000000.');
  });
});

describe('polynya simulate --from a service', () => {
  const adminToken = 'a-token-of-sixteen-and-more';
  let service: RunningService;
  beforeAll(async () => {
    service = await startQuietService({ stun: { enabled: false }, adminToken });
    for (const name of ['nat-port-restricted', 'nat-udp-blocked', 'visit-relay-401', 'lint-debian'] as const)
      await postReport(service, readFixture(name));
  });
  afterAll(() => service?.close());

  it('takes the reports about networks from its store, with its token', async () => {
    const options = ['--from', service.url, '--rooms', '1000', '--json'];
    const { code, stdout, stderr } = await simulate(options, { POLYNYA_ADMIN_TOKEN: adminToken });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { population } = simulationReportSchema.parse(JSON.parse(stdout)).body;
    expect(Object.keys(population.endpoints).sort()).toEqual(['nat-ei-apd', 'udp-blocked']);
    expect(population.counted).toEqual({ reports: 3, unknown: { 'nat-not-tested': 1 } });
    expect(population.about).toContain(new URL(service.url).origin);
    expect(stdout).not.toContain(adminToken);
  });

  it('without the token nothing is told', async () => {
    const { code, stdout, stderr } = await simulate(['--from', service.url], {
      POLYNYA_ADMIN_TOKEN: 'wrong',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/admin token/);
  });
});
