import { describe, expect, it } from 'vitest';
import { diffLabReports } from '../../../contract/lab-diff.ts';
import { connected, failed, sampleLab, spoiled } from '../sample-lab.ts';

const told = (before: ReturnType<typeof sampleLab>, after: ReturnType<typeof sampleLab>) => {
  const { same, differences } = diffLabReports(before.body, after.body);
  const lines = differences.map(({ change, cell }) => `${change}: ${cell.from} → ${cell.to} ${cell.path}`);
  return { same, lines };
};

describe('two lab reports', () => {
  it('are alike where the same share of attempts connected, however often was tried', () => {
    const twice = sampleLab({ 'home mobile direct': [connected, connected] });
    expect(told(sampleLab(), twice)).toEqual({ same: 18, lines: [] });
  });

  it('differ in cells of which more or fewer attempts connected, worse ones first', () => {
    const before = sampleLab({ 'home home direct': [failed], 'office home relay-tls': [connected, failed] });
    const after = sampleLab({ 'office home relay-tls': [failed], 'mobile home direct': [connected, failed] });
    expect(told(before, after)).toEqual({
      same: 15,
      lines: ['worse: mobile → home′ mesh', 'worse: office → home′ relay', 'better: home → home′ mesh'],
    });
  });

  it('differ where nothing is known of one, and in cells that only one of them has', () => {
    const before = sampleLab({ 'home home direct': [spoiled] });
    const after = sampleLab();
    const [, ...rest] = after.body.cells;
    expect(told(before, after).lines).toEqual(['other: home → home′ mesh']);
    expect(told(sampleLab(), { ...after, body: { ...after.body, cells: rest } }).lines).toEqual([
      'removed: home → home′ mesh',
    ]);
    expect(told({ ...before, body: { ...before.body, cells: [] } }, after).lines).toHaveLength(18);
  });
});
