/** Every fault of the catalogue against our own clients, on the virtual clock. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFaults, catalog } from '../../turn/faults/catalog.ts';
import { type JudgedFault, renderFaultPage } from '../meta/fault-page.ts';
import { root } from '../meta/source-tree.ts';
import { runSession } from './fault-session.ts';
import { judgeFault } from './fault-verdict.ts';

/** Our clients never do what these wait for; test/unit/turn/faults strikes them. */
const outOfReach = ['sealed-both-ways', 'no-hairpin'];

describe('the catalogue', () => {
  let judged: JudgedFault[];
  beforeAll(() => {
    judged = allFaults.map((fault) => {
      const { turn, stun } = judgeFault(fault);
      return { fault, turn: turn.text, stun: stun.text };
    });
  }, 120_000);

  it('docs/faults.md says the same (this test with --update writes it)', async () => {
    const page = join(root, 'docs/faults.md');
    expect(existsSync(page), 'docs/faults.md is missing').toBe(true);
    await expect(renderFaultPage(judged)).toMatchFileSnapshot(page);
  });

  it('every fault strikes', () => {
    const missed = judged
      .filter(({ turn, stun }) => turn === '–' && stun === '–')
      .map(({ fault }) => fault.id);
    expect(missed).toEqual(outOfReach);
  });

  it('has at least sixty faults, some in each of the seven groups, each with a name of its own', () => {
    expect(allFaults.length).toBeGreaterThanOrEqual(60);
    expect(Object.values(catalog).every((faults) => faults.length >= 8)).toBe(true);
    expect(new Set(allFaults.map(({ id }) => id)).size).toBe(allFaults.length);
  });
});

describe('a session', () => {
  it('without faults nothing is lost', () => {
    for (const transport of ['udp', 'tcp'] as const) {
      const { echoes, failure, faults } = runSession({}, transport);
      expect(failure).toBeNull();
      expect(faults).toEqual([]);
      expect(echoes.length).toBeGreaterThan(350);
      expect(echoes.filter(({ heardMs }) => heardMs === null)).toEqual([]);
    }
  });

  it('the server stands all faults at once', () => {
    const faults = allFaults.filter(({ id }) => id !== 'udp-blocked').map(({ id }) => id);
    for (const transport of ['udp', 'tcp'] as const) {
      for (let seed = 1; seed <= 5; seed += 1) {
        expect(runSession({ seed, faults }, transport).faults.length).toBeGreaterThan(5);
      }
    }
  });

  it('the same seed does the same, another seed something else', () => {
    const run = (seed: number) => runSession({ seed, profiles: ['flaky-mobile'] }, 'udp').faults;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});
