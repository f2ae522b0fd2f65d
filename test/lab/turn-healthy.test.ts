/** `turn check` calls nothing a failure on sound servers of three makes, over UDP, TCP and TLS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnReport } from '../../contract/turn-report.ts';
import {
  hostName,
  publicAddress,
  secret,
  soundConfig,
  soundUris,
} from '../../scenarios/catalog/turn-faults/sound-server.ts';
import { startEjabberd } from '../../scenarios/io/ejabberd.ts';
import { startFaultServer } from '../../scenarios/io/fault-server.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { type LabCertificates, makeCertificates } from '../../scenarios/io/lab-certificates.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { runWithNames } from '../../scenarios/io/run-with-names.ts';
import { specialV4 } from '../../turn/lint/address.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl', 'ejabberdctl']);
const hosts = `127.0.0.1 localhost\n${publicAddress} ${hostName}\n`;
const uris = (tlsPort: number) => [...soundUris.slice(0, 2), `turns:${hostName}:${tlsPort}`];
const check = (...words: readonly string[]) => [
  process.execPath,
  builtCli,
  'turn',
  'check',
  ...words,
  '--json',
];

let folder: string;
let certificates: LabCertificates;
let chain: string;
const labs: Lab[] = [];

async function openLab(): Promise<Lab> {
  const lab = await buildLab();
  labs.push(lab);
  return lab;
}

async function ask(lab: Lab, tlsPort: number, env: Readonly<Record<string, string>>): Promise<TurnReport> {
  const { stdout, stderr } = await runWithNames(lab, {
    namespace: lab.client,
    hosts,
    argv: check(...uris(tlsPort)),
    env: { NODE_EXTRA_CA_CERTS: certificates.root, POLYNYA_TURN_SECRET: secret, ...env },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

function seen({ body }: TurnReport, status: 'failed' | 'warned'): Record<string, string> {
  const rows = body.checks.filter((row) => row.status === status);
  return Object.fromEntries(rows.map(({ id, observed }) => [id, observed]));
}

/** Data went through each of the three ways. */
function expectRelayed({ body }: TurnReport): void {
  const wanted = ['A01', 'A04', 'F01', 'F02', 'L04', 'P01', 'P02', 'T01', 'T04'];
  const others = body.checks.filter(({ id, status }) => wanted.includes(id) && status !== 'passed');
  expect(others.map(({ id, status, observed }) => `${id} ${status}: ${observed}`)).toEqual([]);
  expect(body.checks.find(({ id }) => id === 'T01')?.observed.match(/allocates and relays/g)).toHaveLength(2);
  expect(body.checks.find(({ id }) => id === 'F01')?.observed).toMatch(/^([6-9]|\d\d) ports/);
}

describe.skipIf(obstacle !== null)(`sound servers${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  beforeAll(async () => {
    requireBuilt();
    folder = mkdtempSync(join(tmpdir(), 'polynya-healthy-'));
    certificates = await makeCertificates(folder, hostName);
    chain = join(folder, 'chain.pem');
    const { leaf, intermediate } = certificates;
    writeFileSync(chain, readFileSync(leaf.sound, 'utf8') + readFileSync(intermediate, 'utf8'));
  });
  afterAll(async () => {
    await Promise.all(labs.map((lab) => lab.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('our own turn serve: nothing failed, and three warnings with a reason', async () => {
    const lab = await openLab();
    const config = join(folder, 'turn.yaml');
    // JSON is YAML.
    const settings = {
      listen: [`${publicAddress}:3478`],
      tls: { cert: chain, key: certificates.key, listen: [`${publicAddress}:5349`] },
      realm: hostName,
      secret,
      peers: { allow: [publicAddress] },
    };
    writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
    const server = lab.spawn(lab.server, [process.execPath, builtCli, 'turn', 'serve', '--config', config]);
    await server.waitFor(/turns:\S+:5349/, 20_000);
    const report = await ask(lab, 5349, {});
    expect(seen(report, 'failed')).toEqual({});
    // T03: TLS on 5349 here, not on 443. S18: the nonce of RFC 8489 s9.2 and the algorithms make its 401 longer.
    // X09: the own address is allowed here, for relay to relay, and so the listener answers through the relay.
    expect(Object.keys(seen(report, 'warned')).sort()).toEqual(['S18', 'T03', 'X09']);
    expectRelayed(report);
  });

  it('hardened coturn: nothing failed but what its version cannot do', async () => {
    const server = await startFaultServer(soundConfig, {}, certificates);
    labs.push(server.lab);
    const report = await ask(server.lab, 443, {});
    // Fixed in 4.15: attributes behind MESSAGE-INTEGRITY are obeyed.
    expect(Object.keys(seen(report, 'failed'))).toEqual(['A10']);
    expectRelayed(report);
    expect(report.body.explained[0]).toMatch(/^The log shows 401 .* no fault\.$/);
    expect(report.body.explained.some((line) => line.startsWith('The log shows 438'))).toBe(true);
  });

  it('ejabberd with a list of refused peers: nothing failed', async () => {
    const lab = await openLab();
    const ejabberd = await startEjabberd(lab, {
      address: publicAddress,
      domain: hostName,
      secret,
      denied: [...specialV4.map(({ cidr }) => cidr), '224.0.0.0/4', '168.63.129.16/32'],
      certificate: { chain, key: certificates.key },
    });
    const report = await ask(lab, 5349, { POLYNYA_TURN_USERNAME: ejabberd.user });
    expect(seen(report, 'failed')).toEqual({});
    expectRelayed(report);
    expect(report.body.server.family).toBe('unknown');
  });
});
