import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { withNames } from './with-names.ts';

export interface TinyproxyOptions {
  readonly namespace: string;
  readonly port: number;
  /** The only port that CONNECT leads to. */
  readonly connectPort: number;
  /** Text of a hosts file: the names that it is asked for. Default: the machine's. */
  readonly hosts?: string;
  /** Lines added to the configuration, such as `BasicAuth …`. */
  readonly config?: readonly string[];
}

/**
 * Debian's tinyproxy in a namespace of a lab, on all its addresses. It stops with the lab.
 * @throws Error with its own output when it does not come up
 */
export async function startTinyproxy(lab: Lab, options: TinyproxyOptions): Promise<void> {
  const { namespace, port, connectPort, hosts, config = [] } = options;
  const file = join(lab.folder('tinyproxy'), 'tinyproxy.conf');
  const lines = [`Port ${port}`, `ConnectPort ${connectPort}`, 'Timeout 30', 'LogLevel Info', ...config];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const argv = ['tinyproxy', '-d', '-c', file];
  const named = hosts === undefined ? argv : withNames(lab, hosts, argv);
  await lab.spawn(namespace, named).waitFor(/Accepting connections/, 10_000);
}
