import { describe, expect, it } from 'vitest';
import { pairEnd } from '../../probe/nat/pair-end.ts';
import { type PairModels, pairModels } from '../../probe/nat/pair-matrices.ts';
import { predictPairOf } from '../../probe/nat/predict-pair.ts';
import { connectsDirectly } from './ice-pair.ts';
import { nineBehaviours, simulatedReport } from './simulated-report.ts';

const nine = nineBehaviours.flatMap((mapping) => nineBehaviours.map((filtering) => ({ mapping, filtering })));
const kinds = {
  session: { engine: 'session', filterScope: 'mapping' },
  table: { engine: 'table', filterScope: 'mapping' },
  sessionPerEndpoint: { engine: 'session', filterScope: 'endpoint' },
  tablePerEndpoint: { engine: 'table', filterScope: 'endpoint' },
} as const;
const allKinds = Object.values(kinds);

describe('the matrices follow from two ICE agents behind virtual NATs', () => {
  it.each([
    ['session', 24],
    ['table', 39],
    ['sessionPerEndpoint', 4],
    ['tablePerEndpoint', 36],
  ] as const)('%s NATs: %d of 81 pairs need a relay', (name, relays) => {
    let count = 0;
    for (const a of nine) {
      for (const b of nine) {
        const direct = connectsDirectly({ ...a, ...kinds[name] }, { ...b, ...kinds[name] });
        if (!direct) count += 1;
        const [models] = pairModels(a, b) as [PairModels];
        expect(models[name], JSON.stringify({ a, b })).toBe(direct);
      }
    }
    expect(count).toBe(relays);
  });
});

describe('a prediction from two reports against two ICE agents behind the same NATs', () => {
  const reports = nine.map((nat, index) => {
    const at = (publicAddress: string) =>
      pairEnd(simulatedReport({ seed: index + 1, nat: { ...nat, ports: 'random' }, publicAddress }).body);
    return { nat, here: at('198.51.100.10'), there: at('198.51.100.20') };
  });

  it('"direct" and "relay" hold for every kind of NAT that is said not to matter', () => {
    const seen = new Set<string>();
    for (const { nat: x, here } of reports) {
      for (const { nat: y, there } of reports) {
        const { outcome, dependsOn } = predictPairOf(here, there);
        seen.add(outcome);
        // Mixed pairs too: each end on its own may be of any kind.
        const scopes = dependsOn.includes('filter scope') ? [kinds.session, kinds.table] : allKinds;
        const results = new Set(
          scopes.flatMap((k) => scopes.map((l) => connectsDirectly({ ...x, ...k }, { ...y, ...l }))),
        );
        if (outcome === 'direct') expect([...results], JSON.stringify({ x, y })).toEqual([true]);
        else if (outcome === 'relay') expect([...results], JSON.stringify({ x, y })).toEqual([false]);
        else expect(results.size).toBe(2);
      }
    }
    expect([...seen].sort()).toEqual(['depends', 'direct', 'relay']);
  });

  it('"session or table": an end that is not named does not decide', () => {
    let checked = 0;
    const two = [kinds.session, kinds.table];
    for (const { nat: x, here } of reports) {
      for (const { nat: y, there } of reports) {
        const { code, dependsOn } = predictPairOf(here, there);
        if (code !== 'session-or-table' || dependsOn.some((text) => text.startsWith('A'))) continue;
        for (const k of two) {
          const results = two.map((own) => connectsDirectly({ ...x, ...own }, { ...y, ...k }));
          expect(new Set(results).size, JSON.stringify({ x, y })).toBe(1);
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(0);
  });
});
