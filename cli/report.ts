import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Envelope } from '../contract/envelope.ts';
import { CommandError } from './command-error.ts';
import { natReportText } from './probe-text.ts';
import { painter } from './style.ts';

export function reportCommand(): Command {
  const show = new Command('show')
    .description('Print a stored report as text.')
    .argument('<file>', 'report as JSON, as --json and --out write it')
    .action(async (file: string) => {
      const report = await readReport(file);
      if (report.kind !== 'nat-report') {
        throw new CommandError(`${file} is a ${report.kind}; only nat-report can be shown as text so far.`);
      }
      const width = Math.min(140, Math.max(60, process.stdout.columns ?? 100));
      process.stdout.write(natReportText(report, width, painter(process.stdout)));
    });
  return new Command('report').description('Read stored reports.').addCommand(show);
}

async function readReport(file: string): Promise<Envelope> {
  const { parseEnvelope } = await import('../contract/envelope.ts');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = parseEnvelope(value);
  if (!parsed.ok) throw CommandError.from(parsed.failure);
  return parsed.envelope;
}
