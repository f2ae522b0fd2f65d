/** A turn report for people: faults worst first with their fix, then one line for each group, then the sum. */
import type { TurnCheck, TurnReport } from '../contract/turn-report.ts';
import { formatEndpoint } from '../stun/endpoint.ts';
import { marks, type Paint, type Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  readonly width: number;
  readonly verbose: boolean;
}

const styles: Readonly<Record<TurnCheck['status'], Style>> = {
  failed: 'bad',
  warned: 'limited',
  skipped: 'unknown',
  passed: 'good',
};

/** Text from the network must not move the cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === '\n' ? char : '�'));
}

function indented(text: string, first: string, width: number): string[] {
  const rest = ' '.repeat(first.length);
  const lines = printable(text)
    .split('\n')
    .flatMap((line) => wrap(line, width - first.length));
  return lines.map((line, i) => `${i === 0 ? first : rest}${line}`);
}

function fault(check: TurnCheck, width: number, paint: Paint): string[] {
  const style = check.status === 'failed' ? 'bad' : 'limited';
  const mark = marks[style];
  const lines = [
    ...wrap(`${paint(style, `${mark} ${check.id} ${check.severity}`)} ${paint('bold', check.title)}`, width),
    ...indented(`${check.observed}`, '    seen: ', width),
    ...indented(`${check.expected}${check.rfc === null ? '' : ` (${check.rfc})`}`, '    wanted: ', width),
  ];
  return check.fix === null ? lines : [...lines, ...indented(check.fix, '    fix: ', width)];
}

function groupLine(group: string, checks: readonly TurnCheck[], paint: Paint): string {
  const count = (status: TurnCheck['status']) => checks.filter((check) => check.status === status).length;
  const parts = (['failed', 'warned', 'passed', 'skipped'] as const).flatMap((status) =>
    count(status) === 0 ? [] : [paint(styles[status], `${count(status)} ${status}`)],
  );
  return `  ${group.padEnd(26)} ${parts.join(', ')}`;
}

function versionWords({ server }: TurnReport['body']): string {
  if (server.family === 'unknown') return 'a server of unknown make';
  const { atLeast = null, before = null } = server.version ?? {};
  if (atLeast !== null && before !== null)
    return `coturn, ${atLeast} or later and before ${before} by its behaviour`;
  if (before !== null) return `coturn before ${before} by its behaviour`;
  return atLeast === null ? 'coturn' : `coturn ${atLeast} or later by its behaviour`;
}

export function turnReportText(
  { body, tool }: TurnReport,
  { width, verbose }: TextOptions,
  paint: Paint,
): string {
  const { checks, counts, packets, target, unreachable } = body;
  const where =
    target.endpoint === null ? '' : ` (${formatEndpoint(target.endpoint)} over ${target.transport})`;
  const lines = [`${paint('bold', target.uri)}${where}`];
  if (unreachable !== null) {
    lines.push(
      ...wrap(`${marks.bad} ${unreachable.message}`, width).map((line) => paint('bad', line)),
      ...indented(unreachable.next, '    fix: ', width),
    );
  } else {
    lines.push(`${versionWords(body)}`, '');
    for (const check of checks.filter(({ status }) => status === 'failed' || status === 'warned'))
      lines.push(...fault(check, width, paint), '');
    if (body.server.advisories.length > 0) {
      lines.push(paint('bold', 'Published flaws that this server shows'));
      for (const { id, title, evidence } of body.server.advisories)
        lines.push(...indented(`${id}: ${title} (${evidence})`, '  ', width));
      lines.push('');
    }
    if (verbose) lines.push(...quiet(checks, width, paint), '');
    const groups = [...new Set(checks.map(({ group }) => group))];
    lines.push(
      ...groups.map((group) =>
        groupLine(
          group,
          checks.filter((check) => check.group === group),
          paint,
        ),
      ),
      '',
    );
    lines.push(...body.explained.flatMap((line) => indented(line, '  ', width)), '');
  }
  const style: Style =
    unreachable !== null || counts.failed > 0 ? 'bad' : counts.warned > 0 ? 'limited' : 'good';
  const numbers = `${counts.failed} failed, ${counts.warned} warned, ${counts.passed} passed, ${counts.skipped} skipped`;
  lines.push(
    ...wrap(
      `${paint(style, marks[style])} ${paint('bold', numbers)}; ${packets.sent} packets sent, ${packets.received} received, ${(body.durationMs / 1000).toFixed(1)} s. ${tool.name} ${tool.version}`,
      width,
    ),
  );
  return `${lines.join('\n')}\n`;
}

function quiet(checks: readonly TurnCheck[], width: number, paint: Paint): string[] {
  return checks
    .filter(({ status }) => status === 'passed' || status === 'skipped')
    .flatMap((check) => {
      const mark = check.status === 'passed' ? marks.good : marks.unknown;
      const [first = '', ...rest] = indented(
        `${check.title}: ${check.observed}`,
        `  ${mark} ${check.id} `,
        width,
      );
      return [paint(styles[check.status], first), ...rest];
    });
}
