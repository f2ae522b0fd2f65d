/** A cell's world in memory, and the probe in it. */
import type { Evidence } from '../../contract/evidence.ts';
import { type DiscoveryEvent, NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { transactionEvidence } from '../../probe/report/transaction-evidence.ts';
import { ConntrackBox } from '../../scenarios/sim/conntrack-box.ts';
import type { Middlebox } from '../../scenarios/sim/middlebox.ts';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHost } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { AddressFamily, Endpoint } from '../../stun/endpoint.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import type { Layer, World } from './cell.ts';
import { type Corners, cornersOf, serverCorners, serverKinds, strangerAddresses } from './server-kinds.ts';
import { type Member, SideBySide } from './side-by-side.ts';

export interface Path {
  readonly seed: number;
  /** Per direction, 0–1. */
  readonly loss: number;
  readonly rttMs: number;
}

export interface Probed {
  readonly evidence: readonly Evidence[];
  /** Virtual time from the start to the verdict on mapping and filtering. */
  readonly verdictMs: number;
  readonly packets: number;
}

export interface BuiltWorld {
  readonly net: SimNet;
  readonly boxes: readonly Middlebox[];
  /** @param seed of its transaction ids */
  probe(seed: number): Probed;
}

/** Silence of this length starts the TCP controls, as in `probe/io/run-nat.ts`. */
const controlAfterMs = 150;
/** As in `probe/io/run-server.ts`. */
const giveUpMs = 2_500;
const longestRunMs = 20_000;
/** First local port where a neighbour shall have the same ones. */
const sharedPorts = 40_000;

export function buildWorld(world: World, path: Path): BuiltWorld {
  const { family = 'ipv4', server = 'full', neighbour } = world;
  const net = new SimNet({ seed: path.seed, oneWayDelayMs: path.rttMs / 2, lossRate: path.loss });
  const corners = serverCorners(family);
  addServers(net, server, corners, world.fallbackPort);
  const boxes = world.layers.map((layer, level) => makeBox(layer, level, world, path.seed));
  const translated = boxes.some((box) => !box.firewallOnly);
  const client = net.addHost({
    addresses: [translated ? '10.0.0.2' : publicAddress(family)],
    ...(family === 'ipv4' ? { nats: boxes } : { nats6: boxes }),
    ...(world.udp !== undefined && { udp: world.udp }),
    ...(world.tcpPortsOut !== undefined && { tcpPortsOut: world.tcpPortsOut }),
    ...(neighbour !== undefined && { firstPort: sharedPorts }),
  });
  if (neighbour !== undefined) letNeighbourSpeak(neighbour, boxes, corners);
  const tcp = [
    corners.PP,
    ...(world.fallbackPort === undefined ? [] : [fallback(corners, world.fallbackPort)]),
  ];
  return { net, boxes, probe: (seed) => probe(net, client, { corners, tcp, seed }) };
}

function addServers(net: SimNet, kind: World['server'], corners: Corners, fallbackPort?: number): void {
  const host = net.addHost({ addresses: [corners.PP.address, corners.AP.address] });
  const { machine, sockets } = serverKinds[kind ?? 'full'](corners);
  const listen = {
    'tcp:': corners.PP,
    ...(fallbackPort !== undefined && { 'tcp:fallback-': fallback(corners, fallbackPort) }),
  };
  net.attach(host, machine, { sockets, listen });
  const stranger = cornersOf(strangerAddresses);
  net.attach(
    net.addHost({ addresses: strangerAddresses }),
    new BindingServer({ endpoints: stranger, software: 'stranger' }),
    { sockets: stranger },
  );
}

const fallback = ({ PP }: Corners, port: number): Endpoint => ({ address: PP.address, port });

const publicAddress = (family: AddressFamily) => (family === 'ipv4' ? '198.51.100.20' : '2001:db8:2::20');

function makeBox(layer: Layer, level: number, { layers, pool = 1 }: World, seed: number): Middlebox {
  const outermost = level === layers.length - 1;
  // RFC 6598: between a customer's router and the carrier's NAT is 100.64.0.0/10.
  const addresses = Array.from({ length: outermost ? pool : 1 }, (_, index) =>
    outermost ? `198.51.100.${10 + index}` : `100.64.0.${2 + level}`,
  );
  if (layer.kind === 'conntrack') {
    const [address = ''] = addresses;
    return new ConntrackBox({ address, seed, ...layer });
  }
  return new NatBox({ addresses, seed: seed + level, ...layer });
}

/** Straight to the layers: what the neighbour's own network did with its packets does not matter. */
function letNeighbourSpeak(
  to: NonNullable<World['neighbour']>,
  boxes: readonly Middlebox[],
  { PP, PA, AP, AA }: Corners,
): void {
  for (let port = sharedPorts; port < sharedPorts + 16; port += 1) {
    for (const remote of to === 'all-endpoints' ? [PP, PA, AP, AA] : [AA]) {
      boxes[0]?.outbound(0, { from: { address: '10.0.0.3', port }, to: remote });
    }
  }
}

interface ProbeSetting {
  readonly corners: Corners;
  readonly tcp: readonly Endpoint[];
  readonly seed: number;
}

function probe(net: SimNet, client: SimHost, { corners, tcp, seed }: ProbeSetting): Probed {
  const startedMs = net.nowMs;
  const discovery = new NatDiscovery(planNat([corners.PP]), seededBytes(seed));
  let heard = false;
  let verdictMs: number | null = null;
  const overTcp: Evidence[] = [];
  const control = (server: Endpoint, index: number): Member => ({
    name: `tcp${index}`,
    machine: new BindingClient({ server, transport: 'tcp', random: seededBytes(seed + 1 + index), giveUpMs }),
    startAfterMs: controlAfterMs,
    isNeeded: () => !heard,
    onEvent: (event) => {
      if (!isTransaction(event)) return;
      overTcp.push(transactionEvidence(event.record, `c${index}`, `control-${index}/tcp`, startedMs));
    },
  });
  const members: Member[] = [
    {
      name: 'nat',
      machine: discovery,
      startAfterMs: 0,
      onEvent: (event, nowMs) => {
        const { kind } = event as DiscoveryEvent;
        if (kind === 'first-answer') heard = true;
        if (kind === 'finished') verdictMs = nowMs - startedMs;
      },
    },
    ...tcp.map(control),
  ];
  const sentBefore = net.trace.length;
  net.run(client, new SideBySide(members), { untilMs: longestRunMs });
  if (verdictMs === null) throw new Error('the discovery did not finish');
  const evidence = [...discovery.evidence(), ...overTcp];
  return { evidence, verdictMs, packets: net.trace.length - sentBefore };
}

function isTransaction(event: unknown): event is { kind: 'transaction'; record: TransactionRecord } {
  return (event as BindingEvent).kind === 'transaction';
}
