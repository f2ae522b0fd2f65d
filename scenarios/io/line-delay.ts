/** Delay on the lines of a lab: netem where this kernel has it, else NFQUEUE with a helper, else none, and why. */
import { fileURLToPath } from 'node:url';
import { type DelayMeans, queuesOf } from '../plan/line-steps.ts';
import type { LabTopology } from '../plan/topology.ts';
import { run } from './exec.ts';
import { labObstacle } from './require-lab.ts';

/** It is a script and stays beside the sources; the same code runs compiled (dist/scenarios/io/) and from source. */
const fromHere = import.meta.url.endsWith('.js') ? '../../../scenarios/io/' : './';
const helper = fileURLToPath(new URL(`${fromHere}line-delay.py`, import.meta.url));

export interface FoundMeans {
  readonly means: DelayMeans;
  /** For the report; null: nothing to say. */
  readonly notice: string | null;
}

let found: Promise<FoundMeans> | null = null;

/** What this machine can do, tried once in a network namespace that ends with the trial. */
export function delayMeans(): Promise<FoundMeans> {
  found ??= tryMeans();
  return found;
}

async function tryMeans(): Promise<FoundMeans> {
  const works = async (...argv: readonly string[]) => (await run(['unshare', '--net', ...argv])).code === 0;
  if (await works('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms')) {
    return { means: 'netem', notice: null };
  }
  const missing = labObstacle(['python3', 'iptables']);
  const queues = ['iptables', '-t', 'mangle', '-A', 'PREROUTING', '-j', 'NFQUEUE', '--queue-num', '0'];
  if (missing === null && (await works(...queues))) {
    return { means: 'queue', notice: 'This kernel has no netem: delay and jitter were made by NFQUEUE.' };
  }
  const why = missing ?? 'its iptables has no NFQUEUE';
  return {
    means: 'none',
    notice: `Delay and jitter were left out: this kernel has no netem, and ${why}.`,
  };
}

/** For the core of a lab. It says "ready" and then takes packets until it is stopped. */
export function delayHelper(topology: LabTopology): string[] {
  const queues = queuesOf(topology).map(({ number, line }) => `${number}:${line.delayMs}:${line.jitterMs}`);
  return ['python3', helper, ...queues];
}
