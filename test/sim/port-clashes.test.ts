import { describe, expect, it } from 'vitest';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { buildWorld } from './discover.ts';

const EI = 'endpoint-independent';
const APD = 'address-and-port-dependent';

describe('ports', () => {
  it('that collide behind a port-preserving NAT do not look dependent', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const nat = { mapping: EI, filtering: APD, ports: 'preserving' } as const;
      const { net, nats, discover: run } = buildWorld({ seed, nat, host: { firstPort: 40_000 } });
      // A neighbour behind the same NAT has the same local ports and was there first.
      const neighbour = net.addHost({ addresses: ['10.0.0.3'], nats, firstPort: 40_000 });
      const first = new NatDiscovery(planNat([{ address: '203.0.113.10', port: 3478 }]), seededBytes(seed));
      net.run(neighbour, first, { untilMs: 20_000 });
      expect(classifyNat(run().evidence).summary, `seed ${seed}`).toMatchObject({
        mapping: EI,
        filtering: APD,
        portAllocation: expect.not.stringMatching(/^preserving$/),
      });
    }
  });

  it('one filter socket whose port the NAT remembers is outvoted, with less confidence', () => {
    const nat = { mapping: EI, filtering: APD, ports: 'preserving' } as const;
    const { nats, net, discover: run } = buildWorld({ seed: 4, nat, host: { firstPort: 50_000 } });
    // Three mapping sockets come first, so this will be the first filter socket: an earlier program spoke from its
    // port to all corners of the server.
    const from = { address: '10.0.0.2', port: 50_003 };
    for (const port of [3478, 3479]) {
      for (const address of ['203.0.113.10', '203.0.113.11']) {
        nats[0]?.outbound(net.nowMs, { from, to: { address, port } });
      }
    }
    const { verdicts } = classifyNat(run().evidence);
    const filtering = verdicts.find((v) => v.name === 'filtering');
    expect(filtering).toMatchObject({ value: APD });
    expect(filtering?.reason).toContain('remembered');
    expect(filtering?.confidence).toBeLessThan(0.9);
  });
});
