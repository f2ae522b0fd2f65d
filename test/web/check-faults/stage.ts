/** The lab of the matrix: one network per kind of site, one host with the servers, one fault at a time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { publicKeyHash } from '../../../scenarios/io/certificate.ts';
import { type Coturn, startCoturn } from '../../../scenarios/io/coturn.ts';
import type { Running } from '../../../scenarios/io/exec.ts';
import { buildLab, type Lab } from '../../../scenarios/io/lab.ts';
import { type LabCertificates, makeCertificates } from '../../../scenarios/io/lab-certificates.ts';
import { builtCli, requireBuilt } from '../../built-cli.ts';
import { launchCheckBrowser } from '../check-stage.ts';
import { openPage } from '../dashboard-stage.ts';
import { adminToken, askLabService } from '../lab-service.ts';
import type { Fault, FaultStage } from './fault.ts';
import { type SiteName, siteSpec } from './networks.ts';

export const ports = { service: 7478, turn: 3488, tls: 5349 } as const;
/** What the certificates are for. */
export const turnName = 'turn.lab.example';

/** Runs in the servers' namespace, which this process is not in. */
export interface Outcome {
  readonly status: string | null;
  readonly code: string | null;
  readonly cause: string | null;
  readonly beside: readonly string[];
  readonly sentence: string;
  readonly tookMs: number;
  /** Steps that still run or wait after the verdict. */
  readonly unfinished: number;
}

export interface Matrix {
  /** @param look called with the page once the verdict stands */
  run(fault: Fault, look?: (page: Page) => Promise<void>): Promise<Outcome>;
  close(): Promise<void>;
}

