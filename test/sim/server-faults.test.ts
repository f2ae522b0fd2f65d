import { describe, expect, it } from 'vitest';
import { asksForChange, BentServer, rewriting } from '../../bench/accuracy/bent-server.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Machine } from '../../stun/machine.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const PP = { address: '203.0.113.10', port: 3478 };
const PA = { address: '203.0.113.10', port: 3479 };
const AP = { address: '203.0.113.11', port: 3478 };
const AA = { address: '203.0.113.11', port: 3479 };
const healthy = { PP, PA, AP, AA };

type Nat = Pick<NatBoxOptions, 'mapping' | 'filtering'>;
const eimEif: Nat = { mapping: 'endpoint-independent', filtering: 'endpoint-independent' };
const eimApdf: Nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' };
const apdmEif: Nat = { mapping: 'address-and-port-dependent', filtering: 'endpoint-independent' };
const apdmApdf: Nat = { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' };

interface World {
  readonly nat: Nat;
  readonly server?: Machine;
  /** Which corners really exist. */
  readonly sockets?: Readonly<Record<string, Endpoint>>;
  /** More servers at other addresses, all healthy and with alternates of their own. */
  readonly second?: typeof healthy;
}

function discover(world: World): { evidence: Evidence[]; sentTo: Set<string> } {
  const net = new SimNet({ seed: 11, oneWayDelayMs: 20 });
  const server = net.addHost({ addresses: [PP.address, AP.address] });
  const machine = world.server ?? new BindingServer({ endpoints: healthy, software: 'test' });
  net.attach(server, machine, { sockets: world.sockets ?? healthy });
  const servers = [PP];
  if (world.second !== undefined) {
    const host = net.addHost({ addresses: [world.second.PP.address, world.second.AA.address] });
    net.attach(host, new BindingServer({ endpoints: world.second, software: 'second' }), {
      sockets: world.second,
    });
    servers.push(world.second.PP);
  }
  const nat = new NatBox({ addresses: ['198.51.100.10'], seed: 11, ...world.nat });
  const client = net.addHost({ addresses: ['10.0.0.2'], nats: [nat] });
  const events = net.run(client, new NatDiscovery(planNat(servers), seededBytes(11)), { untilMs: 20_000 });
  const finished = events.find((event) => event.kind === 'finished');
  if (finished?.kind !== 'finished') throw new Error('the discovery did not finish');
  return {
    evidence: finished.evidence,
    sentTo: new Set(finished.evidence.filter((e) => e.sentMs.length > 0).map((e) => e.to.address)),
  };
}

function judged(world: World) {
  const { verdicts, summary, serverFaults } = classifyNat(discover(world).evidence);
  const named = (name: string): NatReportBody['verdicts'][number] => {
    const verdict = verdicts.find((v) => v.name === name);
    if (verdict === undefined) throw new Error(`no verdict ${name}`);
    return verdict;
  };
  return { summary, mapping: named('mapping'), filtering: named('filtering'), serverFaults };
}

function announcing(other: Endpoint): Machine {
  return new BentServer(healthy, {
    bend: rewriting((message) => ({
      ...message,
      attributes: message.attributes.map((a) =>
        a.name === 'OTHER-ADDRESS' ? { name: 'OTHER-ADDRESS', value: other } : a,
      ),
    })),
  });
}

describe('an RFC 5780 server with a fault is never read as a NAT', () => {
  it('dead alternate address, open NAT: neither axis is claimed', () => {
    const { mapping, filtering } = judged({ nat: eimEif, sockets: { PP, PA } });
    expect(mapping).toMatchObject({
      value: 'inconclusive',
      possible: ['endpoint-independent', 'address-dependent'],
    });
    expect(mapping.reason).toContain('203.0.113.11');
    expect(filtering).toMatchObject({
      value: 'inconclusive',
      possible: ['endpoint-independent', 'address-dependent'],
    });
  });

  it('dead alternate address, symmetric NAT: what the port shows is kept', () => {
    const { mapping, filtering } = judged({ nat: apdmApdf, sockets: { PP, PA } });
    expect(mapping).toMatchObject({
      value: 'inconclusive',
      possible: ['port-dependent', 'address-and-port-dependent'],
    });
    expect(filtering).toMatchObject({
      value: 'inconclusive',
      possible: ['port-dependent', 'address-and-port-dependent'],
    });
  });

  it('CHANGE-REQUEST answered from the address that was asked is not an open filter', () => {
    const server = new BentServer(healthy, {
      bend: (effect, asked) => (effect.kind === 'send' ? [{ ...effect, socket: asked }] : [effect]),
    });
    const { filtering, serverFaults } = judged({ nat: eimApdf, server });
    expect(filtering.value).toBe('inconclusive');
    expect(serverFaults).toEqual(['server-ignores-change-request']);
  });

  it.each([
    ['endpoint-independent', eimApdf],
    ['address- and port-dependent', apdmEif],
  ])('CHANGE-REQUEST never answered is not a closed filter, %s mapping', (_, nat) => {
    const server = new BentServer(healthy, { hears: (input) => !asksForChange(input) });
    const { filtering } = judged({ nat, server });
    expect(filtering.value).toBe('inconclusive');
    expect(filtering.reason).toContain('CHANGE-REQUEST');
  });

  it('alternate on the same IP address leaves address dependence open', () => {
    const other = { address: PP.address, port: 3479 };
    const { mapping, filtering, serverFaults } = judged({ nat: eimEif, server: announcing(other) });
    expect(mapping).toMatchObject({
      value: 'inconclusive',
      possible: ['endpoint-independent', 'address-dependent'],
    });
    expect(filtering.value).toBe('inconclusive');
    expect(serverFaults).toEqual(['server-alternate-same-address']);
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['unspecified', '0.0.0.0'],
    ['private', '192.168.1.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
  ])('never sends to a %s address that a server announces', (_, address) => {
    const { sentTo, evidence } = discover({ nat: eimApdf, server: announcing({ address, port: 3479 }) });
    expect([...sentTo]).toEqual([PP.address]);
    expect(classifyNat(evidence).summary.filtering).toBe('inconclusive');
  });

  it('plain answers from an address that was not asked are noted, not believed', () => {
    // Everything leaves from the alternate. That it comes in proves an open filter, and nothing of the mapping.
    const server = new BentServer(healthy, {
      bend: (effect) => (effect.kind === 'send' ? [{ ...effect, socket: 'AA' }] : [effect]),
    });
    const { evidence } = discover({ nat: eimEif, server });
    const { summary } = classifyNat(evidence);
    expect(summary).toMatchObject({ mapping: 'inconclusive', filtering: 'endpoint-independent' });
    expect(evidence.some((e) => e.notes.some((note) => note.includes('was not asked')))).toBe(true);
  });

  it('malformed answers are noted and end in "inconclusive"', () => {
    const server = new BentServer(healthy, {
      bend: (effect) =>
        effect.kind === 'send' ? [{ ...effect, bytes: effect.bytes.subarray(0, 23) }] : [effect],
    });
    const { evidence } = discover({ nat: eimEif, server });
    expect(classifyNat(evidence).summary.udp).toBe('inconclusive');
    expect(evidence.some((e) => e.notes.some((note) => note.startsWith('malformed')))).toBe(true);
  });
});

describe('several servers', () => {
  const second = {
    PP: { address: '203.0.113.20', port: 3478 },
    PA: { address: '203.0.113.20', port: 3479 },
    AP: { address: '203.0.113.21', port: 3478 },
    AA: { address: '203.0.113.21', port: 3479 },
  };

  it('the second one is tested when the first has no alternate', () => {
    const plain = new BindingServer({ endpoints: { PP }, software: 'plain' });
    const { summary } = judged({ nat: eimApdf, server: plain, sockets: { PP }, second });
    expect(summary).toMatchObject({
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
    });
  });

  it('the second one is tested when the first is dead', () => {
    const { summary } = judged({ nat: apdmApdf, sockets: {}, second });
    expect(summary).toMatchObject({
      mapping: 'address-and-port-dependent',
      filtering: 'address-and-port-dependent',
    });
  });
});
