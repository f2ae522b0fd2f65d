/** The server’s processor time, where it runs on this machine. */
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { LoadServer } from '../../../contract/load-capacity.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Transport } from '../../../stun/machine.ts';
import { loadOfServer, machineTime, type ProcessorTimes, threadTime } from '../thread-times.ts';
import { localSockets, namesIn, readOrNull, socketDescriptors } from './proc-files.ts';

/** Null: it is elsewhere, or this user may not see whose socket it is. */
export function serverProcessAt({ address, port }: Endpoint, transport: Transport): number | null {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (own.every((each) => each.address !== address)) return null;
  const inodes = new Set(
    localSockets(transport === 'udp' ? 'udp' : 'tcp').flatMap((socket) =>
      socket.isOpen && socket.port === port ? [socket.inode] : [],
    ),
  );
  if (inodes.size === 0) return null;
  const pid = namesIn('/proc').find(
    (name) => /^\d+$/.test(name) && [...socketDescriptors(name).keys()].some((inode) => inodes.has(inode)),
  );
  return pid === undefined ? null : Number(pid);
}

/** Between two moments from now on. @returns null: this system does not tell, or the process or the wait has ended */
export async function watchServer(
  pid: number,
  fromMs: number,
  forMs: number,
  signal: AbortSignal,
): Promise<LoadServer | null> {
  try {
    await wait(fromMs, undefined, { signal });
    const before = readTimes(pid);
    await wait(forMs, undefined, { signal });
    const after = readTimes(pid);
    return before === null || after === null ? null : loadOfServer(pid, before, after);
  } catch {
    return null;
  }
}

function readTimes(pid: number): ProcessorTimes | null {
  const folder = `/proc/${pid}/task`;
  const machine = machineTime(readOrNull('/proc/stat') ?? '');
  if (machine === null) return null;
  const threads = namesIn(folder).flatMap((id) => {
    const stat = readOrNull(`${folder}/${id}/stat`);
    return stat === null ? [] : (threadTime(stat) ?? []);
  });
  return { wallMs: performance.now(), threads, machine };
}
