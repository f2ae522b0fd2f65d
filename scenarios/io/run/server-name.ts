/** The name of a lab's server, for clients that hold certificates against names only, and for proxies that they ask. */

/** RFC 2606 §2: nobody's. */
export const serverName = 'turn.lab.example';

/** Text of a hosts file. @param address of the server, as it is reached from where the file is used */
export function hostsWith(address: string): string {
  return `127.0.0.1 localhost\n${address} ${serverName}\n`;
}