/** @param names the networks that are needed */
export async function buildMatrix(names: readonly SiteName[]): Promise<Matrix> {
  const lab = await buildLab({ prefix: 'pncheck', sites: names.map(siteSpec) });
  try {
    const folder = lab.folder('certificates');
    const certificates = await makeCertificates(folder, turnName);
    const chain = chainOf(folder, certificates.leaf.sound, certificates.intermediate);
    const tls = { certFile: chain, keyFile: certificates.key, port: ports.tls };
    const coturn = await startCoturn(lab, { port: ports.turn, tls, config: ['no-rfc5780'] });
    return {
      run: (fault, look) => runFault({ lab, certificates, coturn, folder }, fault, look),
      close: () => lab.close(),
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

function chainOf(folder: string, leaf: string, intermediate: string): string {
  const file = join(folder, `chain-${leaf.split('/').at(-1)}`);
  writeFileSync(file, readFileSync(leaf, 'utf8') + readFileSync(intermediate, 'utf8'));
  return file;
}

interface World {
  readonly lab: Lab;
  readonly certificates: LabCertificates;
  readonly coturn: Coturn;
  readonly folder: string;
}

async function runFault(world: World, fault: Fault, look?: (page: Page) => Promise<void>): Promise<Outcome> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const stage = stageOf(world, fault, undo);
    const servers = await fault.servers(stage);
    const service = await startService(world, fault, servers);
    undo.push(() => service.running.stop());
    const url = (await fault.via?.(stage, service.url)) ?? service.url;
    const browser = await launchCheckBrowser({
      namespace: stage.client,
      loopback: false,
      hosts: hostsText(fault.names?.client),
      args: [
        ...(fault.browser?.trusts === false ? [] : [trust(world.certificates)]),
        ...(fault.browser?.args ?? []),
      ],
    });
    undo.push(() => browser.close());
    const { page } = await openPage(browser);
    if (fault.browser?.script !== undefined) await page.addInitScript(fault.browser.script);
    await page.goto(new URL((await fault.path?.(stage, service.url)) ?? '/check', url).href);
    const start = page.locator('#start');
    await start.waitFor();
    await fault.loaded?.(stage, page);
    const startedMs = performance.now();
    await start.click();
    await fault.running?.(stage, page);
    await page.locator('body[data-phase="done"]').waitFor({ timeout: 30_000 });
    const tookMs = performance.now() - startedMs;
    const outcome = await read(page, tookMs);
    await look?.(page);
    return outcome;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function read(page: Page, tookMs: number): Promise<Outcome> {
  const verdict = page.locator('#verdict');
  const of = (name: string) => verdict.getAttribute(`data-${name}`);
  const beside = await verdict
    .locator('[data-cause]')
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-cause') ?? ''));
  return {
    status: await of('status'),
    code: await of('code'),
    cause: (await of('cause')) || null,
    beside,
    sentence: (await verdict.locator('.sentence').textContent()) ?? '',
    tookMs,
    unfinished: await page.locator('#steps [data-status=running], #steps [data-status=waiting]').count(),
  };
}

function stageOf(world: World, fault: Fault, undo: (() => Promise<unknown>)[]): FaultStage {
  const { lab, certificates, coturn } = world;
  const [a, b] = lab.serverAddresses;
  const site = lab.topology.sites.find(({ name }) => name === (fault.site ?? 'home'));
  const [host] = site?.hosts ?? [];
  const router = site?.boxes[0]?.namespace;
  if (host === undefined || router === undefined) throw new Error(`the lab has no site ${fault.site}`);
  const nft = async (namespace: string, text: string): Promise<void> => {
    const { code, stderr } = await lab.run(namespace, ['nft', '-f', '-'], { stdin: text });
    if (code !== 0) throw new Error(`nft: ${stderr}\n${text}`);
  };
  return {
    lab,
    client: host.namespace,
    router,
    a,
    b,
    coturn,
    certificates,
    rules: async (namespace, body) => {
      await nft(namespace, `table inet check_fault {\n${body}\n}\n`);
      undo.push(() => nft(namespace, 'delete table inet check_fault\n'));
    },
    turn: async (port, config, tls) => {
      const { certFile = null, port: tlsPort = 0 } = tls ?? {};
      const files =
        certFile === null
          ? {}
          : {
              tls: {
                certFile: chainOf(world.folder, certFile, certificates.intermediate),
                keyFile: certificates.key,
                port: tlsPort,
              },
            };
      const started = await startCoturn(lab, {
        addresses: [b],
        port,
        config: ['no-rfc5780', ...config],
        ...files,
      });
      undo.push(() => started.stop());
      return started;
    },
    faulty: async (port, faultName) => {
      const [username, password] = ['visitor', 'correct-horse-battery'];
      const folder = lab.folder('faulty');
      const [config, faults] = [join(folder, 'turn.yaml'), join(folder, 'faults.yaml')];
      writeFileSync(
        config,
        JSON.stringify({
          listen: [`${b}:${port}`],
          users: { [username]: password },
          peers: { allow: [`${a}/32`] },
        }),
      );
      writeFileSync(faults, JSON.stringify({ faults: [faultName] }));
      const argv = [process.execPath, builtCli, 'turn', 'serve', '--config', config, '--faults', faults];
      const running = lab.spawn(lab.server, argv);
      undo.push(() => running.stop());
      await running.waitFor(/turn:/, 20_000);
      return { username, password };
    },
    api: (service, method, path, body) => askLabService(lab, service, method, path, body),
    program: async (source, ...argv) => {
      const running = lab.spawn(lab.server, [process.execPath, '-e', source, ...argv]);
      undo.push(() => running.stop());
      await running.waitFor(/ready/, 10_000);
    },
  };
}

function hostsText(lines: readonly string[] = []): string {
  return ['127.0.0.1 localhost', ...lines, ''].join('\n');
}

/** Chromium takes certificates with this key for good, without looking at their names, dates and issuers. */
function trust({ leaf }: LabCertificates): string {
  return `--ignore-certificate-errors-spki-list=${publicKeyHash(leaf.sound)}`;
}

async function startService(
  { lab, certificates }: World,
  fault: Fault,
  servers: readonly Record<string, unknown>[],
): Promise<{ url: string; running: Running }> {
  requireBuilt();
  const [host, alternateAddress] = lab.serverAddresses;
  const folder = lab.folder('service');
  const [config, hosts] = [join(folder, 'polynya.json'), join(folder, 'hosts')];
  const settings = {
    host,
    port: fault.port ?? ports.service,
    store: ':memory:',
    adminToken,
    stun: { alternateAddress },
    servers,
  };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  writeFileSync(hosts, hostsText(fault.names?.service));
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  const inside = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolver} /etc/resolv.conf && exec "$@"`;
  const running = lab.spawn(
    lab.server,
    ['sh', '-c', inside, 'sh', process.execPath, builtCli, 'serve', '--config', config],
    { env: { NODE_EXTRA_CA_CERTS: certificates.root } },
  );
  const url = (await running.waitFor(/Dashboard +(http\S+)/, 30_000))[1];
  if (url === undefined) throw new Error('the service printed no URL');
  return { url, running };
}
