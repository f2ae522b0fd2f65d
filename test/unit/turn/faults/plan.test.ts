import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../../../cli/load-faults.ts';
import { faultPlanSchema } from '../../../../contract/fault-rules.ts';
import { compilePlan } from '../../../../turn/faults/compile.ts';
import { profiles } from '../../../../turn/faults/profiles.ts';

describe('a file of faults', () => {
  it('takes names, narrowed names and rules, in YAML and in JSON', () => {
    const plan = parseFaults(
      `seed: 7
profiles: [flaky-mobile]
faults:
  - quota-reached
  - fault: stale-nonce-on-refresh
    match: { user: alice }
  - name: lose-second-bind
    on: outgoing
    match: { method: channel-bind, class: success, nth: 2 }
    do: drop
`,
      'faults.yaml',
    );
    const compiled = compilePlan(plan);
    if (!compiled.ok) throw new Error(compiled.problem);
    const { seed, rules } = compiled.rules;
    expect(seed).toBe(7);
    expect(rules.map(({ name }) => name).slice(-3)).toEqual([
      'quota-reached',
      'stale-nonce-on-refresh',
      'lose-second-bind',
    ]);
    expect(rules.at(-2)?.match).toMatchObject({ user: 'alice', method: 'refresh' });
    expect(parseFaults(JSON.stringify({ faults: ['quota-reached'] }), 'faults.json').faults).toEqual([
      { fault: 'quota-reached' },
    ]);
  });

  it.each([
    ['faults:\n  - quota-reachd', 'f:2:5: faults.0.fault: the catalogue has no fault quota-reachd'],
    ['profiles: [flaky]', 'f:1:12: profiles.0: there is no profile flaky'],
    ['fault: []', 'f:1:1: fault: there is no such key'],
    ['faults:\n  - on: incoming', 'f:2:5: faults.0.do: needed, unless `fault` names one of the catalogue'],
    [
      'faults:\n  - fault: quota-reached\n    do: drop',
      'f:3:5: faults.0.do: the catalogue says that already',
    ],
    [
      'faults:\n  - on: incoming\n    do:\n      kind: dorp',
      'f:4:7: faults.0.do.kind: there is no such action',
    ],
    [
      'faults:\n  - on: incoming\n    do: {kind: delay, ms: soon}',
      'f:3:23: faults.0.do.ms: Invalid input: expected number, received string',
    ],
    [
      'faults:\n  - on: incoming\n    match: {metod: binding}\n    do: drop',
      'f:3:13: faults.0.match.metod: there is no such key',
    ],
    [
      'faults:\n  - on: incoming\n    match: {client: here}\n    do: drop',
      'f:3:13: faults.0.match.client: here is no ADDRESS or ADDRESS:PORT',
    ],
    [
      'faults:\n  - on: incoming\n    match: {has: NUNCE}\n    do: drop',
      'f:3:13: faults.0.match.has: there is no attribute NUNCE',
    ],
    [
      'faults:\n  - on: incoming\n    do:\n      - kind: edit\n        cookie: wrong',
      'f:4:9: faults.0.do.0: edit does not go with on: incoming',
    ],
    [
      'faults:\n  - on: outgoing\n    do:\n      - kind: edit\n        set: {LIFETIME: long}',
      'f:5:15: faults.0.do.0.set.LIFETIME: no value for LIFETIME: a number is needed',
    ],
    [
      'faults:\n  - on: outgoing\n    do:\n      - kind: edit\n        set: {XOR-MAPPED-ADDRESS: 10.0.0.1}',
      'f:5:15: faults.0.do.0.set.XOR-MAPPED-ADDRESS: no value for XOR-MAPPED-ADDRESS: ADDRESS:PORT is needed',
    ],
    [
      'faults:\n  - on: outgoing\n    do:\n      - kind: edit\n        rename: {LIFETIME: NONCE}',
      'f:5:18: faults.0.do.0.rename.LIFETIME: a value of LIFETIME is none of NONCE',
    ],
  ])('%j is refused with its place', (text, complaint) => {
    expect(() => parseFaults(text, 'f')).toThrow(complaint);
  });
});

describe('profiles', () => {
  it.each(profiles.map(({ name }) => name))('%s compiles to rules with different names', (name) => {
    const compiled = compilePlan(faultPlanSchema.parse({ profiles: [name] }));
    if (!compiled.ok) throw new Error(compiled.problem);
    const names = compiled.rules.rules.map((rule) => rule.name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });
});
