/** One cell of a scenario in memory: the same sites as NATs and firewalls on a virtual clock, ICE reduced to its checks. */
import type { Path, Rung, Transport } from '../../contract/basics.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { LabAttempt, LabCandidate, LabMilestones } from '../../contract/lab-report.ts';
import type { LabPath } from '../../contract/scenario.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { IceAgent, type IceAgentEvent, type IceCandidate } from '../sim/ice-agent.ts';
import { RelayClient, type RelayClientEvent, ServerModel } from '../sim/relay-model.ts';
import type { SimHost } from '../sim/sim-host.ts';
import { SimNet } from '../sim/sim-net.ts';
import { addSite } from '../sim/site-network.ts';
import type { Cell, CompiledScenario } from './compile.ts';
import { canMeetOverTcp, type TcpEnd } from './tcp-meeting.ts';

export const transportOf = {
  direct: 'udp',
  'direct-tcp': 'tcp',
  sfu: 'udp',
  'relay-udp': 'udp',
  'relay-tcp': 'tcp',
  'relay-tls': 'tls',
} as const satisfies Record<LabPath, Transport>;

export const pathOf = {
  direct: 'mesh',
  'direct-tcp': 'mesh',
  sfu: 'sfu',
  'relay-udp': 'relay',
  'relay-tcp': 'relay',
  'relay-tls': 'relay',
} as const satisfies Record<LabPath, Path>;

const serverAddress = '11.78.1.10';
/** The server's second address. */
const sfuAddress = '11.78.2.10';
const plain = { address: serverAddress, port: 3478 };
const secure = { address: serverAddress, port: 443 };
/** No virtual run is longer: checks and allocations are given up before. */
const untilMs = 30_000;

const noMilestones: LabMilestones = {
  candidateMs: null,
  iceMs: null,
  dtlsMs: null,
  echoMs: null,
  packetMs: null,
  frameMs: null,
  stableMs: null,
};
const nothing = { selected: null, checks: [], relayed: null, failure: null };

/** @param seed of what is left to chance: loss, ephemeral ports */
export function simulateCell({ scenario, sites }: CompiledScenario, cell: Cell, seed: number): LabAttempt {
  if (cell.path === 'direct-tcp') return overTcp(cell, sites);
  const net = new SimNet({ seed, lossRate: scenario.lossRate });
  const server = net.addHost({ addresses: [serverAddress] });
  net.attach(server, new ServerModel({ relays: scenario.server.turn }), {
    sockets: { udp: plain },
    listen: { 'tcp:': plain, 'tls:': secure },
  });
  const hosts = new Map<number, readonly SimHost[]>();
  const hostOf = ({ site, host }: Cell['from']): SimHost => {
    const built = hosts.get(site) ?? addSite(net, siteAt(sites, site), site);
    hosts.set(site, built);
    const found = built[host];
    if (found === undefined) throw new Error(`site ${site} has no host ${host}`);
    return found;
  };
  const ends = [hostOf(cell.from), hostOf(cell.to)] as const;
  if (cell.path === 'direct') return direct(net, ends);
  if (cell.path === 'sfu') return forwarded(net, ends);
  return relayed(net, ends, transportOf[cell.path]);
}

/** To an SFU each end has a way of its own, and both have to stand. */
function forwarded(net: SimNet, ends: Ends): LabAttempt {
  const sfu = net.addHost({ addresses: [sfuAddress] });
  const ways = ends.map((end) => direct(net, [end, sfu]));
  return ways.find(({ outcome }) => outcome !== 'connected') ?? ways[0] ?? failedAttempt();
}

/** Not simulated packet by packet: what TCP leaves of a NAT's behaviour decides (tcp-meeting.ts). */
function overTcp({ from, to }: Cell, sites: CompiledScenario['sites']): LabAttempt {
  const end = ({ site, agent }: Cell['from']): TcpEnd => ({ site, spec: siteAt(sites, site), agent });
  return canMeetOverTcp(end(from), end(to))
    ? { ...nothing, milestones: noMilestones, outcome: 'connected', rung: 'S2' }
    : failedAttempt();
}

function failedAttempt(): LabAttempt {
  return {
    ...nothing,
    milestones: noMilestones,
    outcome: 'failed',
    rung: 'S1',
    failure: failure('ice-failed'),
  };
}

function siteAt(sites: CompiledScenario['sites'], index: number) {
  const site = sites[index];
  if (site === undefined) throw new Error(`there is no site ${index}`);
  return site.spec;
}

