/**
 * Prediction against reality: every pair of endpoint types, predicted from what the built `polynya probe` reports at
 * both ends, and tried by two real ICE agents through the kernel's NATs. `POLYNYA_WRITE_DOCS=1` writes the table of
 * docs/predictions.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { forEachPair } from '../../scenarios/io/run/schedule.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { requireBuilt } from '../built-cli.ts';
import { IceAgents } from './ice-agents.ts';
import { endpointTypes } from './pair-endpoints.ts';
import { probeFrom, relaysOf, startPairServers } from './pair-reports.ts';
import { pairMatrix, pairRemarks, pairSummary, type TypeTrial, tally } from './pair-table.ts';
import { isCertain, tryPair } from './pair-trial.ts';
import { missingPrograms } from './turn-coturn.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']) ?? missingPrograms();
if (obstacle !== null) console.warn(`pair table skipped: ${obstacle}`);

const page = fileURLToPath(new URL('../../docs/predictions.md', import.meta.url));

const startMark = '<!-- measured: written by test/lab/pair-ice.test.ts -->';
const endMark = '<!-- end -->';

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

/** Now one end offers, now the other; so no site has many more pairs than the others, which would take its time. */
const pairs = endpointTypes.flatMap((x, row) =>
  endpointTypes.slice(row).map((y, offset) => {
    const [sideX, sideY] = offset % 2 === 0 ? (['a', 'b'] as const) : (['b', 'a'] as const);
    return { x, y, a: `${sideX}${row}`, b: `${sideY}${row + offset}` };
  }),
);

describe.skipIf(obstacle !== null)('predictions and real ICE agents', () => {
  let lab: Lab;
  let agents: IceAgents;
  const trials: TypeTrial[] = [];

  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({ sites });
    const servers = await startPairServers(lab);
    const hosts = lab.topology.sites.flatMap(({ name, hosts: [host] }) =>
      host ? [[name, host] as const] : [],
    );
    const namespaces = new Map(hosts.map(([name, { namespace }]) => [name, namespace]));
    const reports = await probeFrom(lab, namespaces, servers, ['--pairs']);
    agents = await IceAgents.start(lab, namespaces, servers.stun);
    const relays = relaysOf(reports, servers);
    await forEachPair(pairs, async (pair) => {
      trials.push({ ...pair, ...(await tryPair(pair, { reports, agents, relays })) });
    });
  }, 240_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  it('agree in at least 98 of 100 pairs, and hardly any is left open', () => {
    const { pairs: count, certain, certainRight, open, openRight } = tally(trials, 'prediction');
    console.log(
      [...pairSummary(trials), ...pairRemarks(trials), pairMatrix(endpointTypes, trials)].join('\n'),
    );
    expect(count).toBe(pairs.length);
    expect((certainRight + openRight) / count).toBeGreaterThanOrEqual(0.98);
    expect(certainRight / certain).toBeGreaterThanOrEqual(0.98);
    // The pool of addresses is chance whatever is measured; a busy machine may leave another verdict open.
    expect(open).toBeGreaterThan(0);
    expect(open / count).toBeLessThanOrEqual(0.05);
    if (process.env['POLYNYA_WRITE_DOCS'] === '1') writePage(trials);
  });

  it('agree as well where only mapping and filtering are known, with more left open', () => {
    const { pairs: count, certain, certainRight, openRight } = tally(trials, 'unmeasured');
    expect((certainRight + openRight) / count).toBeGreaterThanOrEqual(0.98);
    expect(certainRight / certain).toBeGreaterThanOrEqual(0.98);
    // What is open there must be so for a reason: each outcome is seen.
    const seen = trials.filter(({ unmeasured }) => !isCertain(unmeasured)).map((trial) => trial.seen);
    expect(new Set(seen)).toEqual(new Set(['direct', 'relay']));
  });
});

function writePage(trials: readonly TypeTrial[]): void {
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split(startMark);
  const [, after = ''] = rest.split(endMark);
  writeFileSync(page, [before, startMark, measuredText(trials), endMark, after].join(''));
}

function measuredText(all: readonly TypeTrial[]): string {
  const types = endpointTypes.map(({ id, label }, index) => `| ${index + 1} | ${id} | ${label} |`);
  return [
    '',
    ...pairSummary(all).map((line) => `- ${line}`),
    '',
    '| | type | what it is |',
    '|---|---|---|',
    ...types,
    '',
    '```text',
    pairMatrix(endpointTypes, all),
    '```',
    '',
    ...pairRemarks(all).map((line) => `- ${line}`),
    '',
  ].join('\n');
}
