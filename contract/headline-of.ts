import type { Headline } from './basics.ts';
import type { Envelope } from './envelope.ts';
import type { LabCell, LabReportBody } from './lab-report.ts';
import { labPathText } from './lab-words.ts';
import type { LintReportBody } from './lint-report.ts';
import type { TurnCheck, TurnReportBody } from './turn-report.ts';

/** More than this nobody mends in one go; the report lists the rest. */
const mostAdvice = 5;
const longest = 500;

/** The one-sentence answer of a report. Those of the TURN tools and the lab carry counts; their sentence is made here. */
export function headlineOf(report: Envelope): Headline {
  if (report.kind === 'turn-report') return checkHeadline(report.body);
  if (report.kind === 'lint-report') return lintHeadline(report.body);
  if (report.kind === 'lab-report') return labHeadline(report.body);
  return report.body.headline;
}

function checkHeadline({ target, unreachable, checks, counts }: TurnReportBody): Headline {
  if (unreachable !== null) {
    const { code, message, next } = unreachable;
    return { status: 'bad', code, sentence: cut(`${target.uri}: ${message}`), advice: [cut(next)] };
  }
  // Worst first, as the report has them.
  const failed = checks.filter(({ status }) => status === 'failed');
  const warned = checks.filter(({ status }) => status === 'warned');
  const [worst] = [...failed, ...warned];
  const advice = [...failed, ...warned]
    .flatMap(({ id, fix }) => (fix === null ? [] : [cut(`${id}: ${fix}`)]))
    .slice(0, mostAdvice);
  const say = (status: Headline['status'], code: string, text: string): Headline => ({
    status,
    code,
    sentence: cut(`${target.uri}: ${text}`),
    advice,
  });
  if (failed.length > 0) {
    const grave = failed.some(({ severity }) => severity === 'critical' || severity === 'high');
    const count = `${counted(failed.length, 'check')} failed, ${warned.length} warned`;
    return say(grave ? 'bad' : 'limited', 'turn-check-failed', `${count}. Worst is ${named(worst)}.`);
  }
  if (warned.length > 0) {
    const count = `no check failed, ${warned.length} warned`;
    return say('limited', 'turn-check-warned', `${count}. Worst is ${named(worst)}.`);
  }
  return counts.passed === 0
    ? say('unknown', 'turn-check-empty', 'no check could be made.')
    : say('good', 'turn-check-passed', `${counted(counts.passed, 'check')} passed, none failed.`);
}

/** Titles of checks say what should be, so what was seen stands beside it. */
function named(check: TurnCheck | undefined): string {
  if (check === undefined) return 'none';
  const { id, title, observed } = check;
  return `${id}, “${title}”: ${cut(observed, 120)}`;
}

function lintHeadline({ file, findings, counts }: LintReportBody): Headline {
  const { critical, high } = counts;
  const [worst] = findings;
  if (worst === undefined) {
    return { status: 'good', code: 'turn-lint-clean', sentence: cut(`${file}: no findings.`), advice: [] };
  }
  const advice = findings.slice(0, mostAdvice).map(({ rule, fix }) => cut(`${rule}: ${fix}`));
  const count = `${counted(findings.length, 'finding')}, ${critical} critical and ${high} high`;
  return {
    status: critical + high > 0 ? 'bad' : 'limited',
    code: 'turn-lint-findings',
    sentence: cut(`${file}: ${count}. Worst: ${worst.message}`),
    advice: [...new Set(advice)],
  };
}

function labHeadline({ scenario, runner, cells, counts }: LabReportBody): Headline {
  const wrong = cells.filter(({ asExpected }) => asExpected === false);
  const open = cells.filter(({ asExpected }) => asExpected === null);
  const [worst] = [...wrong, ...open];
  const advice = [...wrong, ...open].flatMap(({ failure }) => (failure === null ? [] : [cut(failure.next)]));
  const where = runner === 'simulator' ? ' (simulated)' : '';
  const rest = [
    wrong.length === 0 ? '' : `, ${wrong.length} not`,
    open.length === 0 ? '' : `, ${open.length} undecided`,
    worst === undefined ? '' : `. First: ${cellText(worst)}`,
  ].join('');
  return {
    status: wrong.length > 0 ? 'bad' : cells.length === 0 ? 'unknown' : open.length > 0 ? 'limited' : 'good',
    code: wrong.length > 0 ? 'lab-unexpected' : open.length > 0 ? 'lab-undecided' : 'lab-as-expected',
    sentence: cut(
      `${scenario.name}${where}: ${counts.asExpected} of ${counted(counts.cells, 'cell')} as expected${rest}.`,
    ),
    advice: [...new Set(advice)].slice(0, mostAdvice),
  };
}

function cellText(cell: LabCell): string {
  const { from, to, attempts, succeeded, expected } = cell;
  return `${from} → ${to}, ${labPathText(cell)}: ${succeeded} of ${attempts} connected, expected ${expected}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function cut(text: string, length = longest): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
