/** The name of a lab's server, for clients that hold certificates against names only, and for proxies that they ask. */
import { readFileSync } from 'node:fs';

/** RFC 2606 §2: nobody's. */
export const serverName = 'turn.lab.example';

/**
 * Text of a hosts file: the machine's own names, its host name among them, and the server's.
 * @param address of the server, as it is reached from where the file is used
 */
export function hostsWith(address: string): string {
  return `${readFileSync('/etc/hosts', 'utf8').trimEnd()}\n${address} ${serverName}\n`;
}
