/** Runs every client through every case, several at a time. */
import { type FaultCase, faultCases, healthyCases } from './cases.ts';
import type { FaultClient } from './client-run.ts';
import { type CaseRun, runCase } from './run-case.ts';
import { judgeRun, median, type Outcome } from './verdict.ts';

export interface ClientColumn {
  readonly client: string;
  readonly version: string;
  /** Time to the first echo without faults, median, by transport. */
  readonly readyMs: Readonly<Record<string, number>>;
  /** By case; a client without that transport has none. */
  readonly outcomes: ReadonlyMap<FaultCase, readonly Outcome[]>;
}

export async function measureClient(
  client: FaultClient,
  runs: number,
  atOnce: number,
  cases: readonly FaultCase[] = faultCases,
): Promise<ClientColumn> {
  const wanted = [...healthyCases, ...cases].filter(({ transport }) => client.transports.includes(transport));
  const tasks = Array.from({ length: runs }, () => wanted).flat();
  const results = new Map<FaultCase, CaseRun[]>(wanted.map((each) => [each, []]));
  const waiting = tasks.values();
  const work = async (): Promise<void> => {
    for (const each of waiting) {
      const run = await runCase(client, each);
      results.get(each)?.push(run);
      const end = run.failure ?? `${run.echoesMs.length} echoes, the first after ${run.echoesMs[0]} ms`;
      console.log(`${client.name} ${each.id} ${each.transport}: ${end}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const readyMs = Object.fromEntries(
    healthyCases.flatMap((each) => {
      const firsts = results.get(each)?.flatMap(({ echoesMs }) => echoesMs.slice(0, 1)) ?? [];
      return firsts.length === 0 ? [] : [[each.transport, median(firsts)]];
    }),
  );
  const outcomes = new Map(
    [...results]
      .filter(([each]) => !healthyCases.includes(each))
      .map(([each, all]) => [each, all.map((run) => judgeRun(run, readyMs[each.transport] ?? 0))]),
  );
  return { client: client.name, version: client.version, readyMs, outcomes };
}
