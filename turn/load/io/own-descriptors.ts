/** Which descriptor of this process is which of its UDP sockets. */
import { localSockets, socketDescriptors } from './proc-files.ts';

/** By local port; empty where the system does not tell. */
export function ownUdpDescriptors(): ReadonlyMap<number, number> {
  const byInode = socketDescriptors('self');
  const found = new Map<number, number>();
  const twice = new Set<number>();
  for (const { port, inode } of localSockets('udp')) {
    const descriptor = byInode.get(inode);
    if (descriptor === undefined) continue;
    if (found.has(port)) twice.add(port);
    found.set(port, descriptor);
  }
  // Sockets at the same port of two addresses: the port does not tell which is which.
  for (const port of twice) found.delete(port);
  return found;
}
