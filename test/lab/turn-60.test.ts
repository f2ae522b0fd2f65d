/** A part of `npm run turn-60`, one fault of each kind: found, named, mended, and no secret printed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFault } from '../../bench/turn-60/run-fault.ts';
import { turnFaults } from '../../scenarios/catalog/turn-faults/index.ts';
import { hostName } from '../../scenarios/catalog/turn-faults/sound-server.ts';
import { type LabCertificates, makeCertificates } from '../../scenarios/io/lab-certificates.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl', 'haproxy']);
/** The open relay, a firewall, a NAT, a peer range, a key, a proxy, a line that only the linter sees. */
const sample = [
  'packaged-file',
  'relay-ports-half-closed',
  'cloud-own-address-denied',
  'ipv6-deny-from-zero',
  'key-for-root-only',
  'alpn-proxy',
  'invented-option',
];

describe.skipIf(obstacle !== null)(`broken coturn${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let folder: string;
  let certificates: LabCertificates;
  beforeAll(async () => {
    requireBuilt();
    folder = mkdtempSync(join(tmpdir(), 'polynya-turn60-'));
    certificates = await makeCertificates(folder, hostName);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.concurrent.each(sample)('%s', async (id) => {
    const fault = turnFaults.find((candidate) => candidate.id === id);
    if (fault === undefined) throw new Error(`no fault ${id}`);
    const outcome = await runFault(fault, certificates);
    expect(outcome.remarks).toEqual([]);
    expect([outcome.byCheck, outcome.byLint]).toEqual([
      fault.check === null ? null : true,
      fault.lint === null ? null : true,
    ]);
    expect([outcome.named, outcome.mended, outcome.masked]).toEqual([true, true, true]);
  });
});
