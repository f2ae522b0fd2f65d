import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { boundServer } from './bound-server.ts';
import { runInBackground } from './exec.ts';
import { freeTcpPort } from './free-tcp-port.ts';

export interface NatsServerOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** For JetStream. */
  readonly folder: string;
  /** Clients must bring it; absent: none is wanted. */
  readonly token?: string;
  /** Further keys of its configuration, such as `tls`; they win over those that are made here. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Absent: it stands alone. */
  readonly cluster?: { readonly port: number; readonly routes: readonly string[] };
}

/** Configuration of `nats-server` with JetStream; JSON is one of its ways to write. */
export function natsConfig({ name, address, port, folder, token, more, cluster }: NatsServerOptions): string {
  const ours = {
    server_name: name,
    host: address,
    port,
    jetstream: { store_dir: folder, max_memory_store: 67_108_864, max_file_store: 268_435_456 },
    ...(token !== undefined && { authorization: { token } }),
    ...(cluster !== undefined && {
      cluster: { name: 'polynya', host: address, port: cluster.port, routes: cluster.routes },
    }),
    ...more,
  };
  return JSON.stringify(ours, null, 2);
}

/** Why there is none; null: it is installed. */
export function natsObstacle(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const isThere = folders.some((folder) => existsSync(join(folder, 'nats-server')));
  return isThere ? null : 'not installed: nats-server (apt install nats-server)';
}

export interface Nats {
  readonly url: string;
  /** `start` brings it back on the same port with what it had. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/**
 * A NATS server of its own on a free port of 127.0.0.1. Its folder is temporary and goes with it, also when this process
 * is killed.
 * @throws Error with its own output when it does not come up
 */
export async function startNats(options: Pick<NatsServerOptions, 'token' | 'more'> = {}): Promise<Nats> {
  const address = '127.0.0.1';
  const folder = mkdtempSync(join(tmpdir(), 'polynya-nats-'));
  const port = await freeTcpPort(address);
  const file = join(folder, 'nats.conf');
  writeFileSync(file, natsConfig({ name: 'test', address, port, folder, ...options }));
  const start = async () => {
    const running = runInBackground(boundServer(folder, ['nats-server', '-c', file]), { cwd: folder });
    await running.waitFor(/Server is ready/, 20_000);
    return running;
  };
  let running = await start();
  const stop = async (): Promise<void> => {
    writeFileSync(join(folder, 'keep'), '');
    await running.stop();
    rmSync(join(folder, 'keep'), { force: true });
  };
  return {
    url: `nats://${address}:${port}`,
    stop,
    start: async () => {
      running = await start();
    },
    close: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
