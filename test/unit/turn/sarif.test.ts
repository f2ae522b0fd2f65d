import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LintReport } from '../../../contract/lint-report.ts';
import { turnReportSchema } from '../../../contract/turn-report.ts';
import { catalog } from '../../../turn/check/catalog.ts';
import { turnSarif } from '../../../turn/check/output/sarif.ts';
import { nothingKnown } from '../../../turn/lint/environment.ts';
import { countBySeverity, judge, toFindings } from '../../../turn/lint/lint.ts';
import { allRules } from '../../../turn/lint/rule-table.ts';
import { sarifLog } from '../../../turn/lint/sarif.ts';
import { caseOf, ruleCases } from './lint/rule-cases.ts';
import { version } from './lint/samples.ts';
import { sarifLogSchema } from './sarif-schema.ts';

const tool = { name: 'polynya', version: '0.1.0' };

function lintReport(text: string, file = 'turnserver.conf', app?: string): LintReport {
  const judged = judge(text, version('4.6.1'), nothingKnown);
  const findings = toFindings(app === undefined ? judged : judged.map((one) => ({ ...one, file: app })));
  return {
    kind: 'lint-report',
    version: 1,
    tool,
    at: '2026-11-20T09:40:00.000Z',
    body: {
      file,
      coturn: { version: '4.6.1', source: 'given' },
      findings,
      counts: countBySeverity(findings),
      fixed: [],
    },
  };
}

/** Parsed from its text, as a reader gets it. */
function read(log: object) {
  return sarifLogSchema.parse(JSON.parse(JSON.stringify(log)));
}

describe('SARIF of turn lint', () => {
  it('follows the standard for every bad file of every rule', () => {
    for (const { bad } of ruleCases) {
      for (const { text } of bad.map(caseOf)) {
        const report = lintReport(text);
        const { runs } = read(sarifLog(report, allRules));
        expect(runs[0]?.results.length).toBe(report.body.findings.length);
      }
    }
  });

  it.each([
    ['turnserver.conf', 'turnserver.conf'],
    ['/etc/turn server/50% #1.conf', 'file:///etc/turn%20server/50%25%20%231.conf'],
    ['서버.conf', '%EC%84%9C%EB%B2%84.conf'],
  ])('names the file %s as a URI', (file, uri) => {
    const { runs } = read(sarifLog(lintReport('no-auth\n', file), allRules));
    expect(runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
    const other = read(sarifLog(lintReport('no-auth\n', 'x.conf', file), allRules));
    expect(other.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('without findings has no results and no rules', () => {
    const report = lintReport('no-auth\n');
    const clean = { ...report, body: { ...report.body, findings: [] } };
    const { runs } = read(sarifLog(clean, allRules));
    expect([runs[0]?.results, runs[0]?.tool.driver.rules]).toEqual([[], []]);
  });
});

describe('SARIF of turn check', () => {
  const fixture = new URL('../../web/fixtures/turn-coturn-default.json', import.meta.url);
  const report = turnReportSchema.parse(JSON.parse(readFileSync(fixture, 'utf8')));

  it('follows the standard for a check of coturn as packaged', () => {
    const { runs } = read(turnSarif(report));
    const { failed, warned } = report.body.counts;
    expect(runs[0]?.results.length).toBe(failed + warned);
    expect(new Set(runs[0]?.results.map(({ level }) => level))).toEqual(
      new Set(['error', 'warning', 'note']),
    );
  });

  it('follows it for every check there is, failed or warned, with a fix or without', () => {
    for (const status of ['failed', 'warned'] as const) {
      const checks = catalog.map(({ id, title, severity, rfc, sent, expected }, i) => ({
        ...{ id, title, severity, rfc, sent, expected, status, group: 'STUN', evidence: [] },
        observed: 'something else',
        fix: i % 2 === 0 ? null : 'a line',
      }));
      const { runs } = read(turnSarif({ ...report, body: { ...report.body, checks } }));
      expect(runs[0]?.results.length).toBe(catalog.length);
    }
  });
});

describe('the schema itself', () => {
  const good = JSON.stringify(sarifLog(lintReport('no-auth\n'), allRules));

  it.each<[string, (log: ReturnType<typeof read>) => unknown]>([
    ['another version', (log) => ({ ...log, version: '2.0.0' })],
    ['an unknown property', (log) => ({ ...log, tool: {} })],
    ['a run without a tool', (log) => ({ ...log, runs: [{ results: [], columnKind: 'utf16CodeUnits' }] })],
    ['a level that there is not', (log) => JSON.parse(JSON.stringify(log).replaceAll('"error"', '"fatal"'))],
    ['a line 0', (log) => JSON.parse(JSON.stringify(log).replace('"startLine":1', '"startLine":0'))],
    [
      'a place with a blank',
      (log) => JSON.parse(JSON.stringify(log).replace('turnserver.conf', 'turn server')),
    ],
    [
      'an index of another rule',
      (log) => JSON.parse(JSON.stringify(log).replace('"ruleIndex":0', '"ruleIndex":7')),
    ],
    [
      'an empty message',
      (log) =>
        JSON.parse(JSON.stringify(log).replace(/"message":\{"text":"[^"]*"\}/, '"message":{"text":""}')),
    ],
  ])('refuses %s', (_name, change) => {
    const log = read(JSON.parse(good));
    const changed = change(log);
    expect(changed).not.toEqual(log);
    expect(sarifLogSchema.safeParse(changed).success).toBe(false);
  });
});
