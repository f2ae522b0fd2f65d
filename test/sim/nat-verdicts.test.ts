import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { discover } from './discover.ts';

describe('no NAT, firewalls, no UDP, no alternate', () => {
  it.each([0, 0.05, 0.1])('tells a public host from a NAT at loss %d', (loss) => {
    const { summary } = classifyNat(discover({ seed: 5, loss }).evidence);
    expect(summary).toMatchObject({
      behindNat: false,
      mapping: 'endpoint-independent',
      filtering: 'endpoint-independent',
      legacy: 'open-internet',
      natLevels: 0,
    });
  });

  it.each([0, 0.05, 0.1])('tells a symmetric UDP firewall from a NAT at loss %d', (loss) => {
    const nat = {
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
      firewallOnly: true,
    } as const;
    const { summary } = classifyNat(discover({ seed: 6, loss, nat }).evidence);
    expect(summary).toMatchObject({ behindNat: false, legacy: 'symmetric-udp-firewall' });
  });

  it('does not call silence blocked without a control', () => {
    const { evidence, tookMs } = discover({ seed: 7, host: { udp: 'blocked' } });
    expect(tookMs).toBeLessThanOrEqual(1500);
    const alone = classifyNat(evidence).summary;
    expect(alone).toMatchObject({ udp: 'inconclusive', mapping: 'inconclusive', filtering: 'inconclusive' });
    const [first] = evidence;
    if (first === undefined) throw new Error('no evidence');
    const overTcp: Evidence = {
      ...first,
      id: 't1',
      purpose: 'server-1/binding',
      transport: 'tcp',
      outcome: 'answered',
    };
    expect(classifyNat([...evidence, overTcp]).summary).toMatchObject({
      udp: 'blocked',
      legacy: 'udp-blocked',
    });
  });

  it('keeps the mapping open and says why when the server has no alternate address', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
    const { summary, verdicts } = classifyNat(discover({ seed: 8, nat, plainServer: true }).evidence);
    expect(summary).toMatchObject({ behindNat: true, mapping: 'inconclusive', filtering: 'inconclusive' });
    expect(verdicts.find((v) => v.name === 'filtering')?.reason).toContain('alternate');
    expect(verdicts.find((v) => v.name === 'mapping')?.reason).toContain('one destination');
  });
});

describe('port allocation and pooling', () => {
  it.each([
    ['preserving', 'preserving'],
    ['sequential', 'sequential'],
    ['random', 'random'],
    ['parity-preserving', 'parity-preserving'],
  ] as const)('names a %s NAT', (ports, expected) => {
    const names = new Map<string, number>();
    for (let seed = 1; seed <= 50; seed += 1) {
      const nat = { mapping: 'endpoint-independent', filtering: 'address-dependent', ports } as const;
      const { portAllocation } = classifyNat(discover({ seed, nat }).evidence).summary;
      names.set(portAllocation, (names.get(portAllocation) ?? 0) + 1);
    }
    expect(Object.fromEntries(names)).toEqual({ [expected]: 50 });
  });

  it('sees arbitrary pooling, and that dependence hides in it', () => {
    const nat = {
      mapping: 'address-and-port-dependent',
      filtering: 'address-and-port-dependent',
      pairing: 'arbitrary',
      ports: 'preserving',
    } as const;
    const pool = ['198.51.100.10', '198.51.100.11', '198.51.100.12', '198.51.100.13'];
    for (let seed = 1; seed <= 100; seed += 1) {
      const { summary } = classifyNat(discover({ seed, nat, pool }).evidence);
      expect(summary.mapping, `seed ${seed}`).not.toBe('endpoint-independent');
      expect(summary.ipPooling, `seed ${seed}`).toBe('arbitrary');
    }
  });
});
