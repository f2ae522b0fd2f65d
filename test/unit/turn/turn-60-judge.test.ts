/** The judge of `npm run turn-60` can say no. */
import { describe, expect, it } from 'vitest';
import {
  followRemedy,
  foundByCheck,
  leftOver,
  type Said,
  strays,
  unnamed,
} from '../../../bench/turn-60/judge.ts';
import { targetsOf } from '../../../bench/turn-60/render.ts';
import type { TurnCheck, TurnReport } from '../../../contract/turn-report.ts';
import type { TurnFault } from '../../../scenarios/catalog/turn-faults/turn-fault.ts';

const row = (id: string, status: TurnCheck['status'], fix: string | null): TurnCheck => ({
  id,
  group: 'A group',
  title: 'A title',
  status,
  severity: 'high',
  rfc: null,
  sent: '',
  expected: '',
  observed: 'what was seen',
  fix,
  evidence: [],
});

function said(...checks: readonly TurnCheck[]): Said {
  const body = { checks } as unknown as TurnReport['body'];
  const tool = { name: 'polynya', version: '0' };
  return {
    check: { kind: 'turn-report', version: 1, tool, at: '', body },
    lint: {
      kind: 'lint-report',
      version: 1,
      tool,
      at: '',
      body: {
        file: 'f',
        coturn: { version: '4.6.1', source: 'given' },
        findings: [],
        counts: { critical: 0, high: 0, medium: 0, low: 0 },
        fixed: [],
      },
    },
  } as Said;
}

const fault: TurnFault = {
  id: 'a-fault',
  did: 'Did it.',
  check: { id: 'X03', beside: ['X04'] },
  lint: null,
  remedy: { by: 'check', drop: ['allowed-peer-ip'], set: ['denied-peer-ip=10.0.0.0-10.255.255.255'] },
};

describe('the judge', () => {
  it('a finding counts with its status; every other failure is a stray, but for those beside it', () => {
    const seen = said(
      row('X03', 'failed', ''),
      row('X04', 'failed', ''),
      row('A10', 'failed', ''),
      row('P19', 'failed', ''),
    );
    expect(foundByCheck(fault, seen)).toBe(true);
    expect(foundByCheck(fault, said(row('X03', 'warned', '')))).toBe(false);
    expect(strays(fault, seen)).toEqual(['P19']);
  });

  it('a fix that leaves out an option has not named it', () => {
    expect(unnamed(fault, said(row('X03', 'failed', 'denied-peer-ip=10.0.0.0-10.255.255.255')))).toEqual([
      'allowed-peer-ip',
    ]);
    expect(unnamed(fault, said(row('X03', 'failed', 'denied-peer-ip=…; no allowed-peer-ip')))).toEqual([]);
  });

  it('what still fails after the fix is told', () => {
    expect(leftOver(fault, said(row('X03', 'passed', null)))).toEqual([]);
    expect(leftOver(fault, said(row('X03', 'failed', ''), row('L04', 'failed', '')))).toEqual([
      'X03 still failed: what was seen',
      'L04 fails: what was seen',
    ]);
  });

  it('a remedy replaces single values and adds to lists', () => {
    const remedy = {
      by: 'check',
      drop: ['no-auth'],
      set: ['realm=b.org', 'denied-peer-ip=10.0.0.1'],
    } as const;
    const before = 'realm=a.org\nno-auth\ndenied-peer-ip=10.0.0.0\n';
    expect(followRemedy(before, remedy)).toBe(
      'denied-peer-ip=10.0.0.0\nrealm=b.org\ndenied-peer-ip=10.0.0.1\n',
    );
  });

  it('a fault that was not run reaches no target', () => {
    expect(targetsOf([fault], new Map()).map(({ reached }) => reached)).toEqual([0, 0, 0, 0, 0]);
  });
});
