/** `polynya report redact FILE`: a report that may be passed on. */
import { Command } from 'commander';
import { readReport } from './read-report.ts';

export function redactCommand(): Command {
  return new Command('redact')
    .description('Print a report without addresses and names: IPv4 cut to /24, IPv6 to /48, hosts numbered.')
    .argument('<file>', 'report as JSON')
    .action(async (file: string) => {
      const report = await readReport(file);
      const { redactorOf, redactReport } = await import('../contract/redact/redact-run.ts');
      process.stdout.write(`${JSON.stringify(redactReport(report, redactorOf(report)), null, 2)}\n`);
    });
}
