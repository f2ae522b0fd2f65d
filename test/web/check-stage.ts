/** What the Check page’s tests need around the page: a browser that may use loopback, coturn, bad networks. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { parseEnvelope, type VisitReport } from '../../contract/envelope.ts';
import { runDetailSchema } from '../../contract/runs.ts';
import { quietSwitches } from '../../scenarios/io/participants/chromium.ts';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';
import { addressesSettled } from '../../scenarios/io/settled-addresses.ts';
import { axeViolations } from './dashboard-stage.ts';

const chromiumPath = '/usr/bin/chromium';
export const artifacts = fileURLToPath(new URL('../artifacts', import.meta.url));

/** Why the tests cannot run here; null when they can. */
export function checkObstacle(needs: { coturn: boolean }): string | null {
  if (!existsSync(chromiumPath)) return `${chromiumPath} is missing (apt install chromium)`;
  if (needs.coturn && !existsSync('/usr/bin/turnserver')) return 'turnserver is missing (apt install coturn)';
  return null;
}

/** Has this machine an address beyond loopback? A browser without the loopback switch uses only those. */
export function hasOutsideAddress(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((entry) => !entry.internal) === true);
}

export interface BrowserOptions {
  /** Lets pages use loopback for WebRTC, which Chromium leaves out otherwise. Default true. */
  readonly loopback?: boolean;
  /** Further switches. */
  readonly args?: readonly string[];
  /** Launches it in this network namespace. */
  readonly namespace?: string;
  /** Text of the /etc/hosts that it sees there; the machine's own stays as it is. */
  readonly hosts?: string;
}

export async function launchCheckBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const args = [...quietSwitches, '--no-sandbox'];
  args.push(...(options.args ?? []));
  if (options.loopback ?? true) args.push('--allow-loopback-in-peer-connection');
  if (options.namespace === undefined) return chromium.launch({ executablePath: chromiumPath, args });
  await addressesSettled(options.namespace);
  // Playwright speaks to the browser over a pipe, which reaches into the namespace; sockets would not.
  const folder = mkdtempSync(join(tmpdir(), 'polynya-chromium-'));
  const wrapper = join(folder, 'chromium');
  const hosts = join(folder, 'hosts');
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(hosts, options.hosts ?? '127.0.0.1 localhost\n');
  // Refuses at once. The machine's own name server cannot be reached from a lab, and silence costs ten seconds.
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  // `ip netns exec` gives the command a mount table of its own.
  const mounts = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolver} /etc/resolv.conf`;
  const inside = `${mounts} && exec ${chromiumPath} "$@"`;
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec ip netns exec ${options.namespace} sh -c '${inside}' chromium "$@"\n`,
  );
  chmodSync(wrapper, 0o755);
  try {
    const browser = await chromium.launch({ executablePath: wrapper, args });
    browser.on('disconnected', () => removeFolder(folder));
    return browser;
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

export interface LocalCoturn {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** coturn on loopback, relaying to loopback: the echo peer of a local service is there. */
export async function startLocalCoturn(): Promise<LocalCoturn> {
  const port = await freeUdpPort();
  const folder = mkdtempSync(join(tmpdir(), 'polynya-coturn-'));
  const config = join(folder, 'turnserver.conf');
  const [username, password] = ['alice', 'correct-horse'];
  const lines = [
    'listening-ip=127.0.0.1',
    'relay-ip=127.0.0.1',
    `listening-port=${port}`,
    'realm=check.polynya.example',
    `user=${username}:${password}`,
    'lt-cred-mech',
    'fingerprint',
    'no-cli',
    'cli-password=unused',
    'allow-loopback-peers',
    'no-tls',
    'no-dtls',
    'relay-threads=1',
    'log-file=stdout',
    'simple-log',
    `pidfile=${join(folder, 'turnserver.pid')}`,
    `userdb=${join(folder, 'turndb')}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const child = spawn('turnserver', ['-c', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    process.off('exit', killNow);
    removeFolder(folder);
  };
  if (!(await answersBinding(port, 10_000))) {
    await stop();
    throw new Error(`turnserver does not answer\n${output}`);
  }
  return { url: `turn:127.0.0.1:${port}?transport=udp`, username, password, stop };
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Sends a minimal Binding request (RFC 8489 §5) every 50 ms until it is answered. */
async function answersBinding(port: number, deadlineMs: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const ask = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
  try {
    return await new Promise<boolean>((resolve) => {
      const repeat = setInterval(() => socket.send(ask, port, '127.0.0.1'), 50);
      const giveUp = setTimeout(() => resolve(false), deadlineMs);
      socket.once('message', () => resolve(true));
      socket.once('close', () => {
        clearInterval(repeat);
        clearTimeout(giveUp);
      });
    });
  } finally {
    socket.close();
  }
}

/** A UDP port that takes everything and never answers. */
export async function startSilentServer(): Promise<{ readonly url: string; close(): void }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { url: `stun:127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

/** A proxy in front of the service that passes HTTP and cuts every WebSocket, as some companies’ proxies do. */
export async function startProxyWithoutWebSocket(target: string): Promise<{ url: string; close(): void }> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Waits until the check is over and its report is stored; returns the report’s number. */
export async function waitForReport(page: Page): Promise<string> {
  await page.locator('body[data-phase="done"]').waitFor({ timeout: 40_000 });
  const id = page.locator('#report-id');
  await id.waitFor({ timeout: 15_000 });
  return (await id.textContent()) ?? '';
}

/** What the service stored. */
export function visitOf(detail: unknown): VisitReport {
  const parsed = parseEnvelope(runDetailSchema.parse(detail).report);
  if (!parsed.ok) throw new Error(parsed.failure.message);
  if (parsed.envelope.kind !== 'visit-report') throw new Error(`stored as ${parsed.envelope.kind}`);
  return parsed.envelope;
}

export async function fetchVisit(serviceUrl: string, id: string): Promise<VisitReport> {
  return visitOf(await (await fetch(new URL(`/api/runs/${id}`, serviceUrl))).json());
}

/** Wide and narrow, light and dark, of the whole page. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(artifacts, `check-${name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
}

/** axe-core’s violations in light and in dark. */
export async function axeInBothSchemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await axeViolations(page)).map((violation) => `${colorScheme}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

/** Sideways scrolling of the page itself, in CSS pixels; tables scroll in their own frames. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
