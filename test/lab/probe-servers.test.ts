/**
 * The built `polynya probe` against STUN servers with every fault of the accuracy matrix, through kernel NATs: graded by
 * the same rules as on the virtual clock (`bench/accuracy/`).
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/accuracy/cell.ts';
import { cells } from '../../bench/accuracy/cells.ts';
import { gradeRun } from '../../bench/accuracy/grade.ts';
import type { ServerKind } from '../../bench/accuracy/server-kinds.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import type { SiteSpec } from '../../scenarios/plan/topology.ts';
import { requireBuilt } from '../built-cli.ts';
import { probeFrom } from './own-server.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`faulty servers skipped: ${obstacle}`);

const script = fileURLToPath(new URL('./faulty-servers.mjs', import.meta.url));

/** The usual NAT, and the hardest. */
const sites: readonly (SiteSpec & { readonly cells: RegExp })[] = [
  { name: 'usual', cells: /-ei-apd$/, hosts: 1, boxes: [natBox('endpoint-independent')] },
  {
    name: 'hard',
    cells: /^(alternate-same-ip|ignores-change|deaf-to-change|other-ip-mute)-apd-apd$/,
    hosts: 1,
    boxes: [natBox('address-and-port-dependent')],
  },
];

function natBox(mapping: 'endpoint-independent' | 'address-and-port-dependent') {
  return { nat: { mapping, filtering: 'address-and-port-dependent' }, firewall: null } as const;
}

const serverOf = (cell: Cell) => cell.world.server ?? 'full';
/** Their answers name addresses of the matrix that the lab has not. */
const elsewhere: readonly ServerKind[] = ['alternate-stranger', 'alternate-nobody'];
const faulty = cells.filter((cell) => cell.group === 'server' && !elsewhere.includes(serverOf(cell)));
const kinds = [...new Set(faulty.map(serverOf))];
const ports = Object.fromEntries(kinds.map((kind, index) => [kind, 5_000 + 10 * index]));
const portOf = (kind: ServerKind) => ports[kind] ?? 0;

describe.skipIf(obstacle !== null)('polynya probe against faulty servers', () => {
  let lab: Lab;

  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({ sites });
    const setup = JSON.stringify({ addresses: lab.serverAddresses, ports });
    await lab.spawn(lab.server, [process.execPath, script, setup]).waitFor(/ready/, 30_000);
  }, 120_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  /** The reasons of a report with the endpoints that the matrix has. */
  function asInMatrix(text: string, port: number): string {
    const [first, second] = lab.serverAddresses;
    return text
      .replaceAll(second, '203.0.113.11')
      .replaceAll(first, '203.0.113.10')
      .replaceAll(`:${port + 1}`, ':3479')
      .replaceAll(`:${port}`, ':3478');
  }

  async function grade(cell: Cell, site: string) {
    const port = portOf(serverOf(cell));
    const [host] = lab.topology.sites.find(({ name }) => name === site)?.hosts ?? [];
    const [address] = lab.serverAddresses;
    const { body, trace } = await probeFrom(lab, host?.namespace ?? '', [`stun:${address}:${port}`], /./);
    if (body === null) throw new Error(`no report: ${trace}`);
    const verdicts = body.verdicts.map((v) => ({ ...v, reason: asInMatrix(v.reason, port) }));
    return gradeRun(cell, 0, { summary: body.nat, verdicts });
  }

  for (const { name, cells: wanted } of sites) {
    it.each(faulty.filter(({ id }) => wanted.test(id)).map((cell) => [cell.label, cell] as const))(
      `${name}: %s`,
      async (_label, cell) => {
        const { grade: said, remark } = await grade(cell, name);
        expect(cell.open !== undefined && said === 'open' ? 'exact' : said, remark).toBe('exact');
      },
    );
  }
});
