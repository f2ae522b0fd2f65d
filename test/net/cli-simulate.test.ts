/** `polynya simulate` as it is built: options, exit codes, and the presets that come with a release. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulationReportSchema } from '../../contract/simulation-report.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

function simulate(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const options = { timeout: 30_000, maxBuffer: 1 << 24, env: { ...process.env, NO_COLOR: '1' } };
    execFile(process.execPath, [program, 'simulate', ...args], options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

beforeAll(() => {
  if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build:node" first`);
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
