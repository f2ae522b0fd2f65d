/** What Linux tells about processor time: `/proc/PID/task/TID/stat` and `/proc/stat`, both in ticks of 10 ms. */
import type { LoadServer } from '../../contract/load-capacity.ts';

const tickMs = 10;

export interface ThreadTime {
  readonly id: number;
  readonly name: string;
  /** User and system, since it began. */
  readonly cpuMs: number;
}

export interface MachineTime {
  readonly busyMs: number;
  /** Of all processors together. */
  readonly allMs: number;
}

export interface ProcessorTimes {
  readonly wallMs: number;
  readonly threads: readonly ThreadTime[];
  readonly machine: MachineTime;
}

/** @param stat one line; the name may hold anything, spaces and parentheses too */
export function threadTime(stat: string): ThreadTime | null {
  const match = /^(\d+) \((.*)\) (.*)$/s.exec(stat.trim());
  // proc(5): of what follows the name, user time is the 12th field and system time the 13th.
  const [user, system] = match?.[3]?.split(' ').slice(11, 13).map(Number) ?? [];
  if (match === null || user === undefined || system === undefined) return null;
  return { id: Number(match[1]), name: match[2] ?? '', cpuMs: (user + system) * tickMs };
}

/** @param stat all of `/proc/stat`; null: it does not begin as it should */
export function machineTime(stat: string): MachineTime | null {
  // user nice system idle iowait irq softirq steal; guests are counted in the first two already.
  const ticks = /^cpu +([\d ]+)/.exec(stat)?.[1]?.split(' ').slice(0, 8).map(Number);
  if (ticks === undefined) return null;
  const all = ticks.reduce((sum, value) => sum + value, 0);
  return { busyMs: (all - (ticks[3] ?? 0) - (ticks[4] ?? 0)) * tickMs, allMs: all * tickMs };
}

const mostThreads = 4;

/** Between two readings. @returns null: no time has passed, or the process has no thread any more */
export function loadOfServer(pid: number, before: ProcessorTimes, after: ProcessorTimes): LoadServer | null {
  const wallMs = after.wallMs - before.wallMs;
  const allMs = after.machine.allMs - before.machine.allMs;
  if (wallMs <= 0 || allMs <= 0 || after.threads.length === 0) return null;
  const earlier = new Map(before.threads.map(({ id, cpuMs }) => [id, cpuMs]));
  const threads = after.threads
    .map(({ id, name, cpuMs }) => ({
      id,
      name: name.slice(0, 32),
      share: Math.max(0, cpuMs - (earlier.get(id) ?? 0)) / wallMs,
    }))
    .sort((a, b) => b.share - a.share)
    .slice(0, mostThreads);
  return { pid, threads, machineShare: Math.max(0, after.machine.busyMs - before.machine.busyMs) / allMs };
}
