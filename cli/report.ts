import { Command } from 'commander';
import type { Envelope, NatReport } from '../contract/envelope.ts';
import type { Language } from '../probe/report/words/languages.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { languageOption } from './language.ts';
import { printExplanation } from './print-explanation.ts';
import { natReportText } from './probe-text.ts';
import { readReport } from './read-report.ts';
import { diffCommand } from './report-diff.ts';
import { pairCommand } from './report-pair.ts';
import { redactCommand } from './report-redact.ts';
import { upgradeCommand } from './report-upgrade.ts';
import { painter } from './style.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('Read, compare and combine stored reports.')
    .addCommand(showCommand())
    .addCommand(pairCommand())
    .addCommand(diffCommand())
    .addCommand(redactCommand())
    .addCommand(upgradeCommand());
}

function showCommand(): Command {
  return new Command('show')
    .description('Print a stored report as text.')
    .argument('<file>', 'report as JSON, as --json and --out write it')
    .option('--explain', 'print the packets in order of time, and which verdict follows from them')
    .addOption(languageOption())
    .action(async (file: string, flags: { readonly explain?: boolean; readonly language: Language }) => {
      const report = await readReport(file);
      if (report.kind === 'nat-report') {
        process.stdout.write(natReportText(report, columns(), painter(process.stdout), flags.language));
        if (flags.explain) await printExplanation(report, flags.language);
      } else if (flags.explain) {
        throw new CommandError(`${file} is a ${report.kind}; only a nat-report can be explained.`);
      } else {
        process.stdout.write(await otherToolText(file, report));
      }
    });
}

/** As the command printed it that made the report. */
async function otherToolText(file: string, report: Exclude<Envelope, NatReport>): Promise<string> {
  const paint = painter(process.stdout);
  if (report.kind === 'turn-report') {
    const { turnReportText } = await import('./turn-check-text.ts');
    return turnReportText(report, { width: columns(), verbose: false }, paint);
  }
  if (report.kind === 'lint-report') {
    const { lintReportText } = await import('./lint-text.ts');
    return lintReportText(report, columns(), paint);
  }
  if (report.kind === 'lab-report') {
    const { labReportText } = await import('./lab-text.ts');
    return labReportText(report, { width: columns(), verbose: false }, paint);
  }
  if (report.kind === 'load-report') {
    const { loadReportText } = await import('./turn-load-text.ts');
    return loadReportText(report, columns(), paint);
  }
  if (report.kind === 'compare-report') {
    const { compareText } = await import('./compare-text.ts');
    return compareText(report, columns(), paint);
  }
  throw new CommandError(`${file} is a ${report.kind}; the Run page of the dashboard shows it.`);
}
