import type { NatReport } from '../contract/envelope.ts';
import type { Language } from '../probe/report/words/languages.ts';
import { columns } from './columns.ts';
import { painter } from './style.ts';

/** `--explain`. Its parts are loaded only when it is asked for. */
export async function printExplanation(report: NatReport, language: Language): Promise<void> {
  const { explainReport } = await import('../probe/report/explain.ts');
  const { explanationText } = await import('./explain-text.ts');
  const text = explanationText(explainReport(report.body, language), columns(), painter(process.stdout));
  process.stdout.write(`\n${text}`);
}
