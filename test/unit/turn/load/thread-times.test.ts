import { describe, expect, it } from 'vitest';
import { loadOfServer, machineTime, threadTime } from '../../../../turn/load/thread-times.ts';

describe('processor time from /proc', () => {
  it.each([
    ['4711 (turnserver) R 1 4711 4711 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 9 0 77 0', 'turnserver'],
    ['4711 (a (b) c) S 1 4711 4711 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 9 0 77 0', 'a (b) c'],
  ])('of a thread, whatever it is called: %s', (line, name) => {
    expect(threadTime(line)).toEqual({ id: 4711, name, cpuMs: 3_000 });
  });

  it('of the machine: waiting for disks is not work, guests are not counted twice', () => {
    const stat = 'cpu  100 10 50 800 20 5 5 10 90 0\ncpu0 50 5 25 400 10 2 3 5 45 0\n';
    expect(machineTime(stat)).toEqual({ busyMs: 1_800, allMs: 10_000 });
  });

  it('nothing is made of what is no such file', () => {
    expect(threadTime('')).toBeNull();
    expect(threadTime('1 (short) R 1')).toBeNull();
    expect(machineTime('intr 5')).toBeNull();
  });

  const reading = (wallMs: number, cpu: readonly number[], busyMs: number) => ({
    wallMs,
    threads: cpu.map((cpuMs, i) => ({ id: i + 1, name: `t${i + 1}`, cpuMs })),
    machine: { busyMs, allMs: 2 * wallMs },
  });

  it('between two readings: the busiest threads first, new ones from nothing', () => {
    const load = loadOfServer(1, reading(1_000, [500, 500], 0), reading(2_000, [600, 1_400, 50], 1_500));
    expect(load).toEqual({
      pid: 1,
      threads: [
        { id: 2, name: 't2', share: 0.9 },
        { id: 1, name: 't1', share: 0.1 },
        { id: 3, name: 't3', share: 0.05 },
      ],
      machineShare: 0.75,
    });
  });

  it('a process that has ended has no load', () => {
    expect(loadOfServer(1, reading(1_000, [500], 0), reading(2_000, [], 0))).toBeNull();
  });
});
