import type { NatReport } from '../contract/envelope.ts';
import { columns } from './columns.ts';
import { painter } from './style.ts';

/** `--explain`. Its parts are loaded only when it is asked for. */
export async function printExplanation(report: NatReport): Promise<void> {
  const { explainReport } = await import('../probe/report/explain.ts');
  const { explanationText } = await import('./explain-text.ts');
  const text = explanationText(explainReport(report.body), columns(), painter(process.stdout));
  process.stdout.write(`\n${text}`);
}
