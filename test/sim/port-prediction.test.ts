/** What the port prediction foretells, held against what the simulated NAT does next. */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { guesses, guessPorts } from '../../probe/nat/classify-port-prediction.ts';
import { newMappings, stepsByFrequency } from '../../probe/nat/port-samples.ts';
import { type PortPolicy, portPolicies } from '../../scenarios/nat-behaviour.ts';
import { portAllocator } from '../../scenarios/sim/port-allocator.ts';
import { seededRandom } from '../../scenarios/sim/seeded-random.ts';
import { simulatedReport } from './simulated-report.ts';

const dependent = { mapping: 'address-and-port-dependent', filtering: 'address-dependent' } as const;
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

function prediction(ports: PortPolicy, seed: number, loss = 0) {
  const { body } = simulatedReport({ seed, loss, nat: { ...dependent, ports } });
  const verdict = body.verdicts.find(({ name }) => name === 'portPrediction');
  if (verdict === undefined) throw new Error('no verdict portPrediction');
  return { verdict, value: Number(verdict.value), evidence: body.evidence };
}

describe('the next port of a NAT whose mapping depends on the peer', () => {
  it.each([0, 0.1])('is easy where ports come one after the other, at %d loss', (loss) => {
    for (const seed of seeds) {
      const { verdict, value } = prediction('sequential', seed, loss);
      expect(value, verdict.reason).toBeGreaterThanOrEqual(0.8);
      expect(verdict.confidence).toBeGreaterThan(0.4);
      expect(verdict.finding).toBe('port-prediction.easy');
      expect(verdict.reason).toContain('most often a step of +1');
    }
  });

  it('is hopeless where they are random, and is not called impossible', () => {
    for (const seed of seeds) {
      const { verdict, value } = prediction('random', seed);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(0.01);
      expect(verdict.finding).toBe('port-prediction.hopeless');
      expect(verdict.reason).not.toContain('step of');
    }
  });

  it('is not hopeless where the parity is kept: the counter still counts', () => {
    for (const seed of seeds) expect(prediction('parity-preserving', seed).value).toBeGreaterThan(0.3);
  });

  it('needs no guess where the mapping is endpoint-independent', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'address-dependent', ports: 'random' } as const;
    const { verdicts } = simulatedReport({ seed: 1, nat }).body;
    expect(verdicts.find(({ name }) => name === 'portPrediction')).toMatchObject({
      value: 1,
      reason: expect.stringContaining('nothing to guess'),
    });
  });

  it('says nothing from too few mappings', () => {
    const { evidence } = prediction('random', 1);
    const few = evidence.filter((e) => e.purpose.startsWith('map-1/')).slice(0, 3);
    const verdict = classifyNat(few).verdicts.find(({ name }) => name === 'portPrediction');
    expect(verdict).toMatchObject({ value: null, confidence: 0, reason: 'only 3 new mappings were seen' });
  });
});

describe('the guess', () => {
  /** After a run the NAT makes one mapping more: is its port among the guesses? */
  function nextIsGuessed(policy: PortPolicy, seed: number): boolean {
    const random = seededRandom(seed);
    const used = new Set<number>();
    const allocate = portAllocator(policy, { first: 40_000, last: 49_999 }, random);
    const ports = Array.from({ length: 15 }, () => {
      const internalPort = 32_768 + Math.floor(random() * 28_000);
      const external = allocate({ internalPort, isFree: (port) => !used.has(port) }) ?? 0;
      used.add(external);
      return { internalPort, external };
    });
    const samples = ports.map(({ internalPort, external }, index) => ({
      id: `n${index}`,
      local: { address: '10.0.0.2', port: internalPort },
      external: { address: '198.51.100.10', port: external },
    }));
    const next = samples.at(-1);
    if (next === undefined) throw new Error('no sample');
    const guessed = guessPorts(samples.slice(0, -1), next.local.port);
    expect(guessed.length).toBeLessThanOrEqual(guesses);
    expect(new Set(guessed).size).toBe(guessed.length);
    return guessed.includes(next.external.port);
  }

  it.each(portPolicies)('%s', (policy) => {
    const right = seeds.filter((seed) => nextIsGuessed(policy, seed)).length;
    if (policy === 'random') expect(right).toBeLessThanOrEqual(1);
    else expect(right).toBe(seeds.length);
  });

  it('takes steps of a counter that others use as well, and counts down where the NAT does', () => {
    const at = (port: number) => ({
      id: 'n',
      local: { address: '10.0.0.2', port: 5000 },
      external: { address: '198.51.100.10', port },
    });
    expect(guessPorts([at(1000), at(1002), at(1004), at(1010)], 5000).slice(0, 3)).toEqual([
      1012, 1016, 1014,
    ]);
    expect(guessPorts([at(1000), at(998), at(996)], 5000).slice(0, 2)).toEqual([994, 992]);
    expect(guessPorts([], 5000)).toEqual([5000]);
  });
});

describe('the samples', () => {
  it('are the mappings in the order in which they were made, each once', () => {
    const { evidence } = prediction('sequential', 3);
    const mixed = [...evidence].reverse() as Evidence[];
    const ports = newMappings(mixed).map(({ external }) => external.port);
    expect(new Set(ports).size).toBe(ports.length);
    expect(stepsByFrequency([...ports].sort((a, b) => a - b))[0]).toMatchObject({ step: 1 });
    // Three mapping sockets at four corners, two filter sockets.
    expect(ports.length).toBe(14);
  });
});
