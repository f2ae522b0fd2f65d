/**
 * Prediction against reality: every pair of endpoint types, predicted from what the built `polynya probe` reports at
 * both ends, and tried by two real ICE agents through the kernel's NATs.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReport } from '../../contract/envelope.ts';
import { pairEnd } from '../../probe/nat/pair-end.ts';
import { type PairPrediction, predictPairOf } from '../../probe/nat/predict-pair.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { IceAgents, type PairResult } from './ice-agents.ts';
import { endpointTypes } from './pair-endpoints.ts';
import { probeSites, startPairServers } from './pair-reports.ts';
import { forEachPair } from './pair-schedule.ts';
import { missingPrograms } from './turn-coturn.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']) ?? missingPrograms();
if (obstacle !== null) console.warn(`pair table skipped: ${obstacle}`);

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Each type twice, since it is paired with itself too. */
const sites = (['a', 'b'] as const).flatMap((side, sideIndex) =>
  endpointTypes.map(({ boxes }, index) => ({
    name: `${side}${index}`,
    hosts: 1,
    boxes: boxes.map(({ nat, firewall }) => ({
      nat: nat === null ? null : { ...nat, seed: 1 + sideIndex * endpointTypes.length + index },
      firewall,
    })),
  })),
);

const pairs = endpointTypes.flatMap((x, row) =>
  endpointTypes.slice(row).map((y, offset) => ({ x, y, a: `a${row}`, b: `b${row + offset}` })),
);
type Pair = (typeof pairs)[number];

interface Cell extends Pair {
  readonly prediction: PairPrediction;
  readonly result: PairResult;
  readonly faults: readonly PairResult['outcome'][];
}

describe.skipIf(obstacle !== null)('predictions and real ICE agents', () => {
  let lab: Lab;
  let agents: IceAgents;
  let reports: ReadonlyMap<string, NatReport>;
  const cells: Cell[] = [];

  beforeAll(async () => {
    if (!existsSync(cli)) throw new Error('dist/cli/main.js is not there: run `npm run build` first');
    const t0 = performance.now();
    const lap = (w: string) => console.log(w, Math.round(performance.now() - t0));
    lab = await buildLab({ sites });
    lap('lab');
    const servers = await startPairServers(lab);
    const hosts = new Map(
      lab.topology.sites.flatMap(({ name, hosts: [host] }) => (host ? [[name, host.namespace]] : [])),
    );
    reports = await probeSites(lab, servers);
    lap('probes');
    agents = await IceAgents.start(lab, hosts, servers.stun);
    lap('agents');
    await forEachPair(pairs, async (pair) => {
      const prediction = predictPairOf(endOf(reports, pair.a), endOf(reports, pair.b));
      const results = [await agents.connect(pair.a, pair.b)];
      // ICE stood and DTLS failed, or an agent hung: no finding about the NATs. Once more, and counted.
      if (isFault(results[0])) results.push(await agents.connect(pair.a, pair.b));
      const result = results.at(-1);
      if (result === undefined) return;
      const faults = results.filter(isFault).map(({ outcome }) => outcome);
      cells.push({ ...pair, prediction, result, faults });
    });
    lap('pairs');
  }, 240_000);

  afterAll(async () => {
    agents?.close();
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  it('agree in at least 98 of 100 pairs', () => {
    const counts = { pairs: cells.length, certain: 0, wrong: 0, depends: 0, faults: 0 };
    for (const cell of cells) {
      counts.faults += cell.faults.length;
      if (cell.prediction.outcome === 'depends') counts.depends += 1;
      else if (agrees(cell)) counts.certain += 1;
      else counts.wrong += 1;
      if (!agrees(cell))
        console.log(
          cell.x.id,
          '×',
          cell.y.id,
          cell.prediction.outcome,
          cell.prediction.code,
          cell.result.outcome,
          cell.prediction.reason,
          JSON.stringify(cell.result),
        );
    }
    console.log(counts);
    console.log(
      cells
        .filter((c) => c.prediction.outcome === 'depends')
        .map((c) => `${c.x.id} × ${c.y.id}: ${c.prediction.code} ${c.result.outcome}`)
        .join('\n'),
    );
    console.log(
      [...reports]
        .map(
          ([n, r]) =>
            `${n} ${r.body.nat.mapping} ${r.body.nat.filtering} ${r.body.nat.udp} ${r.body.nat.ipPooling} ${r.body.nat.portAllocation} ${r.body.verdicts
              .filter((v) => v.name === 'answersOver' || v.name === 'filterScope')
              .map((v) => `${v.value} (${v.reason})`)
              .join(
                ' | ',
              )} ${r.body.servers.map((s) => s.transport + s.status).join()} ${Math.round(r.body.run.durationMs)}`,
        )
        .join('\n'),
    );
    expect(cells).toHaveLength(pairs.length);
  });
});

function endOf(reports: ReadonlyMap<string, NatReport>, site: string) {
  const report = reports.get(site);
  if (report === undefined) throw new Error(`no report of ${site}`);
  return pairEnd(report.body);
}

function isFault(result: PairResult | undefined): boolean {
  return result?.outcome === 'dtls-failed' || result?.outcome === 'deadline';
}

function agrees({ prediction, result }: Cell): boolean {
  if (prediction.outcome === 'depends') return !isFault(result);
  if (prediction.outcome === 'direct') return result.outcome === 'connected';
  return (prediction.outcome === 'relay' || prediction.outcome === 'fail') && result.outcome === 'exhausted';
}
