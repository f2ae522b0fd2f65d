import { describe, expect, it } from 'vitest';
import { type Dependence, dependences } from '../../scenarios/nat-behaviour.ts';
import type { Flow } from '../../scenarios/sim/middlebox.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';

const inside: Endpoint = { address: '10.0.0.2', port: 5_000 };
/** Two addresses with two ports each, as an RFC 5780 server has them. */
const PP = { address: '203.0.113.10', port: 3478 };
const PA = { address: '203.0.113.10', port: 3479 };
const AP = { address: '203.0.113.11', port: 3478 };
const AA = { address: '203.0.113.11', port: 3479 };

function box(more: Partial<NatBoxOptions> = {}): NatBox {
  return new NatBox({
    mapping: 'endpoint-independent',
    filtering: 'address-and-port-dependent',
    addresses: ['198.51.100.1'],
    ports: 'sequential',
    ...more,
  });
}

function out(nat: NatBox, to: Endpoint, from: Endpoint = inside, nowMs = 0): Endpoint {
  const result = nat.outbound(nowMs, { from, to });
  if (result.kind === 'drop') throw new Error(`dropped: ${result.reason}`);
  expect(result.flow.to).toEqual(to);
  return result.flow.from;
}

function into(nat: NatBox, flow: Flow, nowMs = 0): string {
  const result = nat.inbound(nowMs, flow);
  return result.kind === 'pass' ? formatEndpoint(result.flow.to) : result.reason;
}

/** For each kind: do two destinations that differ in port, address, both count as the same one? */
const sameFor: Record<Dependence, { PA: boolean; AP: boolean; AA: boolean }> = {
  'endpoint-independent': { PA: true, AP: true, AA: true },
  'address-dependent': { PA: true, AP: false, AA: false },
  'port-dependent': { PA: false, AP: true, AA: false },
  'address-and-port-dependent': { PA: false, AP: false, AA: false },
};

describe.each(dependences)('%s mapping', (mapping) => {
  describe.each(dependences)('with %s filtering', (filtering) => {
    for (const engine of ['table', 'session'] as const) {
      it(`keeps or changes the external endpoint as named (${engine})`, () => {
        const nat = box({ mapping, filtering, engine });
        const first = formatEndpoint(out(nat, PP));
        expect(formatEndpoint(out(nat, PP))).toBe(first);
        const same = sameFor[mapping];
        expect(formatEndpoint(out(nat, PA)) === first).toBe(same.PA);
        expect(formatEndpoint(out(nat, AP)) === first).toBe(same.AP);
        expect(formatEndpoint(out(nat, AA)) === first).toBe(same.AA);
      });

      it(`lets in what it is named for and nothing else (${engine})`, () => {
        const same = sameFor[filtering];
        for (const [name, from] of Object.entries({ PA, AP, AA }) as ['PA' | 'AP' | 'AA', Endpoint][]) {
          // A fresh NAT each time: an admitted packet must not admit the next one.
          const nat = box({ mapping, filtering, engine });
          const external = out(nat, PP);
          expect(into(nat, { from: PP, to: external })).toBe('10.0.0.2:5000');
          expect(into(nat, { from, to: external })).toBe(same[name] ? '10.0.0.2:5000' : 'filtered');
        }
      });
    }
  });
});

describe('filter scope', () => {
  const symmetric = { mapping: 'address-and-port-dependent', filtering: 'address-dependent' } as const;

  it('per mapping: what another mapping of the same endpoint has sent does not count', () => {
    const nat = box({ ...symmetric, filterScope: 'mapping' });
    const toPP = out(nat, PP);
    out(nat, AA);
    expect(into(nat, { from: AP, to: toPP })).toBe('filtered');
  });

  it('per endpoint: it counts (the wording of RFC 4787 s5)', () => {
    const nat = box({ ...symmetric, filterScope: 'endpoint' });
    const toPP = out(nat, PP);
    out(nat, AA);
    expect(into(nat, { from: AP, to: toPP })).toBe('10.0.0.2:5000');
  });
});

