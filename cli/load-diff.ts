/** `polynya report diff` of two load reports: does the server carry more, less, or what it did? */
import type { LoadComparison, LoadReport } from '../contract/load-report.ts';
import { compareLoads } from '../turn/load/compare-loads.ts';
import { comparisonText } from '../turn/load/headline.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { diffDocument } from './diff-document.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { readReportOf } from './read-report.ts';
import { marks, painter } from './style.ts';
import { wrap } from './wrap.ts';

export async function diffLoadFiles(
  fileA: string,
  fileB: string,
  flags: { readonly json?: boolean },
): Promise<ExitCode> {
  const read = (file: string) => readReportOf('load-report', file, 'compared with another');
  const [before, after] = [await read(fileA), await read(fileB)];
  const compared = compareLoads(before.body, after.body);
  if (!compared.ok) throw new CommandError(`${fileA} and ${fileB} are not compared: ${compared.problem}.`);
  const { comparison } = compared;
  const isSame = comparison.change === 'none';
  if (flags.json) {
    const side = (file: string, { at, body }: LoadReport) => ({ file, at, uri: body.target.uri });
    const sides = { before: side(fileA, before), after: side(fileB, after) };
    process.stdout.write(diffDocument('load-diff', sides, isSame, { comparison }));
  } else {
    const status = statusOf(comparison);
    const sentence = `${marks[status]} ${comparisonText(comparison, after.body.axis)}`;
    const paint = painter(process.stdout);
    for (const line of wrap(sentence, columns())) process.stdout.write(`${paint(status, line)}\n`);
  }
  return isSame ? exitCode.ok : exitCode.fellShort;
}

function statusOf({ change, isDecidable }: LoadComparison): keyof typeof marks {
  if (!isDecidable) return 'unknown';
  return change === 'less' ? 'bad' : 'good';
}
