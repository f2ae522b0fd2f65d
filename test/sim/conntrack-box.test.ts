import { describe, expect, it } from 'vitest';
import { ConntrackBox, type ConntrackBoxOptions } from '../../scenarios/sim/conntrack-box.ts';
import type { Endpoint } from '../../stun/endpoint.ts';

const outside = '198.51.100.1';
const a = { address: '10.0.0.2', port: 5000 };
const b = { address: '10.0.0.3', port: 5000 };
const one = { address: '203.0.113.1', port: 3478 };
const two = { address: '203.0.113.2', port: 3478 };

const box = (more: Partial<ConntrackBoxOptions> = {}) => new ConntrackBox({ address: outside, ...more });

function portOf(nat: ConntrackBox, nowMs: number, from: Endpoint, to: Endpoint): number {
  const outcome = nat.outbound(nowMs, { from, to });
  if (outcome.kind !== 'pass') throw new Error('dropped');
  expect(outcome.flow).toMatchObject({ from: { address: outside }, to });
  return outcome.flow.from.port;
}

describe('Linux masquerade', () => {
  it('keeps the port of a source, for every destination', () => {
    const nat = box();
    expect([one, two].map((to) => portOf(nat, 0, a, to))).toEqual([5000, 5000]);
  });

  it('shares a port between destinations and gives another one on a clash only', () => {
    const nat = box();
    expect(portOf(nat, 0, a, one)).toBe(5000);
    // RFC 4787 REQ-3 forbids this sharing ("port overloading"); Linux does it.
    expect(portOf(nat, 0, b, two)).toBe(5000);
    const chosen = portOf(nat, 0, b, one);
    expect(chosen).not.toBe(5000);
    // What a source was translated to last is tried first.
    expect(portOf(nat, 0, b, { ...one, port: 3479 })).toBe(chosen);
  });

  it('lets in answers only, and to the host that asked', () => {
    const nat = box();
    portOf(nat, 0, a, one);
    const port = portOf(nat, 0, b, one);
    const external = { address: outside, port };
    expect(nat.inbound(10, { from: one, to: external })).toEqual({
      kind: 'pass',
      flow: { from: one, to: b },
    });
    expect(nat.inbound(10, { from: two, to: external })).toEqual({ kind: 'drop', reason: 'no-mapping' });
  });

  it('forgets after its lifetime, and traffic in either direction prolongs it', () => {
    const nat = box({ lifetimeMs: 1000 });
    const answer = { from: one, to: { address: outside, port: portOf(nat, 0, a, one) } };
    expect(nat.inbound(900, answer).kind).toBe('pass');
    expect(nat.inbound(1800, answer).kind).toBe('pass');
    expect(nat.inbound(2800, answer).kind).toBe('drop');
  });

  it.each([
    [false, true],
    [true, false],
  ])(
    'a stray packet that the router accepts (%s) takes the port for its sender: it is kept (%s)',
    (acceptsInput, kept) => {
      const nat = box({ acceptsInput });
      expect(portOf(nat, 0, a, one)).toBe(5000);
      expect(nat.inbound(10, { from: two, to: { address: outside, port: 5000 } }).kind).toBe('drop');
      expect(portOf(nat, 20, a, two) === 5000).toBe(kept);
    },
  );
});
