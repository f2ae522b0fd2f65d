export interface SkippedTest {
  readonly project: string;
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

export interface FileTime {
  readonly project: string;
  readonly file: string;
  readonly ms: number;
}

export interface RunTally {
  passed: number;
  failed: number;
  skipped: SkippedTest[];
  problems: string[];
  secondTries: string[];
  files: FileTime[];
}

export function tallyRun(text: string, exitCode: number): RunTally;
export function skippedOnFullMachine(
  skipped: readonly SkippedTest[],
  machine: { readonly isRoot: boolean; readonly isDebian: boolean },
): string | null;
export function describeSkipped(skipped: readonly SkippedTest[]): string[];
export function describeTimes(files: readonly FileTime[]): string[];
