import { describe, expect, it } from 'vitest';
import { faultCases } from '../../bench/fault-clients/cases.ts';
import type { CaseRun } from '../../bench/fault-clients/run-case.ts';
import { judgeRun, wordsOf } from '../../bench/fault-clients/verdict.ts';
import { allFaults } from '../../turn/faults/catalog.ts';
import { readText } from '../meta/source-tree.ts';

/** Echoes every 200 ms in these spans. */
function echoes(...spans: readonly (readonly [number, number])[]): number[] {
  return spans.flatMap(([from, to]) => Array.from({ length: (to - from) / 200 }, (_, i) => from + i * 200));
}

const quiet = { failedMs: null, failure: null, endedMs: 15_000, strikes: 3 };

describe('a run is judged', () => {
  it.each<[string, Partial<CaseRun>, object]>([
    ['as without faults', { echoesMs: echoes([400, 15_000]) }, { kind: 'survives' }],
    ['late', { echoesMs: echoes([3000, 15_000]) }, { kind: 'recovers', ms: 2700 }],
    ['with a gap', { echoesMs: echoes([400, 4000], [7000, 15_000]) }, { kind: 'recovers', ms: 3200 }],
    ['without an echo', { echoesMs: [] }, { kind: 'hangs', ms: null }],
    ['silent at the end', { echoesMs: echoes([400, 4000]) }, { kind: 'hangs', ms: 3800 }],
    [
      'given up',
      { echoesMs: [], failedMs: 900, failure: 'failed' },
      { kind: 'gives up', ms: 900, why: 'failed' },
    ],
    ['untouched', { echoesMs: echoes([400, 15_000]), strikes: 0 }, { kind: 'not struck' }],
  ])('%s', (_what, run, outcome) => {
    expect(judgeRun({ ...quiet, echoesMs: [], ...run }, 300)).toEqual(outcome);
  });

  it('several runs in words', () => {
    const recovers = [900, 1040, 5000].map((ms) => ({ kind: 'recovers', ms }) as const);
    expect(wordsOf(recovers)).toBe('recovers in 1 s');
    expect(wordsOf([...recovers.slice(0, 2), { kind: 'hangs', ms: null }])).toBe(
      'recovers in 1 s (2 of 3); hangs (1 of 3)',
    );
  });
});

it('every case is a fault of the catalogue, and docs/fault-clients.md has them all', () => {
  const page = readText('docs/fault-clients.md');
  expect(faultCases.filter(({ id }) => !page.includes(`\n| \`${id}\`: `))).toEqual([]);
  const known = new Set(allFaults.map(({ id }) => id));
  expect(faultCases.filter(({ id }) => !known.has(id))).toEqual([]);
  expect(faultCases.length).toBeGreaterThanOrEqual(20);
});
