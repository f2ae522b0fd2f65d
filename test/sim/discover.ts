import type { Evidence } from '../../contract/evidence.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHostOptions } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const endpoints = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};
const client = '10.0.0.2';

/** What a virtual run is made of. Everything but the seed has a default. */
export interface Case {
  readonly seed: number;
  readonly loss?: number;
  readonly rttMs?: number;
  readonly nat?: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  /** External addresses of the NAT. */
  readonly pool?: readonly string[];
  readonly host?: Partial<SimHostOptions>;
  /** A server without alternate address. */
  readonly plainServer?: boolean;
}

export interface Discovered {
  readonly evidence: Evidence[];
  readonly tookMs: number;
}

/** A client behind its NATs, with our own server on the far side. */
export function buildWorld(given: Case): { discover: () => Discovered; net: SimNet; nats: NatBox[] } {
  const { seed, nat, pool = ['198.51.100.10'] } = given;
  const net = new SimNet({ seed, oneWayDelayMs: (given.rttMs ?? 40) / 2, lossRate: given.loss ?? 0 });
  const server = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  const own = given.plainServer ? { PP: endpoints.PP } : endpoints;
  net.attach(server, new BindingServer({ endpoints: own, software: 'test' }), { sockets: own });
  const nats: NatBox[] = [];
  if (nat) nats.push(new NatBox({ addresses: pool, seed, ...nat }));
  const address = nat && !nat.firewallOnly ? client : '198.51.100.20';
  const host = net.addHost({ addresses: [address], nats, ...given.host });
  let runs = 0;
  const discover = (): Discovered => {
    const startedMs = net.nowMs;
    const machine = new NatDiscovery(planNat([endpoints.PP]), seededBytes(seed * 1000 + runs));
    runs += 1;
    const finished = net.run(host, machine, { untilMs: 20_000 }).find((event) => event.kind === 'finished');
    if (finished?.kind !== 'finished') throw new Error('the discovery did not finish');
    return { evidence: finished.evidence, tookMs: net.nowMs - startedMs };
  };
  return { discover, net, nats };
}

/** One run of the discovery through virtual NATs, against our own server, on the virtual clock. */
export function discover(given: Case): Discovered {
  return buildWorld(given).discover();
}