type Ends = readonly [SimHost, SimHost];

/** What the two ends have said so far. */
interface Course {
  candidateMs: number | null;
  candidates: [LabCandidate[], LabCandidate[]];
  iceMs: number | null;
  selected: LabAttempt['selected'];
  problem: Failure | null;
  /** Ends that have given up. */
  exhausted: number;
}

const fresh = (): Course => ({
  candidateMs: null,
  candidates: [[], []],
  iceMs: null,
  selected: null,
  problem: null,
  exhausted: 0,
});

/** Lets time pass until the pair stands or nothing can come any more. */
function settle(net: SimNet, course: Course): void {
  const isOpen = () => course.iceMs === null && course.problem === null && course.exhausted < 2;
  while (isOpen() && net.nowMs < untilMs) net.idle(50);
}

function direct(net: SimNet, ends: Ends): LabAttempt {
  const course = fresh();
  const agents = [new IceAgent(plain), new IceAgent(plain)] as const;
  const gathered: (readonly IceCandidate[] | null)[] = [null, null];
  const listen = (index: 0 | 1) => (event: IceAgentEvent, nowMs: number) => {
    if (event.kind === 'gathered') {
      gathered[index] = event.candidates;
      course.candidateMs = nowMs;
      course.candidates[index] = event.candidates.map((told) => ({ ...told, protocol: 'udp', atMs: nowMs }));
      const [own, other] = gathered;
      if (!own || !other) return;
      agents[0].meet(nowMs, other);
      agents[1].meet(nowMs, own);
    } else if (event.kind === 'connected') {
      const { local, remote } = event;
      course.iceMs ??= nowMs;
      // As the offering end has it, whichever end was first.
      course.selected ??= index === 0 ? { local, remote } : { local: remote, remote: local };
    } else if (event.kind === 'exhausted') course.exhausted += 1;
  };
  for (const index of [0, 1] as const) {
    net.attach(ends[index], agents[index], { sockets: {}, onEvent: listen(index) });
  }
  settle(net, course);
  const { candidateMs, candidates, iceMs, selected } = course;
  const checks = agents.map((agent) => agent.checksSent);
  const base = {
    ...nothing,
    selected,
    candidates,
    checks,
    milestones: { ...noMilestones, candidateMs, iceMs },
  };
  return iceMs === null
    ? { ...base, outcome: 'failed', rung: 'S1', failure: failure('ice-failed') }
    : { ...base, outcome: 'connected', rung: 'S2' };
}

function relayed(net: SimNet, ends: Ends, transport: Transport): LabAttempt {
  const course = fresh();
  const server = transport === 'tls' ? secure : plain;
  const clients = [new RelayClient(server, transport), new RelayClient(server, transport)] as const;
  const relays: (Endpoint | null)[] = [null, null];
  const echoed = new Set<number>();
  const listen = (index: 0 | 1) => (event: RelayClientEvent, nowMs: number) => {
    if (event.kind === 'allocated') {
      relays[index] = event.relayed;
      course.candidateMs = nowMs;
      course.candidates[index] = [{ ...event.relayed, type: 'relay', protocol: 'udp', atMs: nowMs }];
      const [own, other] = relays;
      if (!own || !other) return;
      clients[0].meet(nowMs, other.port);
      clients[1].meet(nowMs, own.port);
    } else if (event.kind === 'echoed') {
      echoed.add(index);
      if (echoed.size === 2) course.iceMs = nowMs;
    } else if (event.kind === 'no-relay') course.problem = failure(event.why, `no relay over ${transport}`);
  };
  for (const index of [0, 1] as const) {
    net.attach(ends[index], clients[index], { sockets: {}, onEvent: listen(index) });
  }
  settle(net, course);
  const { candidateMs, candidates, iceMs } = course;
  const milestones = { ...noMilestones, candidateMs, iceMs };
  const [local, remote] = relays;
  if (iceMs === null || !local || !remote) {
    const cause = course.problem ?? failure('timeout', 'nothing came through the relays');
    const rung: Rung = local && remote ? 'S1' : 'S0';
    return { ...nothing, candidates, outcome: 'failed', rung, milestones, failure: cause };
  }
  const selected = { local: { ...local, type: 'relay' }, remote: { ...remote, type: 'relay' } } as const;
  return { ...nothing, candidates, outcome: 'connected', rung: 'S2', milestones, selected };
}
