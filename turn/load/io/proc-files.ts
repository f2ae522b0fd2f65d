/** What Linux tells about processes and their sockets in `/proc`. Other systems have no such files: nothing is found there. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type LocalSocket, socketsIn } from '../socket-table.ts';

export function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Empty: there is no such folder, or it is not for us. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Of this network namespace, in both families. */
export function localSockets(protocol: 'udp' | 'tcp'): LocalSocket[] {
  return [protocol, `${protocol}6`].flatMap((name) => {
    const table = readOrNull(`/proc/net/${name}`);
    return table === null ? [] : socketsIn(table);
  });
}

/** Descriptors of a process that are sockets, by inode. @param pid or `self` */
export function socketDescriptors(pid: string): Map<number, number> {
  const folder = `/proc/${pid}/fd`;
  const found = new Map<number, number>();
  for (const name of namesIn(folder)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOrNull(`${folder}/${name}`) ?? '')?.[1];
    if (inode !== undefined) found.set(Number(inode), Number(name));
  }
  return found;
}

/** It may be closed between the two looks. */
function linkOrNull(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}
