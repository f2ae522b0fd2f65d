import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatReportBody } from '../../contract/nat-report.ts';
import type { Lab } from '../../scenarios/io/lab.ts';
import { builtCli } from '../built-cli.ts';

export interface OwnServerOptions {
  /** Both addresses of the embedded STUN server; default: those of the lab. */
  readonly addresses?: readonly [string, string];
  /** Port of the API; the STUN ports are always 4478 and 4479. */
  readonly port?: number;
}

/** `polynya serve` in the server's namespace, with both its addresses; resolves to its `stun:` URI. */
export async function startOwnServer(lab: Lab, options: OwnServerOptions = {}): Promise<string> {
  const [address, alternateAddress] = options.addresses ?? lab.serverAddresses;
  const config = join(lab.folder('serve'), 'serve.yaml');
  const stun = { address, alternateAddress, port: 4478, alternatePort: 4479 };
  const port = options.port ?? 7478;
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ host: lab.serverAddresses[0], port, store: ':memory:', stun }));
  const serving = lab.spawn(lab.server, [process.execPath, builtCli, 'serve', '--config', config]);
  const [uri] = await serving.waitFor(/stun:(\[[\da-f:]+\]|[\d.]+):\d+/, 30_000);
  return uri;
}

/** Runs `polynya probe --json` in a namespace; null where it printed no report. `shown` says whose packets the trace lists. */
export async function probeFrom(
  lab: Lab,
  namespace: string,
  args: readonly string[],
  shown: RegExp,
  /** Put before the command line, e.g. to set the stage in its mount namespace. */
  wrapper: readonly string[] = [],
): Promise<{ body: NatReportBody | null; trace: string }> {
  const argv = [...wrapper, process.execPath, builtCli, 'probe', '--json', ...args];
  const { stdout, stderr } = await lab.run(namespace, argv, { timeoutMs: 60_000 });
  const body = bodyOf(stdout);
  const lines = body?.evidence.filter((e) => shown.test(e.purpose)).map((e) => JSON.stringify(e)) ?? [];
  return { body, trace: [stderr, ...lines].join('\n') };
}

function bodyOf(stdout: string): NatReportBody | null {
  try {
    return JSON.parse(stdout).body;
  } catch {
    return null;
  }
}
