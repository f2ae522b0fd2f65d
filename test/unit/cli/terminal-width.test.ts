/** What the commands say keeps to the width of the terminal; what does not fit beside stands below, and nothing is cut off. */
import { describe, expect, it } from 'vitest';
import { labDiffText } from '../../../cli/lab-diff.ts';
import { labReportText } from '../../../cli/lab-text.ts';
import { loadPopulation } from '../../../cli/load-population.ts';
import { loadScenario } from '../../../cli/load-scenario.ts';
import { natReportText } from '../../../cli/probe-text.ts';
import { simulateText } from '../../../cli/simulate-text.ts';
import type { Paint } from '../../../cli/style.ts';
import { turnCheckPlanText } from '../../../cli/turn-check-plan-text.ts';
import { turnReportText } from '../../../cli/turn-check-text.ts';
import { loadReportText } from '../../../cli/turn-load-text.ts';
import { diffLabReports } from '../../../contract/lab-diff.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';
import { simulatePopulation } from '../../../simulate/simulate-population.ts';
import { connected, failed, sampleLab } from '../sample-lab.ts';
import { sampleLoad } from '../sample-load.ts';
import { sampleNat, sampleTurn } from '../service/sample-reports.ts';

const plain: Paint = (_style, text) => text;
const everything = { only: null, risks: new Set(['basic'] as const), overStream: false };
const before = sampleLab({ 'mobile home relay-tls': [connected, failed] });
const after = sampleLab({ 'mobile home relay-tls': [failed] });
const clock = { at: new Date(0), why: null, elapsedMs: () => 0 };
const run = runSimulated(loadScenario('home-to-mobile'), clock);
const load = sampleLoad({ limits: [8_000, 9_000, 8_000], lateFrom: 9_000, profile: { runs: 3 } });
const simulation = simulatePopulation(loadPopulation('home'), { rooms: 1_000, seed: 1 }, new Date(0));

const texts: Readonly<Record<string, (width: number) => string>> = {
  'lab run': (width) => labReportText(run, { width, verbose: true }, plain),
  'lab run, a grid': (width) => labReportText(before, { width, verbose: true }, plain),
  'lab diff': (width) => labDiffText(before, after, diffLabReports(before.body, after.body), width, plain),
  probe: (width) => natReportText(sampleNat(), width, plain),
  'turn check': (width) => turnReportText(sampleTurn({ failed: 2 }), { width, verbose: true }, plain),
  'turn check --plan': (width) => turnCheckPlanText('turn:turn.example.org', everything, width, plain),
  'turn load': (width) => loadReportText(load, width, plain),
  simulate: (width) => simulateText(simulation, width, plain),
};

describe.each(Object.entries(texts))('polynya %s', (_name, textAt) => {
  it.each([80, 100, 120])('fits into %d columns', (width) => {
    const lines = textAt(width).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('has every figure at 80 columns that it has at 140', () => {
    const figures = (width: number) => new Set(textAt(width).match(/\w*\d[\w.]*/g));
    const [narrow, wide] = [figures(80), figures(140)];
    expect(wide.size).toBeGreaterThan(3);
    expect([...wide].filter((figure) => !narrow.has(figure))).toEqual([]);
  });
});

it('a cell that changed names both sides below it at 80 columns', () => {
  const lines = labDiffText(before, after, diffLabReports(before.body, after.body), 80, plain).split('\n');
  expect(lines.slice(2, 5)).toEqual([
    '  ✖ worse · mobile · home′ · relay over TLS',
    '      before 1 of 2 connected, S4, 87 ms, not as expected · after 0 of 1',
    '      connected, S1, not as expected',
  ]);
});
