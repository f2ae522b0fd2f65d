/** The report as text, for a ticket or a mail. Pure. */
import type { VisitReport } from '../../contract/envelope.ts';
import { endText, pairText } from './end-text.ts';
import { natWords, yesNo } from './nat/nat-words.ts';
import { headlineWords, ms, rungWords } from './words.ts';

export function reportText(report: VisitReport, reportId: string | null): string {
  const { headline, attempts, candidates, candidateErrors, servers = [], nat, notes, run } = report.body;
  const lines = [
    `Connection check: ${headlineWords[headline.status]} (${headline.code})`,
    headline.sentence,
    ...headline.advice.map((entry) => `  → ${entry}`),
    '',
    `Report: ${reportId ?? 'not sent'}   Time: ${report.at}   Took: ${ms(run.durationMs)}`,
    `Browser: ${run.userAgent}`,
    '',
    'Connections',
  ];
  for (const attempt of attempts) {
    const rtt = attempt.echoRttMs === null ? '' : `, ${ms(attempt.echoRttMs)} there and back`;
    const setup = attempt.setupMs === null ? '' : `, set up in ${ms(attempt.setupMs)}`;
    const name = attempt.path === 'mesh' ? 'direct' : attempt.path;
    lines.push(`  ${name}: ${attempt.rung} ${rungWords[attempt.rung]}${setup}${rtt}`);
    if (attempt.failure !== undefined) lines.push(`    ${attempt.failure.code}: ${attempt.failure.message}`);
    for (const pair of attempt.pairs) lines.push(`    ${pairText(pair)}`);
  }
  if (nat !== undefined) {
    const { mapping, filtering, behindNat } = nat.nat;
    lines.push(
      '',
      'NAT',
      `  ${natWords.behindNat(yesNo(behindNat))}`,
      `  ${natWords.step(mapping, filtering)}`,
    );
  }
  lines.push('', 'Servers');
  for (const server of servers) {
    const what = server.failure?.message ?? (server.setupMs === null ? 'ok' : `ok, ${ms(server.setupMs)}`);
    lines.push(`  ${server.url}: ${what}`);
  }
  if (servers.length === 0) lines.push('  none');
  lines.push('', 'Candidates');
  for (const candidate of candidates) {
    lines.push(
      `  ${candidate.type} ${candidate.protocol} ${endText(candidate)} after ${ms(candidate.gatheredMs)}`,
    );
  }
  for (const error of candidateErrors) {
    lines.push(
      `  error ${error.errorCode} ${error.url}: ${error.cause}${error.harmless ? ' (harmless)' : ''}`,
    );
  }
  if (notes.length > 0) lines.push('', 'Notes', ...notes.map((note) => `  ${note}`));
  return `${lines.join('\n')}\n`;
}
