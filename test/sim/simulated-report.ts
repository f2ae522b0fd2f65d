/** Whole reports from the virtual clock: discovery through a virtual NAT against our own server, judged and assembled. */
import type { NatReport } from '../../contract/envelope.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { HairpinTest } from '../../probe/nat/hairpin.ts';
import { LifetimeTest } from '../../probe/nat/lifetime.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { buildNatReport } from '../../probe/report/build-report.ts';
import { shiftEvidence } from '../../probe/report/shift-evidence.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHostOptions } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Machine } from '../../stun/machine.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const corners = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

export const nineBehaviours = [
  'endpoint-independent',
  'address-dependent',
  'address-and-port-dependent',
] as const;

export interface SimulatedWorld {
  readonly seed: number;
  readonly loss?: number;
  readonly nat?: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  /** Public address of the NAT. */
  readonly publicAddress?: string;
  readonly host?: Partial<SimHostOptions>;
  /** A server without alternate address, one whose alternate address is dead, or a whole one. */
  readonly server?: 'plain' | 'dead-alternate' | 'full';
  /** What the report says of servers; the discovery itself does not need them. */
  readonly servers?: readonly ServerResult[];
  /** Tests that are run when asked for. */
  readonly hairpin?: boolean;
  readonly idleTimesSec?: readonly number[];
  /** Evidence of other parts of a probe. */
  readonly more?: readonly Evidence[];
}

export function simulatedReport(world: SimulatedWorld): NatReport {
  const net = new SimNet({ seed: world.seed, oneWayDelayMs: 20, lossRate: world.loss ?? 0 });
  const host = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  const announced = world.server === 'plain' ? { PP: corners.PP } : corners;
  const sockets = world.server === 'dead-alternate' ? { PP: corners.PP, PA: corners.PA } : announced;
  net.attach(host, new BindingServer({ endpoints: announced, software: 'test' }), { sockets });
  const publicAddress = world.publicAddress ?? '198.51.100.10';
  const nats = world.nat ? [new NatBox({ addresses: [publicAddress], seed: world.seed, ...world.nat })] : [];
  const address = world.nat && !world.nat.firewallOnly ? '10.0.0.2' : publicAddress;
  const client = net.addHost({ addresses: [address], nats, ...world.host });
  const machine = new NatDiscovery(planNat([corners.PP]), seededBytes(world.seed));
  const events = net.run(client, machine, { untilMs: 20_000 });
  const finished = events.find((event) => event.kind === 'finished');
  if (finished?.kind !== 'finished') throw new Error('the discovery did not finish');
  const { seed, hairpin, idleTimesSec } = world;
  const behaviours: Evidence[] = [];
  const ask = <Event>(test: Machine<Event> & { readonly startedAtMs: number; evidence(): Evidence[] }) => {
    net.run(client, test, { untilMs: net.nowMs + 2_000_000 });
    behaviours.push(...shiftEvidence(test.evidence(), test.startedAtMs));
  };
  if (hairpin) ask(new HairpinTest(corners.PP, seededBytes(seed + 1_000)));
  if (idleTimesSec) {
    ask(new LifetimeTest({ server: corners.PP, idleTimesSec, random: seededBytes(seed + 2_000) }));
  }
  return buildNatReport({
    at: new Date(Date.UTC(2026, 0, 1)),
    evidence: [...finished.evidence, ...behaviours, ...(world.more ?? [])],
    servers: world.servers ?? [],
    candidates: [],
    family: 'ipv4',
    localAddress: address,
    hostname: null,
    platform: null,
    durationMs: net.nowMs,
    natVerdictMs: net.nowMs,
    provisional: null,
  });
}

export function serverResult(url: string, changes: Partial<ServerResult> = {}): ServerResult {
  return {
    url,
    transport: url.startsWith('turns') ? 'tls' : url.endsWith('=tcp') ? 'tcp' : 'udp',
    address: '203.0.113.10',
    status: 'ok',
    rttMs: 40,
    setupMs: 80,
    software: null,
    rfc5780: null,
    evidence: [],
    ...changes,
  };
}
