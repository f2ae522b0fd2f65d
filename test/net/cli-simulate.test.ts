/** `polynya simulate` as it is built: options, exit codes, and the presets that come with a release. */
import { beforeAll, describe, expect, it } from 'vitest';
import { simulationReportSchema } from '../../contract/simulation-report.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

function simulate(...args: readonly string[]): Promise<Ended> {
  return runCli(['simulate', ...args], { timeoutMs: 30_000 });
}

beforeAll(() => {
  requireBuilt();
});

describe('polynya simulate', () => {
  it('a preset, as one report', async () => {
    const { code, stdout, stderr } = await simulate('corporate', '--rooms', '1000', '--seed', '7', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { body } = simulationReportSchema.parse(JSON.parse(stdout));
    expect(body).toMatchObject({ seed: 7, rooms: 1_000, population: { name: 'corporate' } });
  });

  it('ends with 1 where fewer connect than was asked for, with 2 where it was asked wrongly', async () => {
    const [fewer, wrong] = await Promise.all([
      simulate('nats-2005', '--rooms', '1000', '--at-least', '90'),
      simulate('home', '--rooms', '5'),
    ]);
    expect(fewer.code).toBe(1);
    expect(fewer.stdout).toMatch(/^✖ nats-2005: 67\.2 % of pairs connect directly/);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('A whole number from 1000 to 10000000.');
  });
});
