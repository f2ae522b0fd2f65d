/** Whole loads on a virtual clock, with planted faults: is the verdict about the server given when it may be, and only then? */
import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../contract/load-profile.ts';
import type { LoadVerdict } from '../../contract/load-report.ts';
import { seededRandom } from '../../scenarios/sim/seeded-random.ts';
import { Conductor } from '../../turn/load/conductor.ts';
import { joinCounts } from '../../turn/load/step-count.ts';
import { simulateStep, type World } from './load-world.ts';

const profile = loadProfileSchema.parse({
  ladder: { from: 500, to: 4_000 },
  step: { seconds: 0.4, discardSec: 0 },
  runs: 3,
});
const casesOfEach = 25;

function load(world: World): LoadVerdict {
  const conductor = new Conductor(profile, { family: 'ipv4', transport: 'udp' });
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    conductor.onStep(joinCounts([simulateStep(world, offer.offered, profile.step.seconds * 1000)], 1));
  }
  return conductor.verdict();
}

interface Planted {
  readonly name: string;
  readonly world: (random: () => number) => Partial<World>;
  readonly isRight: (verdict: LoadVerdict, world: World) => boolean;
}

const between = (random: () => number, low: number, high: number) => low + random() * (high - low);

const planted: readonly Planted[] = [
  {
    name: 'nothing is wrong, and the server is fast',
    world: () => ({}),
    isRight: ({ kind, carried }) => kind === 'at-least' && carried === 4_000,
  },
  {
    name: 'a slow server',
    world: (random) => ({
      serverPerSec: between(random, 700, 3_000),
      serverQueue: Math.round(between(random, 20, 400)),
    }),
    isRight: ({ kind, interval }, { serverPerSec }) =>
      kind === 'capacity' &&
      interval !== null &&
      interval.low < 1.08 * serverPerSec &&
      interval.high > 0.9 * serverPerSec,
  },
  {
    name: 'a server that loses packets at any rate',
    world: (random) => ({ serverLoss: between(random, 0.03, 0.2) }),
    isRight: ({ kind, limit }) => kind === 'below-ladder' && limit === 'loss',
  },
  {
    name: 'another process that takes the generator’s processor',
    world: (random) => ({ hog: { oursMs: between(random, 2, 20), theirsMs: between(random, 3, 30) } }),
    isRight: ({ kind, carried }) => kind === 'generator-limited' && carried === null,
  },
  {
    name: 'receive buffers of the generator that are too small',
    world: (random) => ({ buffer: Math.round(between(random, 1, 3)) }),
    isRight: ({ kind, carried }) => kind === 'generator-limited' && carried === null,
  },
];

describe('a load of which the truth is known', () => {
  const wrong: string[] = [];

  it.each(planted)('$name', ({ name, world: plant, isRight }) => {
    for (let seed = 1; seed <= casesOfEach; seed += 1) {
      const random = seededRandom(seed);
      const world: World = {
        serverPerSec: 20_000,
        serverQueue: 1_000,
        serverLoss: 0,
        buffer: 4_000,
        hog: null,
        random,
        ...plant(random),
      };
      const verdict = load(world);
      if (!isRight(verdict, world))
        wrong.push(`${name}, seed ${seed}: ${JSON.stringify({ verdict, world })}`);
    }
    expect(wrong.filter((each) => each.startsWith(name)).length, wrong.join('\n')).toBeLessThanOrEqual(1);
  });

  it('is judged rightly in at least 99 % of the cases', () => {
    expect(planted.length * casesOfEach).toBeGreaterThanOrEqual(100);
    expect(wrong.length / (planted.length * casesOfEach), wrong.join('\n')).toBeLessThanOrEqual(0.01);
  });
});
