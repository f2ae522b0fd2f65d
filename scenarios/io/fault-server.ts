/** One broken server of the catalogue, in a lab of its own. */
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { hostName, labConfig } from '../catalog/turn-faults/sound-server.ts';
import type { Place } from '../catalog/turn-faults/turn-fault.ts';
import type { Running } from './exec.ts';
import { arrangePlace, hostsOf, layCertificate, renewCertificate, startProxy } from './fault-place.ts';
import { hostUser } from './host-user.ts';
import { buildLab, type Lab } from './lab.ts';
import type { LabCertificates } from './lab-certificates.ts';
import { runWithNames } from './run-with-names.ts';

export interface FaultServer {
  readonly lab: Lab;
  /** Where the configuration and the certificate are; the server runs in it. */
  readonly folder: string;
  readonly configFile: string;
  /** False: it has ended by itself; coturn does so with some faults. */
  readonly isUp: boolean;
  log(): string;
  /** Runs a command on the client, with the names of the place. */
  onClient(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; stdout: string; stderr: string }>;
  close(): Promise<void>;
}

/** Debian's unit runs coturn as this user; the package makes it. */
const serverUser = 'turnserver';

/**
 * Builds the lab, starts coturn with these lines and returns once it listens or has ended.
 * @throws Error when the lab cannot be built
 */
export async function startFaultServer(
  lines: readonly string[],
  place: Place,
  certificates: LabCertificates,
): Promise<FaultServer> {
  const lab = await buildLab({ prefix: 'pnfault' });
  try {
    return await startIn(lab, lines, place, certificates);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function startIn(
  lab: Lab,
  lines: readonly string[],
  place: Place,
  certificates: LabCertificates,
): Promise<FaultServer> {
  await arrangePlace(lab, place);
  const folder = lab.folder('turn');
  const { uid, gid } = hostUser(serverUser);
  chownSync(folder, uid, gid);
  // Not the name that coturn looks for by itself where no file is given.
  const configFile = join(folder, 'server.conf');
  writeFileSync(configFile, `${[...labConfig, ...lines].join('\n')}\n`);
  chownSync(configFile, 0, gid);
  chmodSync(configFile, place.fileMode ?? 0o640);
  layCertificate(folder, place, certificates);
  if (place.certificate !== 'key-for-root-only') chownSync(join(folder, 'key.pem'), 0, gid);
  const names = join(lab.folder('names'), 'hosts');
  writeFileSync(names, hostsOf(place));
  const argv = [
    ...['sh', '-c', 'mount --bind "$1" /etc/hosts && shift && exec "$@"', 'sh', names],
    ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', 'turnserver'],
  ];
  const server =
    place.startedWithoutC === true
      ? lab.spawn(lab.server, [...argv, '--pidfile=turnserver.pid', '--userdb=turndb', configFile], {
          cwd: folder,
        })
      : lab.spawn(lab.server, [...argv, '-c', configFile], { cwd: folder });
  const isUp = await listens(server);
  if (place.certificate === 'renewed-unnoticed') renewCertificate(folder, certificates);
  if (place.proxy !== undefined) await startProxy(lab, folder, place.proxy);
  return {
    lab,
    folder,
    configFile,
    isUp,
    log: () => `${server.stdout()}${server.stderr()}`,
    onClient: (argv, env) =>
      runWithNames(lab, {
        namespace: lab.client,
        hosts: hostsOf(place),
        argv,
        env: { NODE_EXTRA_CA_CERTS: certificates.root, ...env },
        cwd: folder,
      }),
    close: () => lab.close(),
  };
}

const lookEveryMs = 25;
const quietLooks = 6;
const giveUpLooks = 400;

/** Its sockets are there, and no more come; false: it has ended. */
async function listens(server: Running): Promise<boolean> {
  let ended = false;
  void server.ended.then(() => {
    ended = true;
  });
  let before = '';
  for (let looks = 0, quiet = 0; looks < giveUpLooks && !ended; looks += 1) {
    const now = openSockets(server.pid);
    quiet = now !== '' && now === before ? quiet + 1 : 0;
    if (quiet >= quietLooks) return true;
    before = now;
    await wait(lookEveryMs);
  }
  if (ended) return false;
  throw new Error(`turnserver opens no sockets for ${hostName}\n${server.stdout()}${server.stderr()}`);
}

/**
 * Local addresses of UDP sockets and listening TCP sockets in the process's namespace, see proc_net(5). A connected UDP
 * socket is a question to a name server: no client is heard on it.
 */
function openSockets(pid: number | undefined): string {
  try {
    const rows = ['udp', 'tcp'].flatMap((kind) =>
      readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter(([, , , state]) => state === (kind === 'udp' ? '07' : '0A'))
        .map(([, local]) => `${kind} ${local}`),
    );
    return rows.sort().join('\n');
  } catch {
    return '';
  }
}