describe('engine', () => {
  const openSymmetric = { mapping: 'address-and-port-dependent', filtering: 'endpoint-independent' } as const;

  it('session: the answer to a stranger leaves through the mapping that it came in by', () => {
    const nat = box({ ...openSymmetric, engine: 'session' });
    const external = out(nat, PP);
    into(nat, { from: AA, to: external });
    expect(out(nat, AA)).toEqual(external);
  });

  it('table: the answer to a stranger opens a mapping of its own', () => {
    const nat = box({ ...openSymmetric, engine: 'table' });
    const external = out(nat, PP);
    into(nat, { from: AA, to: external });
    expect(out(nat, AA)).not.toEqual(external);
  });
});

describe('port policies', () => {
  const portsOf = (nat: NatBox, internalPorts: readonly number[]) =>
    internalPorts.map((port) => out(nat, PP, { ...inside, port }).port);

  it('preserving keeps the port, and takes another one when a second host has it', () => {
    const nat = box({ ports: 'preserving' });
    expect(portsOf(nat, [5_000, 61_234])).toEqual([5_000, 61_234]);
    expect(out(nat, PP, { address: '10.0.0.3', port: 5_000 }).port).toBe(40_000);
  });

  it('sequential counts up and skips what is taken', () => {
    const nat = box({ ports: 'sequential', portRange: { first: 50_000, last: 50_002 } });
    expect(portsOf(nat, [1, 2, 3])).toEqual([50_000, 50_001, 50_002]);
    expect(nat.outbound(0, { from: { ...inside, port: 4 }, to: PP })).toEqual({
      kind: 'drop',
      reason: 'ports-exhausted',
    });
    // Once the first mappings are gone their ports are used again.
    expect(out(nat, PP, { ...inside, port: 4 }, 30_000).port).toBe(50_000);
  });

  it('random repeats for a seed, differs between seeds, stays in range and never hands a port out twice', () => {
    const internal = Array.from({ length: 200 }, (_, index) => 2_000 + index);
    const range = { first: 30_000, last: 30_199 };
    const draw = (seed: number) => portsOf(box({ ports: 'random', portRange: range, seed }), internal);
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(new Set(draw(3)).size).toBe(200);
    expect(draw(3).every((port) => port >= range.first && port <= range.last)).toBe(true);
    expect(draw(3)).not.toEqual([...draw(3)].sort((a, b) => a - b));
  });

  it('parity-preserving keeps even even and odd odd, without keeping the port', () => {
    const internal = [5_000, 5_001, 5_003, 5_004, 5_005];
    const external = portsOf(box({ ports: 'parity-preserving' }), internal);
    expect(external.map((port) => port % 2)).toEqual([0, 1, 1, 0, 1]);
    expect(external).not.toEqual(internal);
    expect(new Set(external).size).toBe(5);
  });
});

describe('address pool', () => {
  const addresses = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
  const used = (nat: NatBox, internal: readonly Endpoint[]) =>
    internal.map((from) => out(nat, PP, from).address);
  const socketsOf = (address: string) => [1, 2, 3].map((port) => ({ address, port }));

  it('paired: one internal address keeps one external address', () => {
    const nat = box({ addresses, pairing: 'paired' });
    expect(new Set(used(nat, socketsOf('10.0.0.2'))).size).toBe(1);
    expect(used(nat, socketsOf('10.0.0.3'))[0]).not.toBe(used(nat, socketsOf('10.0.0.2'))[0]);
  });

  it('arbitrary: sockets of one host leave from different addresses', () => {
    expect(used(box({ addresses, pairing: 'arbitrary' }), socketsOf('10.0.0.2'))).toEqual(addresses);
  });
});

