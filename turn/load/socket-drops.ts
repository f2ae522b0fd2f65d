/**
 * Linux counts for every UDP socket what it had to drop because the socket was full: the last column of `/proc/net/udp`.
 * Unlike the sums of `/proc/net/snmp` it tells our sockets from those of a server on the same machine.
 *
 * @param ports local ports of our sockets
 * @returns null where the table does not have the column
 */
export function socketDrops(table: string, ports: ReadonlySet<number>): number | null {
  const [head = '', ...lines] = table.trim().split('\n');
  if (!head.trimEnd().endsWith('drops')) return null;
  let drops = 0;
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
    if (ports.has(port)) drops += Number(fields.at(-1));
  }
  return drops;
}
