/** The report as text, in English as the report is, for a ticket or a mail. */
import type { VisitReport } from '../../contract/envelope.ts';
import { endText, pairText } from './end-text.ts';
import { en } from './words/en.ts';
import { ms } from './words/milliseconds.ts';

export function reportText(report: VisitReport, reportId: string | null): string {
  const {
    headline,
    attempts,
    candidates,
    candidateErrors,
    servers = [],
    relays = [],
    nat,
    notes,
    run,
  } = report.body;
  const lines = [
    `Connection check: ${en.headlines[headline.status]} (${headline.code})`,
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
    lines.push(`  ${name}: ${attempt.rung} ${en.rungs[attempt.rung]}${setup}${rtt}`);
    if (attempt.failure !== undefined) lines.push(`    ${attempt.failure.code}: ${attempt.failure.message}`);
    for (const pair of attempt.pairs) lines.push(`    ${pairText(pair)}`);
  }
  if (nat !== undefined) {
    const { mapping, filtering, behindNat } = nat.nat;
    lines.push(
      '',
      'NAT',
      `  ${en.nat.behindNat(en.nat.yesNo(behindNat))}`,
      `  ${en.nat.step(mapping, filtering)}`,
    );
  }
  lines.push('', 'Servers');
  for (const server of servers) {
    const what = server.failure?.message ?? (server.setupMs === null ? 'ok' : `ok, ${ms(server.setupMs)}`);
    lines.push(`  ${server.url}: ${what}`);
  }
  if (servers.length === 0) lines.push('  none');
  if (relays.length > 0) lines.push('', 'Relays, with data');
  for (const row of relays) {
    const { outcomes, families, times } = en.grid;
    const family = row.family === null ? '' : ` ${families[row.family]}`;
    const measured =
      row.setupMs === null ? (row.failure?.message ?? '') : times(row.setupMs, row.echoRttMs ?? 0);
    lines.push(`  ${row.url}${family}: ${outcomes[row.outcome]}, ${measured}`);
  }
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
