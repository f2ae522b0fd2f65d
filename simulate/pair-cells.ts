/**
 * Do two endpoints connect over a path? Asked of the simulator that `polynya lab run --simulate` uses, so there is no
 * second copy of the rules; each unordered pair of chains is asked once per path.
 */
import { type LabPath, scenarioSchema } from '../contract/scenario.ts';
import { compileScenario } from '../scenarios/scenario/compile.ts';
import { simulateCell } from '../scenarios/scenario/simulate.ts';
import type { Chain } from './kinds.ts';

export class PairCells {
  readonly #chances = new Map<string, number>();
  readonly #keys = new Map<Chain, string>();

  /** Cells that the simulator has run. */
  get resolved(): number {
    return this.#chances.size;
  }

  /** 0–1; in between only where an arbitrary pool decides (RFC 4787 REQ-2). */
  chance(a: Chain, b: Chain, path: LabPath): number {
    const ends = [a, b]
      .map((chain) => ({ chain, key: this.#keyOf(chain) }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const key = [path, ...ends.map((end) => end.key)].join('|');
    const known = this.#chances.get(key);
    if (known !== undefined) return known;
    const chance = simulatedChance(
      ends.map(({ chain }) => chain),
      path,
    );
    this.#chances.set(key, chance);
    return chance;
  }

  #keyOf(chain: Chain): string {
    const key = this.#keys.get(chain) ?? JSON.stringify(chain);
    this.#keys.set(chain, key);
    return key;
  }
}

/** Runs of the simulator where chance decides: a share is off by 0.12 at most, with 95 %. */
const chanceRuns = 64;

function simulatedChance(chains: readonly Chain[], path: LabPath): number {
  const runs = chains.some(isLeftToChance) ? chanceRuns : 1;
  const connected = Array.from({ length: runs }, (_, run) => connects(chains, path, run + 1));
  return connected.filter(Boolean).length / runs;
}

/** RFC 4787 REQ-2 asks for the opposite. */
function isLeftToChance(chain: Chain): boolean {
  return chain.some(({ nat }) => nat?.pairing === 'arbitrary');
}

/** @param seed of the NATs */
function connects([a, b]: readonly Chain[], path: LabPath, seed: number): boolean {
  const scenario = scenarioSchema.parse({
    name: 'pair',
    about: 'Two endpoints of a population.',
    sites: { a: { behind: a }, b: { behind: b } },
    paths: [path],
    seed,
  });
  const compiled = compileScenario(scenario);
  const [cell] = compiled.cells;
  return cell !== undefined && simulateCell(compiled, cell, seed).outcome === 'connected';
}
