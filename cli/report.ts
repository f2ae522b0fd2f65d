import { Command } from 'commander';
import type { Language } from '../probe/report/words/languages.ts';
import { columns } from './columns.ts';
import { languageOption } from './language.ts';
import { printExplanation } from './print-explanation.ts';
import { natReportText } from './probe-text.ts';
import { readNatReport } from './read-report.ts';
import { diffCommand } from './report-diff.ts';
import { pairCommand } from './report-pair.ts';
import { upgradeCommand } from './report-upgrade.ts';
import { painter } from './style.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('Read, compare and combine stored reports.')
    .addCommand(showCommand())
    .addCommand(pairCommand())
    .addCommand(diffCommand())
    .addCommand(upgradeCommand());
}

function showCommand(): Command {
  return new Command('show')
    .description('Print a stored report as text.')
    .argument('<file>', 'report as JSON, as --json and --out write it')
    .option('--explain', 'print the packets in order of time, and which verdict follows from them')
    .addOption(languageOption())
    .action(async (file: string, flags: { readonly explain?: boolean; readonly language: Language }) => {
      const report = await readNatReport(file, 'shown as text');
      process.stdout.write(natReportText(report, columns(), painter(process.stdout), flags.language));
      if (flags.explain) await printExplanation(report, flags.language);
    });
}
