/** One cell of a scenario in memory: the same sites as NATs and firewalls on a virtual clock, ICE reduced to its checks. */
import type { Path, Rung, Transport } from '../../contract/basics.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { LabAttempt, LabCandidate } from '../../contract/lab-report.ts';
import type { LabPath } from '../../contract/scenario.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { SimHost } from '../sim/sim-host.ts';
import type { SimNet } from '../sim/sim-net.ts';
import type { Cell, CompiledScenario } from './compile.ts';
import { failedAttempt, noMilestones, nothing, notNamed } from './failed-attempt.ts';
import { serversFor } from './named-servers.ts';
import { connectDirect, connectRelayed, type Pair } from './sim-connection.ts';
import { SimWorld } from './sim-world.ts';
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

/** The server's second address. */
const sfuAddress = '11.78.2.10';
/** No virtual run is longer: checks and allocations are given up before. */
const untilMs = 30_000;

/** @param seed of what is left to chance: loss, ephemeral ports */
export function simulateCell(compiled: CompiledScenario, cell: Cell, seed: number): LabAttempt {
  if (cell.path === 'direct-tcp') return overTcp(cell, compiled.sites);
  const servers = serversFor(cell.path, compiled.named);
  const inWorld = <T>(use: (world: SimWorld, ends: Ends) => T): T => {
    const world = new SimWorld(compiled, seed);
    return use(world, [world.hostOf(cell.from), world.hostOf(cell.to)]);
  };
  if (pathOf[cell.path] !== 'relay') {
    const [stun] = servers;
    return inWorld((world, ends) => {
      const asked = stun === undefined ? ([null, null] as const) : world.serverSeenFrom(cell, stun.port);
      return cell.path === 'sfu' ? forwarded(world.net, ends, asked) : direct(world.net, ends, asked);
    });
  }
  // A client tries all that it is told, and one is enough.
  let attempt = notNamed(cell.path);
  for (const { port, transport } of servers) {
    attempt = inWorld((world, ends) =>
      relayed(world.net, ends, { servers: world.serverSeenFrom(cell, port), transport }),
    );
    if (attempt.outcome === 'connected') break;
  }
  return attempt;
}

/** To an SFU each end has a way of its own, and both have to stand. */
function forwarded(net: SimNet, ends: Ends, stun: Pair<Endpoint | null>): LabAttempt {
  const sfu = net.addHost({ addresses: [sfuAddress] });
  const ways = ends.map((end, index) => direct(net, [end, sfu], [stun[index] ?? null, null]));
  return ways.find(({ outcome }) => outcome !== 'connected') ?? ways[0] ?? failedAttempt();
}

/** Not simulated packet by packet: what TCP leaves of a NAT's behaviour decides (tcp-meeting.ts). */
function overTcp({ from, to }: Cell, sites: CompiledScenario['sites']): LabAttempt {
  const end = ({ site, agent }: Cell['from']): TcpEnd => ({ site, spec: siteAt(sites, site), agent });
  return canMeetOverTcp(end(from), end(to))
    ? { ...nothing, milestones: noMilestones, outcome: 'connected', rung: 'S2' }
    : failedAttempt();
}

function siteAt(sites: CompiledScenario['sites'], index: number) {
  const site = sites[index];
  if (site === undefined) throw new Error(`there is no site ${index}`);
  return site.spec;
}

type Ends = Pair<SimHost>;

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

function direct(net: SimNet, ends: Ends, stun: Pair<Endpoint | null>): LabAttempt {
  const course = fresh();
  const agents = connectDirect(net, ends, stun, (end, event, nowMs) => {
    if (event.kind === 'gathered') {
      course.candidateMs = nowMs;
      course.candidates[end] = event.candidates.map((told) => ({ ...told, protocol: 'udp', atMs: nowMs }));
    } else if (event.kind === 'connected') {
      const { local, remote } = event;
      course.iceMs ??= nowMs;
      // As the offering end has it, whichever end was first.
      course.selected ??= end === 0 ? { local, remote } : { local: remote, remote: local };
    } else if (event.kind === 'exhausted') course.exhausted += 1;
  });
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

function relayed(
  net: SimNet,
  ends: Ends,
  way: { readonly servers: Pair<Endpoint>; readonly transport: Transport },
): LabAttempt {
  const course = fresh();
  const relays: (Endpoint | null)[] = [null, null];
  const echoed = new Set<number>();
  connectRelayed(net, ends, way, (end, event, nowMs) => {
    if (event.kind === 'allocated') {
      relays[end] = event.relayed;
      course.candidateMs = nowMs;
      course.candidates[end] = [{ ...event.relayed, type: 'relay', protocol: 'udp', atMs: nowMs }];
    } else if (event.kind === 'echoed') {
      echoed.add(end);
      if (echoed.size === 2) course.iceMs = nowMs;
    } else if (event.kind === 'no-relay') {
      course.problem = failure(event.why, `no relay over ${way.transport}`);
    }
  });
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
