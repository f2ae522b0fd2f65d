/** Delay, jitter and rate of the sites' lines, as steps of a plan. */
import { inNetwork, lines, type PlanStep } from './commands.ts';
import type { LineSpec } from './line-spec.ts';
import type { LabTopology, LinkEnd, SitePlan } from './topology.ts';

/**
 * How packets are delayed. `netem`: a queueing discipline, which not every kernel has · `queue`: NFQUEUE in the core and
 * a helper that accepts each packet when its time has come · `none`: not at all.
 */
export type DelayMeans = 'netem' | 'queue' | 'none';

/** One direction of a line: what leaves by this device is slowed down. */
interface Direction {
  readonly from: LinkEnd;
  readonly line: LineSpec;
  readonly kbit: number | null;
}

/** One step for each namespace that a slow line begins in. */
export function lineSteps(topology: LabTopology, means: DelayMeans): PlanStep[] {
  const directions = topology.sites.flatMap((site) => directionsOf(topology.core, site));
  const namespaces = [...new Set(directions.map(({ from }) => from.namespace))];
  const shaped = namespaces.flatMap((namespace): PlanStep[] => {
    const here = directions.filter(({ from }) => from.namespace === namespace);
    const commands = here.flatMap((direction) => disciplines(direction, means));
    if (commands.length === 0) return [];
    const argv = inNetwork(namespace, ['tc', '-batch', '-']);
    return [{ title: `delay and rate of ${namespace}`, argv, stdin: lines(commands), undo: null }];
  });
  const queues = means === 'queue' ? queuesOf(topology) : [];
  if (queues.length === 0) return shaped;
  const hasIpv6 = topology.namespaces.some(({ addresses }) =>
    addresses.some(({ cidr }) => cidr.includes(':')),
  );
  return [
    ...shaped,
    ...(hasIpv6 ? ['iptables', 'ip6tables'] : ['iptables']).map(queueStep(topology.core, queues)),
  ];
}

function directionsOf(core: string, { line, boxes, hosts, coreDevices }: SitePlan): Direction[] {
  if (line === undefined) return [];
  const router = boxes.at(-1);
  const ends =
    router === undefined
      ? hosts.map(({ namespace }) => ({ namespace, device: 'eth0' }))
      : [{ namespace: router.namespace, device: 'wan' }];
  return [
    ...ends.map((from) => ({ from, line, kbit: line.upKbit })),
    ...coreDevices.map((device) => ({ from: { namespace: core, device }, line, kbit: line.downKbit })),
  ];
}

/** A full queue of 200 ms at 1 Gbit/s, in packets. netem drops what exceeds its limit, and its default is small. */
const netemLimit = 20_000;
/** Long enough a queue for TCP to fill the line, short enough to be no bufferbloat. */
const queueMs = 200;

function disciplines({ from, line, kbit }: Direction, means: DelayMeans): string[] {
  const { delayMs, jitterMs } = line;
  const delays = means === 'netem' && delayMs + jitterMs > 0;
  // netem takes the middle and what is to either side of it.
  const spread = jitterMs > 0 ? ` ${jitterMs / 2}ms` : '';
  const netem = `netem delay ${delayMs + jitterMs / 2}ms${spread} limit ${netemLimit}`;
  // A burst of ten milliseconds, and one full packet at least; less and the rate is not reached.
  const burst = Math.max(3_000, Math.round((kbit ?? 0) * 1.25));
  const tbf = `tbf rate ${kbit}kbit burst ${burst} latency ${queueMs}ms`;
  return [
    ...(delays ? [`qdisc add dev ${from.device} root handle 1: ${netem}`] : []),
    ...(kbit === null
      ? []
      : [`qdisc add dev ${from.device} ${delays ? 'parent 1:1 handle 10:' : 'root'} ${tbf}`]),
  ];
}

/** One queue of NFQUEUE: what comes in from a line, or goes out to it, by these devices of the core. */
export interface DelayQueue {
  readonly number: number;
  readonly hook: 'PREROUTING' | 'POSTROUTING';
  readonly devices: readonly string[];
  readonly line: LineSpec;
}

export function queuesOf({ sites }: LabTopology): DelayQueue[] {
  return sites.flatMap(({ line, coreDevices: devices }, index) => {
    if (line === undefined || line.delayMs + line.jitterMs === 0) return [];
    return [
      { number: 2 * index, hook: 'PREROUTING' as const, devices, line },
      { number: 2 * index + 1, hook: 'POSTROUTING' as const, devices, line },
    ];
  });
}

/** Every packet passes both hooks of the core once, so both of its lines delay it. nft's own `queue` is often missing. */
function queueStep(core: string, queues: readonly DelayQueue[]): (program: string) => PlanStep {
  const rules = queues.flatMap(({ number, hook, devices }) =>
    devices.map(
      (device) =>
        `-A ${hook} ${hook === 'PREROUTING' ? '-i' : '-o'} ${device} -j NFQUEUE --queue-num ${number}`,
    ),
  );
  return (program) => ({
    title: `${core} hands the packets of slow lines to the helper`,
    argv: inNetwork(core, [`${program}-restore`, '--noflush']),
    stdin: lines(['*mangle', ...rules, 'COMMIT']),
    undo: null,
  });
}
