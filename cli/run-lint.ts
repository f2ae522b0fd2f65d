/** `polynya turn lint`: reads, judges, repairs on request, prints. */
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import type { LintReport } from '../contract/lint-report.ts';
import { toolName, toolVersion } from '../contract/release.ts';
import { lintEnvironment } from '../turn/io/lint-environment.ts';
import { readTree } from '../turn/io/read-tree.ts';
import type { AppFacts } from '../turn/lint/app/app-facts.ts';
import { knownApps, readFacts } from '../turn/lint/app/read-facts.ts';
import { fixText } from '../turn/lint/fix.ts';
import { countBySeverity, judge, judgeApp, toFindings } from '../turn/lint/lint.ts';
import { allRules } from '../turn/lint/rule-table.ts';
import { sarifLog } from '../turn/lint/sarif.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { coturnVersion } from './coturn-version.ts';
import { exitCode } from './exit-code.ts';
import { explainText, lintReportText } from './lint-text.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { writeFile } from './write-file.ts';

/** A configuration of a server; what is larger is something else. */
const maxBytes = 4 * 1024 * 1024;

export interface LintOptions {
  readonly for?: string;
  readonly fix?: boolean;
  readonly explain?: string;
  readonly json?: boolean;
  readonly sarif?: string;
  readonly send?: string;
  readonly app?: string;
}

export async function runLint(file: string | undefined, options: LintOptions): Promise<number> {
  if (options.explain !== undefined) return explain(options.explain);
  if (file === undefined) throw new CommandError('Which file? polynya turn lint FILE');
  const coturn = await coturnVersion(options.for);
  const app = options.app === undefined ? null : readApp(options.app);
  const before = readConfig(file);
  if (options.fix) refuseUnlessUtf8(file, before);
  const fix = options.fix ? fixText(before, coturn.version, lintEnvironment(file, before)) : null;
  if (fix !== null && fix.text !== before) await replaceFile(file, fix.text);
  const text = fix?.text ?? before;
  const own = judge(text, coturn.version, lintEnvironment(file, text));
  const findings = toFindings([...own, ...(app === null ? [] : judgeApp(text, coturn.version, app))]);
  const report: LintReport = {
    kind: 'lint-report',
    version: 1,
    tool: { name: toolName, version: toolVersion },
    at: new Date().toISOString(),
    body: {
      file,
      ...(app !== null && { app: app.file }),
      coturn: { version: coturn.version.text, source: coturn.source },
      findings,
      counts: countBySeverity(findings),
      fixed: fix === null ? [] : [...fix.fixed],
    },
  };
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(lintReportText(report, columns(), painter(process.stdout)));
  if (options.sarif !== undefined) {
    writeFile(options.sarif, `${JSON.stringify(sarifLog(report, allRules), null, 2)}\n`);
  }
  if (options.send !== undefined) {
    const link = await sendReport(report, options.send, '--json > FILE');
    process.stderr.write(`Report stored: ${link}\n`);
  }
  const { critical, high } = report.body.counts;
  return critical + high > 0 ? exitCode.fellShort : exitCode.ok;
}

function explain(name: string): number {
  const rule = allRules.find((row) => row.name === name || String(row.number) === name);
  if (rule === undefined) {
    throw new CommandError(`There is no rule ${name}.`, 'docs/lint-rules.md lists all of them.');
  }
  process.stdout.write(explainText(rule, columns(), painter(process.stdout)));
  return exitCode.ok;
}

function readApp(file: string): { readonly file: string; readonly facts: AppFacts } {
  const read = readTree(file, readConfig(file));
  if (!read.ok) throw new CommandError(`${file} cannot be read: ${read.problem}`);
  const facts = readFacts(read.tree);
  if (facts !== null) return { file, facts };
  throw new CommandError(`${file} says nothing about TURN that is known here.`, `Known are: ${knownApps}.`);
}

function readConfig(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) throw new Error(`it has ${size} bytes, more than any turnserver.conf`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Bytes that are no UTF-8 would be written back as something else. */
function refuseUnlessUtf8(file: string, text: string): void {
  if (readFileSync(file).equals(Buffer.from(text, 'utf8'))) return;
  throw new CommandError(
    `${file} is not UTF-8, so that --fix would damage it.`,
    'Convert it: iconv -t UTF-8',
  );
}

/** In one step, so that a server that starts meanwhile reads the old file or the new one; mode and owner stay. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const { mode, uid, gid } = statSync(target);
  const draft = `${target}.polynya-${process.pid}`;
  try {
    writeFileSync(draft, text, { mode: mode & 0o777, flag: 'wx' });
    chmodSync(draft, mode & 0o777);
    chownSync(draft, uid, gid);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${message}`, null, exitCode.couldNotRun);
  }
}
