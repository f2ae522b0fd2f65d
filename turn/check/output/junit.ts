/** JUnit XML as test reporters of CI systems read it: one suite per group, one case per check. */
import type { TurnCheck, TurnReport } from '../../../contract/turn-report.ts';
import { escapeMarkup } from './markup.ts';

export function turnJunit({ body, at }: TurnReport): string {
  const groups = [...new Set(body.checks.map(({ group }) => group))];
  const { failed, skipped } = body.counts;
  const seconds = (body.durationMs / 1000).toFixed(3);
  const suites = groups.map((group) => {
    const checks = body.checks.filter((check) => check.group === group);
    const count = (status: TurnCheck['status']) => checks.filter((check) => check.status === status).length;
    return [
      `  <testsuite name="${escapeMarkup(group)}" tests="${checks.length}" failures="${count('failed')}" skipped="${count('skipped')}" timestamp="${escapeMarkup(at)}">`,
      ...checks.map((check) => testcase(check, body.target.uri)),
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="polynya turn check ${escapeMarkup(body.target.uri)}" tests="${body.checks.length}" failures="${failed}" skipped="${skipped}" time="${seconds}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase({ id, title, status, severity, observed, expected, fix }: TurnCheck, uri: string): string {
  const open = `    <testcase classname="${escapeMarkup(uri)}" name="${escapeMarkup(`${id} ${title}`)}"`;
  const story = `seen: ${observed}\nwanted: ${expected}${fix === null ? '' : `\nfix: ${fix}`}`;
  switch (status) {
    case 'failed':
      return `${open}>\n      <failure type="${severity}" message="${escapeMarkup(observed)}">${escapeMarkup(story)}</failure>\n    </testcase>`;
    case 'skipped':
      return `${open}>\n      <skipped message="${escapeMarkup(observed)}"/>\n    </testcase>`;
    case 'warned':
      return `${open}>\n      <system-out>${escapeMarkup(`warning, ${severity}\n${story}`)}</system-out>\n    </testcase>`;
    case 'passed':
      return `${open}/>`;
  }
}
