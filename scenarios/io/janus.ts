import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, runInBackground } from './exec.ts';
import { freeTcpPort } from './free-tcp-port.ts';

export interface JanusOptions {
  /** Where clients of its WebSocket API are let in. Default 127.0.0.1. */
  readonly apiAddress?: string;
  /** Addresses or interfaces that media go over. Default: all but loopback, which libnice leaves out in any case. */
  readonly media?: readonly string[];
  /** Lines added to the section `general` of janus.jcfg. */
  readonly config?: readonly string[];
  /** Where it runs: default here, with a temporary folder of its own. */
  readonly place?: JanusPlace;
}

export interface JanusPlace {
  /** For its configuration; whoever made it removes it. */
  readonly folder: string;
  readonly start: (argv: readonly string[], options: { readonly cwd: string }) => Running;
}

export interface Janus {
  /** WebSocket of the API, `ws://ADDRESS:PORT`. */
  readonly url: string;
  readonly adminUrl: string;
  /** Every API request needs it. */
  readonly apiSecret: string;
  readonly adminSecret: string;
  readonly pid: number;
  log(): string;
  stop(): Promise<void>;
}

/** Debian’s multiarch folder differs per processor. */
function libraryFolder(): string {
  const found = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'janus'))
    .find((path) => {
      try {
        return readdirSync(path).includes('plugins');
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error('janus is not installed (apt install janus)');
  return found;
}

/** The plugins that rooms use; none of the others is loaded. */
const wantedPlugins = ['videoroom', 'audiobridge', 'echotest'];

/**
 * Starts Debian’s Janus with a configuration of its own on free ports, and returns once its WebSocket API listens.
 * All its files are in one folder.
 * @throws Error with its own output when it does not come up
 */
export async function startJanus(options: JanusOptions = {}): Promise<Janus> {
  const { apiAddress = '127.0.0.1', media = [], config = [], place } = options;
  const libraries = libraryFolder();
  const [port, adminPort] = [await freeTcpPort(apiAddress), await freeTcpPort(apiAddress)];
  const [apiSecret, adminSecret] = [secret(), secret()];
  const folder = place?.folder ?? mkdtempSync(join(tmpdir(), 'polynya-janus-'));
  const start = place?.start ?? runInBackground;
  const unwanted = readdirSync(join(libraries, 'plugins'))
    .filter((name) => name.endsWith('.so'))
    .filter((name) => !wantedPlugins.some((plugin) => name.includes(plugin)));
  const transports = readdirSync(join(libraries, 'transports')).filter(
    (name) => !name.includes('websockets'),
  );
  writeConfig(folder, 'janus', {
    general: [
      `plugins_folder = "${join(libraries, 'plugins')}"`,
      `transports_folder = "${join(libraries, 'transports')}"`,
      `events_folder = "${join(libraries, 'events')}"`,
      `loggers_folder = "${join(libraries, 'loggers')}"`,
      `api_secret = "${apiSecret}"`,
      `admin_secret = "${adminSecret}"`,
      'server_name = "polynya"',
      'debug_level = 4',
      'debug_colors = false',
      ...config,
    ],
    nat: [
      // Half-trickle: descriptions carry Janus’s candidates, so nothing has to be held back for them.
      'full_trickle = false',
      // Their names could only be resolved on the host that made them.
      'ignore_mdns = true',
      ...(media.length === 0 ? [] : [`ice_enforce_list = "${media.join(',')}"`]),
    ],
    plugins: [`disable = "${unwanted.join(',')}"`],
    transports: [`disable = "${transports.join(',')}"`],
  });
  writeConfig(folder, 'janus.transport.websockets', {
    general: ['json = "compact"', 'ws = true', `ws_port = ${port}`, `ws_ip = "${apiAddress}"`, 'wss = false'],
    admin: ['admin_ws = true', `admin_ws_port = ${adminPort}`, `admin_ws_ip = "${apiAddress}"`],
  });
  // Rooms are made over the API; Debian’s files would open some that nobody asked for.
  for (const plugin of wantedPlugins) writeConfig(folder, `janus.plugin.${plugin}`, { general: [] });
  const running = start(['janus', '-F', folder], { cwd: folder });
  const killNow = (): void => {
    if (running.pid !== undefined) process.kill(running.pid, 'SIGKILL');
  };
  process.once('exit', killNow);
  void running.ended.then(() => process.off('exit', killNow));
  const stop = async (): Promise<void> => {
    await running.stop();
    if (place === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    await running.waitFor(/WebSockets thread started/, 10_000);
    if (running.pid === undefined) throw new Error('janus has no process');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `ws://${apiAddress}:${port}`,
    adminUrl: `ws://${apiAddress}:${adminPort}`,
    apiSecret,
    adminSecret,
    pid: running.pid,
    log: () => `${running.stdout()}${running.stderr()}`,
    stop,
  };
}

/** libconfig’s syntax: sections of settings. */
function writeConfig(
  folder: string,
  name: string,
  sections: Readonly<Record<string, readonly string[]>>,
): void {
  const text = Object.entries(sections)
    .map(([section, lines]) => `${section}: {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`)
    .join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.jcfg`), text, { mode: 0o600 });
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