describe('lifetime', () => {
  it('ends a mapping and then gives the socket another port', () => {
    const nat = box({ lifetimeMs: 1_000 });
    const external = out(nat, PP, inside, 0);
    expect(into(nat, { from: PP, to: external }, 999)).toBe('10.0.0.2:5000');
    expect(into(nat, { from: PP, to: external }, 1_000)).toBe('no-mapping');
    expect(out(nat, PP, inside, 1_500)).not.toEqual(external);
    expect(nat.mappings(1_500)).toHaveLength(1);
  });

  it('is refreshed by outbound packets and not by inbound ones (RFC 4787 REQ-6)', () => {
    const nat = box({ lifetimeMs: 1_000 });
    const external = out(nat, PP, inside, 0);
    out(nat, PP, inside, 900);
    expect(into(nat, { from: PP, to: external }, 1_800)).toBe('10.0.0.2:5000');
    expect(into(nat, { from: PP, to: external }, 1_901)).toBe('no-mapping');
  });

  it('ends the permission of one remote while the mapping lives on for another', () => {
    const nat = box({ lifetimeMs: 1_000 });
    const external = out(nat, PP, inside, 0);
    out(nat, AA, inside, 900);
    expect(into(nat, { from: PP, to: external }, 1_500)).toBe('filtered');
    expect(into(nat, { from: AA, to: external }, 1_500)).toBe('10.0.0.2:5000');
  });

  it('does not pass permissions on to the next owner of a port', () => {
    const nat = box({ lifetimeMs: 1_000, portRange: { first: 50_000, last: 50_000 } });
    const external = out(nat, PP, inside, 0);
    expect(out(nat, AA, { address: '10.0.0.3', port: 1 }, 1_000)).toEqual(external);
    expect(into(nat, { from: PP, to: external }, 1_001)).toBe('filtered');
  });
});

describe('firewall without translation', () => {
  it('keeps addresses whatever mapping is asked for, and filters as named', () => {
    for (const filtering of dependences) {
      const same = sameFor[filtering];
      for (const [name, from] of Object.entries({ PA, AP, AA }) as ['PA' | 'AP' | 'AA', Endpoint][]) {
        const firewall = box({ firewallOnly: true, addresses: [], filtering });
        expect(into(firewall, { from: PP, to: inside })).toBe('no-mapping');
        expect(out(firewall, PP)).toEqual(inside);
        expect(into(firewall, { from, to: inside })).toBe(same[name] ? '10.0.0.2:5000' : 'filtered');
      }
    }
  });
});

describe('options', () => {
  it('wants an external address for a NAT that translates', () => {
    expect(() => box({ addresses: [] })).toThrow(RangeError);
  });
});

describe('a port that was opened (RFC 6887 §11)', () => {
  const strict = { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' } as const;

  it.each(['table', 'session'] as const)('lets everybody in, and no silence closes it (%s)', (engine) => {
    const nat = box({ ...strict, engine });
    const external = nat.openPort(inside) ?? { address: '', port: 0 };
    expect(external).toEqual({ address: '198.51.100.1', port: inside.port });
    expect(into(nat, { from: AA, to: external })).toBe('10.0.0.2:5000');
    nat.forget();
    expect(into(nat, { from: PA, to: external }, 3_600_000)).toBe('10.0.0.2:5000');
    // What the host sends by itself has the port that the NAT chooses, and that one stays closed.
    const chosen = out(nat, PP, inside, 3_600_000);
    expect(chosen).not.toEqual(external);
    expect(into(nat, { from: AA, to: chosen }, 3_600_000)).toBe('filtered');
  });

  it('answers leave by it where the router tracks sessions', () => {
    const nat = box({ ...strict, engine: 'session' });
    const external = nat.openPort(inside) ?? { address: '', port: 0 };
    into(nat, { from: AA, to: external });
    expect(out(nat, AA)).toEqual(external);
  });

  it('is another one where the number is given away', () => {
    const nat = box(strict);
    nat.openPort(inside);
    const other = { address: '10.0.0.3', port: inside.port };
    expect(nat.openPort(other)).toEqual({ address: '198.51.100.1', port: inside.port + 1 });
  });
});
