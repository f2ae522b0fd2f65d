/** Lab reports for tests: three by three networks, over two paths, of which some cells come out as the test wants. */
import type { LabAttempt, LabReport } from '../../contract/lab-report.ts';
import { scenarioSchema } from '../../contract/scenario.ts';
import { buildCell } from '../../scenarios/scenario/build-cell.ts';
import { buildLabReport } from '../../scenarios/scenario/build-report.ts';
import { compileScenario } from '../../scenarios/scenario/compile.ts';

const home = { type: 'srflx', address: '11.78.16.2', port: 40_000 } as const;
const mobile = { type: 'prflx', address: '11.78.17.2', port: 41_000 } as const;
const hostOf = (address: string, port: number) => ({ type: 'host', address, port }) as const;

const noMedia = { packetMs: null, frameMs: null, stableMs: null };

export const connected: LabAttempt = {
  outcome: 'connected',
  rung: 'S4',
  milestones: { candidateMs: 3, iceMs: 40, dtlsMs: 60, echoMs: 87, ...noMedia },
  selected: { local: home, remote: mobile },
  candidates: [
    [
      { ...hostOf('192.168.1.2', 40_000), protocol: 'udp', atMs: 3 },
      { ...home, protocol: 'udp', atMs: 5 },
    ],
    [{ ...hostOf('192.168.2.2', 41_000), protocol: 'udp', atMs: 4 }],
  ],
  checks: [{ '192.168.2.2:41000': 4, '11.78.17.2:41000': 1 }, { '11.78.16.2:40000': 2 }],
  relayed: null,
  failure: null,
};
export const failed: LabAttempt = {
  ...connected,
  outcome: 'failed',
  rung: 'S1',
  milestones: { candidateMs: 3, iceMs: null, dtlsMs: null, echoMs: null, ...noMedia },
  selected: null,
  failure: {
    code: 'ice-failed',
    blame: 'network',
    message: 'No candidate pair worked.',
    next: 'Offer a TURN server.',
  },
};
export const spoiled: LabAttempt = { ...failed, outcome: 'fault', rung: 'S2' };

const names = ['home', 'mobile', 'office'];

/**
 * @param tries attempts by `FROM TO PATH`; cells that are not named connect, as all are expected to
 * @param over scenario's name, and who ran it
 */
export function sampleLab(
  tries: Readonly<Record<string, readonly LabAttempt[]>> = {},
  over: { readonly name?: string; readonly runner?: LabReport['body']['runner']; readonly at?: string } = {},
): LabReport {
  const compiled = compileScenario(
    scenarioSchema.parse({
      name: over.name ?? 'three-by-three',
      about: 'every network with every other.',
      pairs: 'matrix',
      paths: ['direct', 'relay-tls'],
      sites: Object.fromEntries(names.map((name) => [name, {}])),
    }),
  );
  const cells = compiled.cells.map((cell) =>
    buildCell(
      cell,
      { outcome: 'connected', by: 'simulator', because: null },
      tries[`${cell.from.type} ${cell.to.type} ${cell.path}`] ?? [connected],
    ),
  );
  return buildLabReport(compiled, {
    at: new Date(over.at ?? '2026-11-20T08:00:00.000Z'),
    runner: over.runner ?? 'kernel',
    whySimulated: null,
    agent: 'node-datachannel',
    server: 'coturn',
    timing: { buildMs: 80, verifyMs: 900, cellsMs: 1_500, totalMs: 2_500 },
    notices: [],
    cells,
    measured: new Map(),
  });
}
