import { describe, expect, it } from 'vitest';
import { tabNatSchema } from '../../contract/tab-nat.ts';
import { dependences } from '../../scenarios/nat-behaviour.ts';
import { corners, testTab } from './tab-world.ts';

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

const home = {
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  ports: 'random',
} as const;

describe('what a tab’s test says where something is missing', () => {
  it('has no alternate address', () => {
    const { result } = testTab({ seed: 1, nat: home, corners: { PP: corners.PP, PA: corners.PA } });
    expect(result.nat).toMatchObject({ mapping: 'inconclusive', filtering: 'inconclusive', udp: 'open' });
    expect(verdict(result, 'mapping').possible).toEqual(['endpoint-independent', 'address-dependent']);
    expect(verdict(result, 'filtering')).toMatchObject({
      reason: 'the alternate has the same IP address',
      possible: ['port-dependent', 'address-and-port-dependent'],
    });
  });

  it('has one endpoint only', () => {
    const { result } = testTab({ seed: 1, nat: home, corners: { PP: corners.PP } });
    expect(result.nat).toMatchObject({ mapping: 'inconclusive', filtering: 'inconclusive', udp: 'open' });
    expect(verdict(result, 'filtering').reason).toBe('the server announces no alternate address');
  });

  it('believes no silence of endpoints that cannot be heard anyway', () => {
    const { PP, PA } = corners;
    const { result } = testTab({ seed: 1, nat: home, corners: { PP, PA }, announced: corners });
    expect(result.nat).toMatchObject({ mapping: 'inconclusive', filtering: 'inconclusive' });
    expect(verdict(result, 'filtering').possible).toContain('port-dependent');
    expect(verdict(result, 'filtering').reason).toContain('203.0.113.11');
  });

  it('hears nothing: UDP is blocked', () => {
    const { result, tookMs, sent } = testTab({ seed: 1, nat: home, loss: 1 });
    expect(result.nat).toMatchObject({ udp: 'blocked', legacy: 'udp-blocked', mapping: 'inconclusive' });
    expect(sent).toBe(0);
    expect(tookMs).toBeLessThan(3_000);
  });

  it('stands on the public network: no filter, and whether there is a NAT stays open', () => {
    const { result } = testTab({ seed: 1 });
    expect(result.nat).toMatchObject({
      mapping: 'endpoint-independent',
      filtering: 'endpoint-independent',
      behindNat: null,
      legacy: 'inconclusive',
    });
    expect(verdict(result, 'legacy').possible).toEqual(['full-cone', 'open-internet']);
  });

  it.each([300, 1_200])('decides over a round trip of %i ms', (rttMs) => {
    const { result } = testTab({ seed: 1, nat: home, rttMs });
    expect(result.nat).toMatchObject({ mapping: home.mapping, filtering: home.filtering });
  });
});

function verdict({ verdicts }: ReturnType<typeof testTab>['result'], name: string) {
  const found = verdicts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no verdict ${name}`);
  return found;
}
