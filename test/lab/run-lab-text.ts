/** `polynya lab run` of a scenario that a test has as text. */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LabReport, labReportSchema } from '../../contract/lab-report.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export type LabBody = LabReport['body'];

/** @param folder for the scenario's file */
export async function runLabText(folder: string, text: string): Promise<LabBody> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build:node" first`);
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  const options = { timeout: 120_000, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 64 * 2 ** 20 };
  const stdout = await new Promise<string>((done, fail) => {
    execFile(process.execPath, [program, 'lab', 'run', file, '--json'], options, (error, out, said) => {
      if (error === null) done(out);
      else fail(new Error(said));
    });
  });
  return labReportSchema.parse(JSON.parse(stdout)).body;
}

/** `home left sfu udp S5`: who, over what, and how far; `failed` where it did not connect. */
export function inShort({ from, to, path, transport, rung, succeeded }: LabBody['cells'][number]): string {
  return `${from} ${to} ${path} ${transport} ${succeeded > 0 ? rung : 'failed'}`;
}
