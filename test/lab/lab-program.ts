/** `polynya lab` as users run it, with a folder for the files of one suite. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type LabCell, type LabReport, labReportSchema } from '../../contract/lab-report.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

export interface LabProgram {
  /** Runs `polynya lab …` to its end. */
  readonly lab: (...args: readonly string[]) => Promise<Ended>;
  /** A path in the folder. */
  readonly path: (name: string) => string;
  /** Writes a file into the folder. */
  readonly file: (name: string, text: string) => string;
  /** Runs a scenario; throws what the command said, where its exit code is not 0. */
  readonly reportOfText: (scenario: string) => Promise<LabReport>;
}

/** To be called where a suite is described: the folder is there while its tests run. */
export function labProgram(): LabProgram {
  let folder = '';
  beforeAll(() => {
    requireBuilt();
    folder = mkdtempSync(join(tmpdir(), 'polynya-lab-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const file = (name: string, text: string): string => {
    writeFileSync(path(name), text);
    return path(name);
  };
  // Shorter than the tests have: then what it has said so far is told.
  const lab = (...args: readonly string[]) => runCli(['lab', ...args], { timeoutMs: 100_000 });
  const reportOfText = async (scenario: string): Promise<LabReport> => {
    const { code, stdout, stderr } = await lab('run', file('scenario.yaml', scenario), '--json');
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return reportOf(stdout);
  };
  return { lab, path, file, reportOfText };
}

export function reportOf(stdout: string): LabReport {
  return labReportSchema.parse(JSON.parse(stdout));
}

/** `home left sfu udp S5`: who, over what, and how far; `failed` where it did not connect. */
export function inShort({ from, to, path, transport, rung, succeeded }: LabCell): string {
  return `${from} ${to} ${path} ${transport} ${succeeded > 0 ? rung : 'failed'}`;
}
