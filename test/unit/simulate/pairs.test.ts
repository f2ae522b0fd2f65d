import { describe, expect, it } from 'vitest';
import { loadPopulation, presetNames } from '../../../cli/load-population.ts';
import { type Population, populationPaths } from '../../../contract/population.ts';
import { scenarioSchema } from '../../../contract/scenario.ts';
import { linkOutcomes } from '../../../contract/simulation-report.ts';
import { compileScenario } from '../../../scenarios/scenario/compile.ts';
import { simulateCell } from '../../../scenarios/scenario/simulate.ts';
import { tableOf } from '../../../simulate/evaluate.ts';
import { type Chain, weightsOf } from '../../../simulate/kinds.ts';
import { PairCells } from '../../../simulate/pair-cells.ts';
import { callShares, callsOfKinds } from '../../../simulate/pair-shares.ts';
import { exactly, populationOf } from './populations.ts';

const cells = new PairCells();
const pairPaths = populationPaths.filter((path) => path !== 'sfu');

function callsIn(population: Population): Record<string, number> {
  const shares = callShares(tableOf(population, cells), weightsOf(population));
  return Object.fromEntries(
    shares.flatMap((share, index) => (share === 0 ? [] : [[linkOutcomes[index] ?? '', share]])),
  );
}

describe('two people who call each other, by hand', () => {
  it.each([
    // A symmetric NAT meets neither a port-restricted nor a symmetric one: (1 − s)².
    [
      { home: 0.9, symmetric: 0.1 },
      { direct: 0.81, 'relay-udp': 0.19 },
    ],
    // A full cone meets everybody: 1 − s² − 2·s·(home).
    [
      { home: 0.4, symmetric: 0.4, fullCone: 0.2 },
      { direct: 0.52, 'relay-udp': 0.48 },
    ],
    // Where UDP is blocked at one end, TCP; where only port 443 is open at one end, TLS.
    [
      { home: 0.7, udpBlocked: 0.2, only443: 0.1 },
      { direct: 0.49, 'relay-tcp': 0.2 * 0.2 + 2 * 0.2 * 0.7, 'relay-tls': 0.1 * 0.1 + 2 * 0.1 * 0.9 },
    ],
  ])('%j', (shares, expected) => {
    const found = callsIn(populationOf(shares));
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [outcome, share] of Object.entries(expected)) expect(found[outcome]).toBeCloseTo(share, 12);
  });

  it('without relays the rest fails', () => {
    const found = callsIn(populationOf({ home: 0.9, symmetric: 0.1 }, { paths: ['direct'] }));
    expect(found['none']).toBeCloseTo(0.19, 12);
  });

  it('the SFU connects pairs that both reach it, over TURN where they must', () => {
    const shares = { home: 0.8, udpBlocked: 0.2 };
    const withoutTurn = callsIn(populationOf(shares, { paths: ['direct', 'sfu'] }));
    expect(withoutTurn['none']).toBeCloseTo(1 - 0.64, 12);
    const withTurn = callsIn(populationOf(shares, { paths: ['direct', 'sfu', 'relay-tcp'] }));
    expect(withTurn['sfu']).toBeCloseTo(1 - 0.64, 12);
    expect(withTurn['none']).toBeUndefined();
  });

  it('two endpoints with IPv6 meet through stateful firewalls; one alone does not help', () => {
    const endpoint = (ipv6: number) => ({
      share: exactly(1),
      behind: [{ nat: { like: 'symmetric' } as const }],
      ipv6: { share: exactly(ipv6), behind: [{ firewall: { kind: 'stateful' } as const }] },
    });
    const half = callsIn(populationOf({}, { endpoints: { symmetric: endpoint(0.5) } }));
    expect(half['direct']).toBeCloseTo(0.25, 12);
    expect(half['relay-udp']).toBeCloseTo(0.75, 12);
    expect(callsIn(populationOf({}, { endpoints: { symmetric: endpoint(1) } }))['direct']).toBe(1);
  });

  it('an arbitrary pool leaves it to chance, as the simulator of the lab does', () => {
    const pooled: Chain = [
      { nat: { like: 'symmetric', ports: 'sequential', pool: 4, pairing: 'arbitrary' }, nat64: false },
    ];
    const chance = cells.chance(pooled, [{ nat: { like: 'restricted-cone' }, nat64: false }], 'direct');
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(1);
  });

  it('with each kind, and averaged, it comes to the same', () => {
    const population = populationOf({ home: 0.6, symmetric: 0.3, only443: 0.1 });
    const weights = weightsOf(population);
    const rows = callsOfKinds(tableOf(population, cells), weights);
    expect(rows.map(([direct]) => direct)).toEqual([0.6, 0, 0].map((share) => expect.closeTo(share, 12)));
  });
});

describe('cells', () => {
  it('agree with the simulator of scenarios on every pair of kinds of every preset, both ways round', () => {
    const all = presetNames().flatMap((name) =>
      Object.values(loadPopulation(name).endpoints).flatMap(({ behind, ipv6 }) => [
        behind,
        ...(ipv6 ? [ipv6.behind] : []),
      ]),
    );
    const kinds = [...new Map(all.map((chain) => [JSON.stringify(chain), chain])).values()];
    expect(kinds.length).toBeGreaterThan(8);
    const wrong = kinds.flatMap((a) =>
      kinds.flatMap((b) =>
        pairPaths.flatMap((path) => {
          const compiled = compileScenario(
            scenarioSchema.parse({
              name: 'check',
              about: 'a pair',
              sites: { a: { behind: a }, b: { behind: b } },
              paths: [path],
            }),
          );
          const [cell] = compiled.cells;
          if (cell === undefined) return ['no cell'];
          const connects = simulateCell(compiled, cell, 5).outcome === 'connected';
          return cells.chance(a, b, path) === Number(connects) ? [] : [JSON.stringify([a, b, path])];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('are asked once for both orders of a pair', () => {
    const fresh = new PairCells();
    const home: Chain = [{ nat: { like: 'home-router' }, nat64: false }];
    fresh.chance(home, [], 'direct');
    fresh.chance([], home, 'direct');
    expect(fresh.resolved).toBe(1);
  });
});
