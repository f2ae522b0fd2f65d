/** `polynya lab` as users run it, with a folder for the files of one suite. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type LabReport, labReportSchema } from '../../contract/lab-report.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

export interface LabProgram {
  /** Runs `polynya lab …` to its end. */
  readonly lab: (...args: readonly string[]) => Promise<Ended>;
  /** A path in the folder. */
  readonly path: (name: string) => string;
  /** Writes a file into the folder. */
  readonly file: (name: string, text: string) => string;
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
  return {
    lab: (...args) => runCli(['lab', ...args], { timeoutMs: 120_000 }),
    path,
    file: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

export function reportOf(stdout: string): LabReport {
  return labReportSchema.parse(JSON.parse(stdout));
}
