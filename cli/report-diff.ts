/** `polynya report diff A.json B.json`: what changed from one run to the next. */
import { Command } from 'commander';
import { type DiffArea, type Difference, diffAreas } from '../contract/difference.ts';
import type { NatReport } from '../contract/envelope.ts';
import { diffNatReports } from '../probe/report/diff.ts';
import { columns } from './columns.ts';
import { diffDocument } from './diff-document.ts';
import { exitCode } from './exit-code.ts';
import { readNatReport, readReport } from './read-report.ts';
import { type Paint, painter } from './style.ts';
import { wrap } from './wrap.ts';

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'What changed between two NAT reports (verdicts, servers, addresses, candidates), lab reports or load reports.',
    )
    .argument('<before>', 'report, e.g. of yesterday')
    .argument('<after>', 'report of the same kind, e.g. of today')
    .option('--json', 'print the differences as JSON and nothing else')
    .addHelpText('after', '\nExit codes: 0 nothing changed · 1 something did · 2 wrong usage')
    .action(async (fileA: string, fileB: string, flags: { readonly json?: boolean }) => {
      const { kind } = await readReport(fileA);
      if (kind === 'lab-report') {
        const { diffLabFiles } = await import('./lab-diff.ts');
        process.exitCode = await diffLabFiles(fileA, fileB, flags);
        return;
      }
      if (kind === 'load-report') {
        const { diffLoadFiles } = await import('./load-diff.ts');
        process.exitCode = await diffLoadFiles(fileA, fileB, flags);
        return;
      }
      const before = await readNatReport(fileA, 'compared');
      const after = await readNatReport(fileB, 'compared');
      const differences = diffNatReports(before.body, after.body);
      if (flags.json) {
        const sides = { before: { file: fileA, at: before.at }, after: { file: fileB, at: after.at } };
        process.stdout.write(diffDocument('report-diff', sides, differences.length === 0, { differences }));
      } else {
        process.stdout.write(diffText(before, after, differences, columns(), painter(process.stdout)));
      }
      process.exitCode = differences.length === 0 ? exitCode.ok : exitCode.fellShort;
    });
}

const titles: Record<DiffArea, string> = {
  headline: 'Finding',
  host: 'This host',
  address: 'Public address',
  verdict: 'Verdicts',
  attempt: 'Attempts',
  server: 'Servers',
  candidate: 'Candidates',
};

const when = ({ at }: NatReport) => at.slice(0, 19).replace('T', ' ');

export function diffText(
  before: NatReport,
  after: NatReport,
  differences: readonly Difference[],
  width: number,
  paint: Paint,
): string {
  const span = `${when(before)} → ${when(after)}`;
  if (differences.length === 0) return `${paint('good', '✔ nothing changed')}  ${span}\n`;
  const order = before.at > after.at ? ['The first report is the newer one.'] : [];
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  const lines = [`${paint('limited', `▲ ${count}`)}  ${span}`, ...order];
  for (const area of diffAreas) {
    const own = differences.filter((difference) => difference.area === area);
    if (own.length === 0) continue;
    lines.push('', paint('bold', titles[area]), ...own.flatMap((one) => differenceLines(one, width)));
  }
  return [...lines, ''].join('\n');
}

/** On one line where it fits; else the subject first and both sides below. */
function differenceLines({ subject, before, after }: Difference, width: number): string[] {
  const [from, to] = [before ?? 'not there', after ?? 'not there'];
  const line = `  ${subject}: ${from} → ${to}`;
  if (line.length <= width) return [line];
  const side = (sign: string, text: string) =>
    wrap(text, width - 6).map((part, n) => `    ${n === 0 ? sign : ' '} ${part}`);
  return [`  ${subject}`, ...side('-', from), ...side('+', to)];
}
