/** docs/turn-60.md is of this catalogue, and the catalogue is of these tools. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixedCells, targetsOf } from '../../bench/turn-60/render.ts';
import { turnFaults } from '../../scenarios/catalog/turn-faults/index.ts';
import { soundConfig } from '../../scenarios/catalog/turn-faults/sound-server.ts';
import { catalog } from '../../turn/check/catalog.ts';
import { nothingKnown } from '../../turn/lint/environment.ts';
import { judge } from '../../turn/lint/lint.ts';
import { ruleTable } from '../../turn/lint/rule-table.ts';
import { parseVersion } from '../../turn/lint/version.ts';

const page = readFileSync(new URL('../../docs/turn-60.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.slice(2, -2).split(' | '))
  .filter((cells) => cells.length === 6);

describe('the catalogue of broken TURN servers', () => {
  it('has at least sixty faults, none twice', () => {
    const ids = turnFaults.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(60);
  });

  it('starts from a file with which the linter is content', () => {
    const version = parseVersion('4.6.1');
    if (version === null) throw new Error('no version');
    expect(judge(soundConfig.join('\n'), version, nothingKnown).map(({ rule }) => rule.name)).toEqual([]);
  });

  it.each(turnFaults.map((fault) => [fault.id, fault] as const))(
    '%s names a check or a rule that is there',
    (_id, fault) => {
      const checks = [fault.check?.id ?? [], fault.check?.beside ?? [], fault.remedy.leaves ?? []].flat();
      for (const id of checks) expect(catalog.map((row) => row.id)).toContain(id);
      if (fault.lint !== null) expect(ruleTable.map(({ name }) => name)).toContain(fault.lint);
      expect(fault.remedy.by === 'check' ? fault.check : fault.lint).not.toBeNull();
    },
  );
});

describe('docs/turn-60.md', () => {
  it('has a row for each fault, as the catalogue has it (npm run turn-60 writes it)', () => {
    expect(rows.map((cells) => cells.slice(0, 5))).toEqual(turnFaults.map(fixedCells));
  });

  it('meets the bars, and counts what its rows say', () => {
    const whole = rows.filter((cells) => cells[5] === 'yes').length;
    const found = /^\| found, and the printed fix .* \| (\d+) of (\d+) \| (\d+) \| met \|$/m.exec(page);
    expect(found?.slice(2)).toEqual([
      String(rows.length),
      String(targetsOf(turnFaults, new Map())[1]?.wanted),
    ]);
    expect(whole).toBeLessThanOrEqual(Number(found?.[1]));
    expect(page).not.toContain('**missed**');
  });
});
