/** What Linux does when a peer comes in through one mapping while the host talks to it through another. */
import { describe, expect, it } from 'vitest';
import { NatBox } from '../../scenarios/sim/nat-box.ts';

const inside = { address: '10.0.0.2', port: 5000 };
const server = { address: '203.0.113.1', port: 3478 };
const peer = { address: '198.51.100.7', port: 6000 };

function symmetricNat(engine: 'session' | 'table') {
  const nat = new NatBox({
    mapping: 'address-and-port-dependent',
    filtering: 'endpoint-independent',
    engine,
    addresses: ['192.0.2.1'],
    ports: 'sequential',
  });
  const via = (to: typeof peer) => {
    const result = nat.outbound(0, { from: inside, to });
    if (result.kind === 'drop') throw new Error(result.reason);
    return result.flow;
  };
  return { nat, via };
}

describe('a session NAT', () => {
  it('shows the second session under another port, and answers to it leave by the mapping it came in by', () => {
    const { nat, via } = symmetricNat('session');
    const signalled = via(server).from;
    const direct = via(peer).from;
    expect(direct).not.toEqual(signalled);
    const comesIn = nat.inbound(0, { from: peer, to: signalled });
    if (comesIn.kind === 'drop') throw new Error(comesIn.reason);
    const { from: phantom, to } = comesIn.flow;
    expect(to).toEqual(inside);
    expect(phantom.address).toBe(peer.address);
    expect(phantom.port).not.toBe(peer.port);
    // The same name for the same session, and the peer gets its answer from where it asked.
    expect(nat.inbound(0, { from: peer, to: signalled })).toEqual(comesIn);
    expect(via(phantom)).toEqual({ from: signalled, to: peer });
    expect(via(peer)).toEqual({ from: direct, to: peer });
  });

  it('has no need of it where the host has not asked that peer, or only over the same mapping', () => {
    const { nat, via } = symmetricNat('session');
    const signalled = via(server).from;
    expect(nat.inbound(0, { from: peer, to: signalled })).toMatchObject({ flow: { from: peer } });
    expect(via(peer)).toEqual({ from: signalled, to: peer });
    expect(nat.inbound(0, { from: peer, to: signalled })).toMatchObject({ flow: { from: peer } });
  });
});

it('a table NAT leaves sources alone and answers from another port', () => {
  const { nat, via } = symmetricNat('table');
  const signalled = via(server).from;
  expect(nat.inbound(0, { from: peer, to: signalled })).toMatchObject({ flow: { from: peer } });
  expect(via(peer).from).not.toEqual(signalled);
});
