import { describe, expect, it } from 'vitest';
import { tabNatSchema } from '../../contract/tab-nat.ts';
import { dependences } from '../../scenarios/nat-behaviour.ts';
import { testTab } from './tab-world.ts';

const cells = dependences.flatMap((mapping) =>
  dependences.flatMap((filtering) =>
    (['session', 'table'] as const).map((engine) => ({ mapping, filtering, engine })),
  ),
);

describe('NAT behaviour of a browser tab, through virtual NATs', () => {
  it.each(cells)('$mapping mapping, $filtering filtering, $engine', (nat) => {
    for (const loss of [0, 0.05]) {
      for (let seed = 1; seed <= 2; seed += 1) {
        const { result, tookMs } = testTab({ seed, loss, nat: { ...nat, ports: 'random' } });
        const { mapping, filtering, behindNat } = result.nat;
        expect({ mapping, filtering }, `loss ${loss}, seed ${seed}`).toEqual({
          mapping: nat.mapping,
          filtering: nat.filtering,
        });
        // Without a look at its own address a tab sees a NAT by its mappings only.
        expect(behindNat).toBe(nat.mapping === 'endpoint-independent' ? null : true);
        expect(tookMs).toBeLessThan(3_000);
        expect(() => tabNatSchema.parse(result)).not.toThrow();
      }
    }
  });
});
