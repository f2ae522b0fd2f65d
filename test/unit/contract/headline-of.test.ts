import { describe, expect, it } from 'vitest';
import { headlineSchema } from '../../../contract/basics.ts';
import { failure } from '../../../contract/failures.ts';
import { headlineOf } from '../../../contract/headline-of.ts';
import type { TurnReport } from '../../../contract/turn-report.ts';
import { turnTally } from '../../../contract/turn-tally.ts';
import { failed, sampleLab, spoiled } from '../sample-lab.ts';
import { sampleLint, sampleNat, sampleTurn } from '../service/sample-reports.ts';

/** The sample with its only failed check changed. */
function turn(
  status: 'failed' | 'warned' | 'skipped' | 'passed',
  severity: 'critical' | 'medium',
): TurnReport {
  const report = sampleTurn();
  const checks = report.body.checks.map((check) =>
    check.status === 'failed' ? { ...check, status, severity } : check,
  );
  const counts = { failed: 0, warned: 0, skipped: 0, passed: 0 };
  for (const check of checks) counts[check.status] += 1;
  return { ...report, body: { ...report.body, checks, counts } };
}

describe('headlineOf', () => {
  it.each([
    [
      'failed',
      'critical',
      'bad',
      '1 check failed, 0 warned. Worst is S20, “Answers are small”: four times the size.',
    ],
    [
      'failed',
      'medium',
      'limited',
      '1 check failed, 0 warned. Worst is S20, “Answers are small”: four times the size.',
    ],
    [
      'warned',
      'critical',
      'limited',
      'no check failed, 1 warned. Worst is S20, “Answers are small”: four times the size.',
    ],
    ['passed', 'critical', 'good', '2 checks passed, none failed.'],
  ] as const)('of a turn-report with a check that %s (%s): %s', (status, severity, headline, sentence) => {
    const found = headlineOf(turn(status, severity));
    expect(found).toMatchObject({ status: headline, sentence: `turn:192.0.2.1: ${sentence}` });
    expect(found.advice).toEqual(status === 'passed' ? [] : ['S20: no-rfc5780']);
  });

  it('of a server without an answer: why, and what to do', () => {
    const report = sampleTurn({ failed: 0 });
    const unreachable = failure('timeout');
    const found = headlineOf({ ...report, body: { ...report.body, unreachable, checks: [] } });
    expect(found).toMatchObject({ status: 'bad', code: 'timeout', advice: [unreachable.next] });
  });

  it('is not good where nothing was found out', () => {
    const report = sampleTurn({ failed: 0 });
    const counts = { failed: 0, warned: 0, skipped: 150, passed: 0 };
    expect(headlineOf({ ...report, body: { ...report.body, checks: [], counts } }).status).toBe('unknown');
  });

  it('of a lint-report: clean, to be mended, dangerous', () => {
    const report = sampleLint();
    expect(headlineOf(report)).toMatchObject({ status: 'limited', code: 'turn-lint-findings' });
    const clean = { ...report.body, findings: [], counts: { critical: 0, high: 0, medium: 0, low: 0 } };
    expect(headlineOf({ ...report, body: clean }).status).toBe('good');
    const counts = { ...report.body.counts, high: 1 };
    expect(headlineOf({ ...report, body: { ...report.body, counts } }).status).toBe('bad');
  });

  it('of other reports: their own', () => {
    const report = sampleNat();
    expect(headlineOf(report)).toBe(report.body.headline);
  });

  it('keeps to the bounds of a headline, however long the words', () => {
    const report = turn('failed', 'critical');
    const long = 'x'.repeat(4000);
    const checks = report.body.checks.map((check) => ({ ...check, fix: long, title: long.slice(0, 200) }));
    const target = { ...report.body.target, uri: `turn:${'h'.repeat(290)}` };
    const found = headlineOf({ ...report, body: { ...report.body, checks, target } });
    expect(headlineSchema.safeParse(found).error).toBeUndefined();
  });
});

describe('turnTally', () => {
  it('takes the smallest round trip of what the URI itself answered', () => {
    const { body } = sampleTurn({ rttMs: [30, 10, 20] });
    expect(turnTally(body).rttMs).toBe(10);
    const elsewhere = body.evidence.map((row) => ({ ...row, transport: 'tcp' as const }));
    expect(turnTally({ ...body, evidence: elsewhere }).rttMs).toBeNull();
  });

  it('of a lab run: how many cells came out as expected, and the first that did not', () => {
    expect(headlineOf(sampleLab())).toEqual({
      status: 'good',
      code: 'lab-as-expected',
      sentence: 'three-by-three: 18 of 18 cells as expected.',
      advice: [],
    });
    const worse = sampleLab({ 'home mobile relay-tls': [failed], 'office home direct': [spoiled, spoiled] });
    expect(headlineOf(worse)).toEqual({
      status: 'bad',
      code: 'lab-unexpected',
      sentence:
        'three-by-three: 16 of 18 cells as expected, 1 not, 1 undecided. First: home → mobile′, relay over TLS: 0 of 1 connected, expected connected.',
      advice: ['Offer a TURN server.'],
    });
    const undecided = sampleLab({ 'office home direct': [spoiled] }, { runner: 'simulator' });
    expect(headlineOf(undecided)).toMatchObject({ status: 'limited', code: 'lab-undecided' });
    expect(headlineOf(undecided).sentence).toMatch(/^three-by-three \(simulated\): 17 of 18 cells/);
  });
});
