/** A tab behind a virtual NAT and the service's test of it, on the virtual clock. */
import type { TabNat as TabNatResult } from '../../contract/tab-nat.ts';
import { newIceSide } from '../../probe/tab/ice-check.ts';
import { judgeTab } from '../../probe/tab/judge-tab.ts';
import { TabNat, type TabNatEvent } from '../../probe/tab/tab-nat.ts';
import { type TabCorners, tabPeers } from '../../probe/tab/tab-plan.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { IceTab } from './ice-tab.ts';

export const corners = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

export interface TabCase {
  readonly seed: number;
  /** Absent: the tab is on the public network. */
  readonly nat?: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  readonly loss?: number;
  readonly rttMs?: number;
  readonly corners?: TabCorners;
  /** Announced to the tab; not all of them need be served. */
  readonly announced?: TabCorners;
  readonly localPort?: number;
}

export function testTab(given: TabCase): { result: TabNatResult; tookMs: number; sent: number } {
  const { seed, nat, loss = 0, rttMs = 40 } = given;
  const served = given.corners ?? corners;
  const net = new SimNet({ seed, oneWayDelayMs: rttMs / 2, lossRate: loss });
  const server = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  const random = seededBytes(seed);
  const credentials = tabPeers.map(() => ({ us: newIceSide(random), tab: newIceSide(random), local: null }));
  const announced = given.announced ?? served;
  const machine = new TabNat({ corners: announced, credentials, transactionIds: random, tieBreaker: 1n });
  const finished: TabNatEvent[] = [];
  const sockets = Object.fromEntries(Object.entries(served));
  net.attach(server, machine, { sockets, onEvent: (event) => finished.push(event) });
  const connections = tabPeers.flatMap(({ name, asks }, index) => {
    const sides = credentials[index];
    const candidates = asks.flatMap((corner) => announced[corner] ?? []);
    return sides === undefined ? [] : [{ name, own: sides.tab, service: sides.us, candidates }];
  });
  const nats = nat === undefined ? [] : [new NatBox({ addresses: ['198.51.100.10'], seed, ...nat })];
  const host = net.addHost({ addresses: [nat === undefined ? '198.51.100.20' : '10.0.0.2'], nats });
  net.attach(host, new IceTab(connections, seededBytes(seed + 1)), { sockets: {} });
  while (finished.length === 0 && net.nowMs < 10_000) net.idle(10);
  const [event] = finished;
  if (event === undefined) throw new Error('the test of the tab did not end');
  return { result: judgeTab(event, net.nowMs).result, tookMs: net.nowMs, sent: event.packetsSent };
}
