import { createHash } from 'node:crypto';
import { chownSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostUser } from './host-user.ts';
import type { Lab } from './lab.ts';

export interface EjabberdOptions {
  readonly address: string;
  /** The XMPP domain; also the realm. */
  readonly domain: string;
  /** Of time-limited credentials. */
  readonly secret: string;
  /** Peers that it refuses, as CIDR. */
  readonly denied: readonly string[];
  /** PEM: certificate chain and key. */
  readonly certificate: { readonly chain: string; readonly key: string };
}

export interface Ejabberd {
  readonly user: string;
  stop(): Promise<void>;
}

/** User part of the time-limited credentials that it takes: a hash of the user, and one of the domain. */
export function ejabberdUser(domain: string): string {
  return `00000000${createHash('sha1').update(domain).digest('hex').slice(0, 8)}`;
}

/** Where Debian has its libraries; `ejabberdctl` sets the same. */
const libraries = '/usr/lib/x86_64-linux-gnu';

/** Idle threads of Erlang spin otherwise; on a busy host of two cores it then starts eight times slower. */
const noBusyWaiting = ['+sbwt', '+sbwtdcpu', '+sbwtdio'].flatMap((kind) => [kind, 'none']);

/**
 * Debian's ejabberd as a TURN server alone: UDP and TCP on 3478, TLS on 5349. Without Erlang's distribution, so that it
 * leaves no port mapper behind. It stops with the lab.
 * @throws Error with its own output when it does not come up
 */
export async function startEjabberd(lab: Lab, options: EjabberdOptions): Promise<Ejabberd> {
  const folder = lab.folder('ejabberd');
  const { uid, gid } = hostUser('ejabberd');
  const files = {
    config: join(folder, 'ejabberd.yml'),
    chain: join(folder, 'chain.pem'),
    key: join(folder, 'key.pem'),
  };
  writeFileSync(files.config, configOf(options, files), { mode: 0o600 });
  copyFileSync(options.certificate.chain, files.chain);
  copyFileSync(options.certificate.key, files.key);
  for (const path of [folder, ...Object.values(files)]) chownSync(path, uid, gid);
  const running = lab.spawn(
    lab.server,
    [
      ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups'],
      ...['erl', ...noBusyWaiting, '-noinput', '-mnesia', 'dir', `"${folder}/spool"`, '-s', 'ejabberd'],
    ],
    {
      cwd: folder,
      env: {
        HOME: folder,
        ERL_LIBS: libraries,
        EJABBERD_CONFIG_PATH: files.config,
        EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
        ERL_CRASH_DUMP: join(folder, 'crash.dump'),
      },
    },
  );
  try {
    // Erlang compiles what it was told in its file, which takes a busy host long.
    await running.waitFor(/ejabberd .* is started/, 90_000);
  } catch (error) {
    throw new Error(`ejabberd does not start\n${logOf(folder)}`, { cause: error });
  }
  return { user: ejabberdUser(options.domain), stop: () => running.stop() };
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'ejabberd.log'), 'utf8').slice(-4000);
  } catch {
    return '';
  }
}

function configOf(
  { address, domain, secret, denied }: EjabberdOptions,
  { chain, key }: { readonly chain: string; readonly key: string },
): string {
  const listener = (transport: string, port: number, more = '') => `  -
    module: ejabberd_stun
    ip: "${address}"
    port: ${port}
    transport: ${transport}
    use_turn: true
    turn_ipv4_address: "${address}"
    turn_min_port: 49152
    turn_max_port: 65535
    turn_blacklist: ${JSON.stringify(denied)}
    auth_realm: "${domain}"
${more}`;
  return `hosts: ["${domain}"]
loglevel: info
certfiles: ["${chain}", "${key}"]
listen:
${listener('udp', 3478)}${listener('tcp', 3478)}${listener('tcp', 5349, '    tls: true\n')}modules:
  mod_stun_disco:
    secret: "${secret}"
    offer_local_services: false
`;
}
