import { describe, expect, it } from 'vitest';
import { behaviourClasses } from '../../probe/nat/finding.ts';
import { type PairEnd, pairEnd } from '../../probe/nat/pair-end.ts';
import { anyEngine, anyScope } from '../../probe/nat/pair-worlds.ts';
import { predictPairOf } from '../../probe/nat/predict-pair.ts';
import { crosses, type NatKind, punchClass } from '../../probe/nat/punch-class.ts';
import { connectsDirectly } from './ice-pair.ts';
import { nineBehaviours, simulatedReport } from './simulated-report.ts';

const allKinds = behaviourClasses.flatMap((mapping) =>
  behaviourClasses.flatMap((filtering) =>
    anyEngine.flatMap((engine) => anyScope.map((scope): NatKind => ({ mapping, filtering, engine, scope }))),
  ),
);
const behind = ({ scope, ...kind }: NatKind) => ({ ...kind, filterScope: scope });
/** Two agents behind NATs of these kinds. */
const tried = (a: NatKind, b: NatKind) => connectsDirectly(behind(a), behind(b));

describe('the eight ways to punch, against two ICE agents behind virtual NATs', () => {
  it('64 kinds of NAT, every kind with every other', () => {
    const wrong: string[] = [];
    for (const a of allKinds) {
      for (const b of allKinds) {
        if (crosses(punchClass(a), punchClass(b)) !== tried(a, b)) wrong.push(JSON.stringify({ a, b }));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('no two of the eight could be one', () => {
    const classes = [...new Set(allKinds.map(punchClass))];
    const rows = classes.map((a) => classes.map((b) => crosses(a, b)).join());
    expect([classes.length, new Set(rows).size]).toEqual([8, 8]);
  });

  it.each([
    ['session', 'mapping', 24],
    ['table', 'mapping', 39],
    ['session', 'endpoint', 4],
    ['table', 'endpoint', 36],
  ] as const)(
    '%s NATs, filters per %s: %d of 81 pairs of the nine classes need a relay',
    (engine, scope, relays) => {
      const nine = allKinds.filter(
        (kind) =>
          kind.engine === engine &&
          kind.scope === scope &&
          kind.mapping !== 'port-dependent' &&
          kind.filtering !== 'port-dependent',
      );
      const needed = nine.flatMap((a) => nine.filter((b) => !crosses(punchClass(a), punchClass(b))));
      expect([nine.length, needed.length]).toEqual([9, relays]);
    },
  );
});

describe('a prediction from two reports against two ICE agents behind the same NATs', () => {
  const nine = nineBehaviours.flatMap((mapping) =>
    nineBehaviours.map((filtering) => ({ mapping, filtering })),
  );
  const reports = nine.map((nat, index) => {
    const at = (publicAddress: string) =>
      pairEnd(simulatedReport({ seed: index + 1, nat: { ...nat, ports: 'random' }, publicAddress }).body);
    return { nat, here: at('198.51.100.10'), there: at('198.51.100.20') };
  });
  const pairs = reports.flatMap((x) => reports.map((y) => ({ x, y, ...predictPairOf(x.here, y.there) })));
  const kindsOf = (nat: (typeof nine)[number]) =>
    anyEngine.flatMap((engine) => anyScope.map((scope): NatKind => ({ ...nat, engine, scope })));

  it('what is certain holds for every kind of NAT, the odds are the share of kinds that connect', () => {
    for (const { x, y, outcome, dependsOn, odds } of pairs) {
      const results = kindsOf(x.nat).flatMap((a) => kindsOf(y.nat).map((b) => tried(a, b)));
      const share = results.filter(Boolean).length / results.length;
      const what = JSON.stringify({ x: x.nat, y: y.nat });
      if (outcome === 'direct') expect(share, what).toBe(1);
      else if (dependsOn.length === 0) expect(share, what).toBe(0);
      else expect(odds?.direct, what).toBe(share);
    }
    expect(new Set(pairs.map(({ outcome }) => outcome))).toEqual(new Set(['direct', 'relay', 'depends']));
  });

  it('"relay" holds for every kind of NAT whose filter remembers peers per mapping', () => {
    for (const { x, y } of pairs.filter(({ outcome }) => outcome === 'relay')) {
      const perMapping = (kind: NatKind) => kind.scope === 'mapping';
      const results = kindsOf(x.nat)
        .filter(perMapping)
        .flatMap((a) =>
          kindsOf(y.nat)
            .filter(perMapping)
            .map((b) => tried(a, b)),
        );
      expect(new Set(results), JSON.stringify({ x: x.nat, y: y.nat })).toEqual(new Set([false]));
    }
  });

  it('what it depends on is what decides: once that is measured, nothing is open and the outcome is right', () => {
    let checked = 0;
    for (const { x, y, dependsOn } of pairs.filter((pair) => pair.dependsOn.length > 0)) {
      for (const a of kindsOf(x.nat)) {
        for (const b of kindsOf(y.nat)) {
          const settled = predictPairOf(
            measured(x.here, a, dependsOn, 'A'),
            measured(y.there, b, dependsOn, 'B'),
          );
          expect(settled.dependsOn).toEqual([]);
          expect(settled.outcome === 'direct', JSON.stringify({ a, b })).toBe(tried(a, b));
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(500);
  });
});

/** As if the tests that the prediction asked for had been run at this end. */
function measured(end: PairEnd, kind: NatKind, asked: readonly string[], name: 'A' | 'B'): PairEnd {
  const of = (what: string) => asked.some((text) => text.startsWith(`${name}: ${what}`));
  return {
    ...end,
    ...(of('session') && { engines: [kind.engine] }),
    ...(of('filter') && { filterScopes: [kind.scope] }),
  };
}
