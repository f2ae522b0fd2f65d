import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inside } from '../plan/commands.ts';
import { boundServer } from './bound-server.ts';
import { type ExecOptions, type Running, run, runInBackground } from './exec.ts';
import { freeTcpPort } from './free-tcp-port.ts';
import { hostUser } from './host-user.ts';

export interface PostgresOptions {
  /** False: data may be lost with the power, and everything is faster. Default true, as PostgreSQL is shipped. */
  readonly durable?: boolean;
  /** Settings of its own, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** In a namespace, where whoever reaches the address may try its password; absent: on loopback of this host. */
  readonly place?: { readonly namespace: string; readonly address: string };
}

export interface Postgres {
  /** Of a new, empty database of its owner. */
  database(): Promise<string>;
  /** Of the server with other parts: a wrong password, another user. */
  url(parts: { readonly user?: string; readonly password?: string; readonly database?: string }): string;
  /** Runs SQL as the superuser; what it selects comes back one row a line. */
  sql(text: string, database?: string): Promise<string>;
  /** Everything that it has logged. */
  log(): string;
  /** Kills the server (SIGKILL). */
  halt(): Promise<void>;
  /** Starts it again on the same port, with what it had acknowledged. */
  resume(): Promise<void>;
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const user = 'polynya';
const loopback = '127.0.0.1';
/** In a namespace nobody else has it. */
const usualPort = 5432;
const debianFolder = '/usr/lib/postgresql';

/** The newest one that Debian has installed; null: there is none, or the system cannot bind it to this process. */
export function postgresFolder(): string | null {
  if (process.platform !== 'linux' || !existsSync(debianFolder)) return null;
  const [newest] = readdirSync(debianFolder)
    .filter((version) => existsSync(join(debianFolder, version, 'bin/postgres')))
    .sort((a, b) => Number(b) - Number(a));
  return newest === undefined ? null : join(debianFolder, newest, 'bin');
}

/**
 * A PostgreSQL server of its own on a free port of 127.0.0.1, that wants passwords (SCRAM). Its folder is temporary and
 * goes with it, also when this process is killed. As root it runs as Debian’s user postgres, since it refuses root.
 * @throws Error with its own output when it does not come up
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { durable = true, settings = {}, place = null } = options;
  const address = place?.address ?? loopback;
  const there = (argv: readonly string[]) => (place === null ? [...argv] : inside(place.namespace, argv));
  const programs = postgresFolder();
  if (programs === null) throw new Error('PostgreSQL is not installed (apt install postgresql)');
  const folder = mkdtempSync(join(tmpdir(), 'polynya-postgres-'));
  const password = randomBytes(18).toString('base64url');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const asUser = process.getuid?.() === 0 ? demoted([folder, passwordFile]) : [];
  const data = join(folder, 'data');
  const port = place === null ? await freeTcpPort(address) : usualPort;
  const all = {
    port: String(port),
    listen_addresses: address,
    unix_socket_directories: folder,
    max_connections: '60',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = async (): Promise<Running> => {
    const server = [join(programs, 'postgres'), '-D', data, ...flags];
    const bound = boundServer(folder, server);
    const running = runInBackground(there([...asUser, ...bound]), { cwd: folder });
    await running.waitFor(/database system is ready to accept connections/, 20_000);
    return running;
  };
  let running: Running;
  try {
    const access = ['-U', user, '-A', 'scram-sha-256', '--pwfile', passwordFile];
    const form = ['--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions', '--no-sync'];
    const initdb = [join(programs, 'initdb'), '-D', data, ...access, ...form];
    await must([...asUser, ...initdb], { cwd: folder });
    if (place !== null) appendFileSync(join(data, 'pg_hba.conf'), 'host all all all scram-sha-256\n');
    running = await start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const url: Postgres['url'] = ({ user: name = user, password: secret = password, database = 'postgres' }) =>
    `postgres://${name}:${encodeURIComponent(secret)}@${address}:${port}/${database}`;
  const sql: Postgres['sql'] = async (text, database = 'postgres') => {
    const psql = [
      join(programs, 'psql'),
      '-XqAt',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      url({ database }),
      '-f',
      '-',
    ];
    return must(there(psql), { stdin: text });
  };
  const keep = join(folder, 'keep');
  const halt = async (): Promise<void> => {
    writeFileSync(keep, '');
    const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await running.ended;
  };
  const resume = async (): Promise<void> => {
    rmSync(keep);
    running = await start();
  };
  let databases = 0;
  return {
    url,
    sql,
    database: async () => {
      databases += 1;
      const name = `store_${databases}`;
      await sql(`create database ${name}`);
      return url({ database: name });
    },
    log: () => running.stderr(),
    halt,
    resume,
    crash: async () => {
      await halt();
      await resume();
    },
    stop: async () => {
      await running.stop(5_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What runs a program as Debian’s user postgres, who from now on owns these. */
function demoted(files: readonly string[]): string[] {
  const { uid, gid } = hostUser('postgres');
  for (const file of files) chownSync(file, uid, gid);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups'];
}

async function must(argv: readonly string[], options: ExecOptions): Promise<string> {
  const { code, stdout, stderr } = await run(argv, { timeoutMs: 600_000, ...options });
  if (code !== 0) throw new Error(`${argv[0]}: ${stderr.trim()}`);
  return stdout.trim();
}
