import { describe, expect, it } from 'vitest';
import { fitLabReport } from '../../../cli/fit-lab-report.ts';
import { labDiffText } from '../../../cli/lab-diff.ts';
import type { Paint } from '../../../cli/style.ts';
import { diffLabReports } from '../../../contract/lab-diff.ts';
import type { LabReport } from '../../../contract/lab-report.ts';
import { connected, failed, sampleLab } from '../sample-lab.ts';

const plain: Paint = (_style, text) => text;
const text = (before: LabReport, after: LabReport) =>
  labDiffText(before, after, diffLabReports(before.body, after.body), 140, plain);

describe('the text of polynya lab diff', () => {
  it('names each cell that changed, with both sides', () => {
    const before = sampleLab({ 'mobile home relay-tls': [connected, failed] });
    const after = sampleLab({ 'mobile home relay-tls': [failed] }, { at: '2026-11-21T08:00:00.000Z' });
    const lines = text(before, after).split('\n');
    expect(lines[0]).toBe('1 of 18 cells changed  2026-11-20 08:00:00 → 2026-11-21 08:00:00');
    expect(lines.join('\n')).toMatch(
      /✖ worse +mobile +home′ +relay over TLS +1 of 2 connected, S4, 87 ms, not as expected +0 of 1 connected, S1, not as expected/,
    );
  });

  it('says where all is alike, and warns where it compares what is no pair', () => {
    const other = sampleLab({}, { name: 'another', runner: 'simulator', at: '2026-11-19T08:00:00.000Z' });
    expect(text(sampleLab(), sampleLab())).toMatch(/^✔ all 18 cells came out alike {2}\S+ \S+ → \S+ \S+\n$/);
    expect(text(sampleLab(), other).split('\n').slice(1, 4)).toEqual([
      'The first report is the newer one.',
      'Two scenarios are compared: three-by-three and another.',
      'Before in the kernel, after in the simulator.',
    ]);
  });
});

describe('a report that is sent', () => {
  const report = sampleLab({
    'home home direct': [failed, failed],
    'home mobile direct': [connected, connected, connected],
  });
  const triesOf = ({ body }: LabReport) => body.cells.slice(0, 2).map(({ tries }) => tries.length);

  it('stays as it is where it is small', () => {
    expect(fitLabReport(report)).toBe(report);
  });

  it('loses the earlier attempts of cells that came out as expected where it is large, and says so', () => {
    const fit = fitLabReport(report, 1_000);
    expect([triesOf(report), triesOf(fit)]).toEqual([
      [2, 3],
      [2, 1],
    ]);
    expect(fit.body.cells[1]).toMatchObject({ attempts: 3, succeeded: 3 });
    expect(fit.body.notices).toEqual([
      'Of the cells that came out as expected, only the last attempt was sent.',
    ]);
  });
});
