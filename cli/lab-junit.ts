/** JUnit XML of lab reports: one suite per scenario, one case per cell. */
import type { LabCell, LabReport } from '../contract/lab-report.ts';
import { labPathText } from '../contract/lab-words.ts';
import { escapeMarkup } from '../turn/check/output/markup.ts';

export function labJunit(reports: readonly LabReport[]): string {
  const total = (of: (report: LabReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="polynya lab" tests="${total(({ body }) => body.counts.cells)}" failures="${total(({ body }) => body.counts.unexpected)}" skipped="${total(({ body }) => body.counts.undecided)}">`,
    ...reports.map(suite),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ at, body }: LabReport): string {
  const { counts, scenario, timing } = body;
  return [
    `  <testsuite name="${escapeMarkup(scenario.name)}" tests="${counts.cells}" failures="${counts.unexpected}" skipped="${counts.undecided}" time="${(timing.totalMs / 1000).toFixed(3)}" timestamp="${escapeMarkup(at)}">`,
    ...body.cells.map((cell) => testcase(cell, `${scenario.name}.${body.runner}`)),
    '  </testsuite>',
  ].join('\n');
}

function testcase(cell: LabCell, classname: string): string {
  const name = `${cell.from} to ${cell.to}, ${labPathText(cell)}`;
  const seconds = cell.setupMs === null ? '' : ` time="${(cell.setupMs.p50 / 1000).toFixed(3)}"`;
  const open = `    <testcase classname="${escapeMarkup(classname)}" name="${escapeMarkup(name)}"${seconds}`;
  if (cell.asExpected === true) return `${open}/>`;
  const cause = cell.failure === null ? '' : `${cell.failure.message} ${cell.failure.next}`;
  if (cell.asExpected === null)
    return `${open}>\n      <skipped message="${escapeMarkup(cause)}"/>\n    </testcase>`;
  const seen = `${cell.succeeded} of ${cell.attempts} attempts connected, expected: ${cell.expected}`;
  const because = cell.because === null ? '' : `\nbecause: ${cell.because}`;
  const story = `${seen}\nrung: ${cell.rung}${cause === '' ? '' : `\ncause: ${cause}`}${because}`;
  return `${open}>\n      <failure message="${escapeMarkup(seen)}">${escapeMarkup(story)}</failure>\n    </testcase>`;
}
