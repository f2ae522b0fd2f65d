/** Linux’ tables of sockets: `/proc/net/udp`, `udp6`, `tcp`, `tcp6`. */

export interface LocalSocket {
  /** Local. */
  readonly port: number;
  /** It has no other end: it listens, or takes datagrams from anybody. */
  readonly isOpen: boolean;
  /** As in the links of `/proc/PID/fd`. */
  readonly inode: number;
  /** What the system had to drop because the socket was full; null: it is not counted here. */
  readonly drops: number | null;
}

export function socketsIn(table: string): LocalSocket[] {
  const [head = '', ...lines] = table.trim().split('\n');
  const tellsDrops = head.trimEnd().endsWith('drops');
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    const portIn = (endpoint = '') => Number.parseInt(endpoint.split(':')[1] ?? '', 16);
    return {
      port: portIn(fields[1]),
      isOpen: portIn(fields[2]) === 0,
      inode: Number(fields[9]),
      drops: tellsDrops ? Number(fields.at(-1)) : null,
    };
  });
}

/**
 * Unlike the sums of `/proc/net/snmp` it tells our sockets from those of a server on the same machine.
 *
 * @param ports local ports of our sockets
 * @returns null where drops are not told
 */
export function dropsAt(sockets: readonly LocalSocket[], ports: ReadonlySet<number>): number | null {
  let sum: number | null = null;
  for (const { port, drops } of sockets) {
    if (drops !== null) sum = (sum ?? 0) + (ports.has(port) ? drops : 0);
  }
  return sum;
}
