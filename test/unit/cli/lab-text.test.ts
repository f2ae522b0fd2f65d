import { describe, expect, it } from 'vitest';
import { labReportText } from '../../../cli/lab-text.ts';
import type { Paint } from '../../../cli/style.ts';
import type { LabAttempt, LabReport } from '../../../contract/lab-report.ts';
import { scenarioSchema } from '../../../contract/scenario.ts';
import { buildCell } from '../../../scenarios/scenario/build-cell.ts';
import { buildLabReport } from '../../../scenarios/scenario/build-report.ts';
import { compileScenario } from '../../../scenarios/scenario/compile.ts';

const plain: Paint = (_style, text) => text;
const names = Array.from({ length: 12 }, (_, index) => `type-${index + 1}`);
const compiled = compileScenario(
  scenarioSchema.parse({
    name: 'many',
    about: 'twelve by twelve',
    pairs: 'matrix',
    sites: Object.fromEntries(names.map((name) => [name, {}])),
  }),
);

const noMedia = { packetMs: null, frameMs: null, stableMs: null };
const milestones = { candidateMs: 3, iceMs: 40, dtlsMs: 60, echoMs: 87, ...noMedia };
const none = { candidateMs: 3, iceMs: null, dtlsMs: null, echoMs: null, ...noMedia };
const rest = { selected: null, checks: [], relayed: null, failure: null };
const good: LabAttempt = { ...rest, outcome: 'connected', rung: 'S4', milestones };
const bad: LabAttempt = { ...rest, outcome: 'failed', rung: 'S1', milestones: none };
const spoiled: LabAttempt = { ...rest, outcome: 'fault', rung: 'S2', milestones: none };

/** The first row: fails as expected, fails against expectation, half, undecided; all others connect. */
function report(): LabReport {
  const tries = [[bad], [bad], [good, bad], [spoiled, spoiled]];
  const cells = compiled.cells.map((cell, index) =>
    buildCell(
      cell,
      { outcome: index === 0 ? 'failed' : 'connected', by: 'simulator', because: null },
      tries[index] ?? [good, spoiled],
    ),
  );
  return buildLabReport(compiled, {
    at: new Date(0),
    runner: 'kernel',
    whySimulated: null,
    agent: 'an agent',
    server: 'coturn',
    timing: { buildMs: 80, verifyMs: 1, cellsMs: 1, totalMs: 2500 },
    notices: [],
    cells,
    measured: new Map(),
  });
}

const linesAt = (width: number) => labReportText(report(), { width, verbose: false }, plain).split('\n');

describe('the text of a lab report', () => {
  it.each([80, 120])('a 12 × 12 grid fits into %d columns', (width) => {
    const lines = linesAt(width);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width);
    const rows = lines.filter((line) => /^ ?\d+ type-/.test(line));
    expect(rows).toHaveLength(12);
    expect(rows[0]).toMatch(/✖S1 +!✖S1 +!~✔S4\S* ?8?7? +\?S2 +✔S4/);
  });

  it('a grid that is wider comes in parts, whose columns keep their numbers', () => {
    const lines = linesAt(60);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(60);
    const heads = lines.filter((line) => /^ +\d+( +\d+)*$/.test(line)).map((line) => line.trim().split(/ +/));
    expect(heads).toEqual([
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
      ['10', '11', '12'],
    ]);
    expect(lines.filter((line) => /^ ?\d+ type-/.test(line))).toHaveLength(24);
  });

  it('there is room for the time in wide ones', () => {
    expect(linesAt(140).some((line) => line.includes('✔S4 87'))).toBe(true);
    expect(linesAt(80).some((line) => line.includes('✔S4 87'))).toBe(false);
  });

  it('tells of each cell that is not as expected, and counts faults apart', () => {
    const text = linesAt(100).join('\n');
    expect(text).toContain('✖ failed  type-1 → type-2′, direct');
    expect(text).toContain('✔ 1/2  type-1 → type-3′, direct');
    expect(text).toContain('? undecided  type-1 → type-4′, direct');
    expect(text).not.toContain('type-1 → type-1′');
    expect(text).toContain('141 of 144 cells as expected; 2 not, 1 undecided, 144 attempts, 142 faults');
  });
});
