/** `polynya lab` as users run it, with a folder for the files of one suite. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type LabReport, labReportSchema } from '../../contract/lab-report.ts';
import { builtCli, requireBuilt } from './built-cli.ts';

export interface Ended {
  readonly pid: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
    lab: runLab,
    path,
    file: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

function runLab(...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const options = { timeout: 120_000, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 64 * 2 ** 20 };
    const child = execFile(process.execPath, [builtCli, 'lab', ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      done({ pid: child.pid ?? 0, code, stdout, stderr });
    });
  });
}

export function reportOf(stdout: string): LabReport {
  return labReportSchema.parse(JSON.parse(stdout));
}
