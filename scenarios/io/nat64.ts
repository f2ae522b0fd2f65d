import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

export interface Nat64Options {
  /** Of the router. */
  readonly namespace: string;
  /** RFC 6052 prefix, a /96. */
  readonly prefix: string;
  /** Name of its device towards the translator. */
  readonly device: string;
}

/** Each host behind the translator gets one of these; the router's NAT makes them public. */
const pool = '192.168.255';

/**
 * Debian's tayga in a router of a lab: packets to the prefix come out of the device as IPv4. It stops with the lab.
 * @throws Error with the command that failed
 */
export async function startNat64(lab: Lab, { namespace, prefix, device }: Nat64Options): Promise<void> {
  const folder = lab.folder('tayga');
  const config = join(folder, 'tayga.conf');
  const lines = [
    `tun-device ${device}`,
    `ipv4-addr ${pool}.1`,
    `prefix ${prefix}`,
    `dynamic-pool ${pool}.0/24`,
    `data-dir ${folder}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const commands = [
    ['tayga', '--mktun', '--config', config],
    ['ip', 'link', 'set', device, 'up'],
    ['ip', 'route', 'add', `${pool}.0/24`, 'dev', device],
    ['ip', '-6', 'route', 'add', prefix, 'dev', device],
  ];
  for (const argv of commands) {
    const { code, stderr } = await lab.run(namespace, argv);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr.trim()}`);
  }
  lab.spawn(namespace, ['tayga', '--nodetach', '--config', config]);
}
