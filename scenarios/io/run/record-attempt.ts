/** The packets of one attempt: a file for each namespace on its way, as Wireshark reads them. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { LabPacket } from '../../../contract/lab-report.ts';
import type { Cell } from '../../scenario/compile.ts';
import type { Lab } from '../lab.ts';

const listeningMs = 10_000;
/** For packets that are in the kernel still. */
const lastPacketsMs = 300;

export interface Recording {
  /** Made where it is missing; files are called `FROM-TO-PATH-NAMESPACE.pcap`. */
  readonly folder: string;
  /** Out of what tcpdump wrote, by namespace without the name of its lab; this floor does not know protocols. */
  readonly read: (captures: readonly (readonly [where: string, file: Uint8Array])[]) => LabPacket[];
}

export async function recordAttempt(
  lab: Lab,
  { from, to, path }: Cell,
  { folder, read }: Recording,
  attempt: () => Promise<unknown>,
): Promise<{ readonly files: readonly string[]; readonly packets: LabPacket[] }> {
  mkdirSync(folder, { recursive: true });
  const start = [from.name, to.name, path].join('-').replaceAll('/', '.');
  const recorders = namespacesOf(lab, [from, to]).map((namespace) => {
    const where = namespace.slice(lab.name.length + 1);
    const file = join(folder, `${start}-${where}.pcap`);
    // As root, because the folder belongs to whoever asked. It ends by a signal and leaves what it has not read yet, so
    // packets must come to it, and from it into the file, at once.
    const argv = ['tcpdump', '-i', 'any', '-n', '--immediate-mode', '-U', '-Z', 'root', '-w', file];
    return { where, file, running: lab.spawn(namespace, argv) };
  });
  await Promise.all(recorders.map(({ running }) => running.waitFor(/listening on/, listeningMs)));
  await attempt();
  await setTimeout(lastPacketsMs);
  await Promise.all(recorders.map(({ running }) => running.stop()));
  return {
    files: recorders.map(({ file }) => file),
    packets: read(recorders.map(({ where, file }) => [where, readFileSync(file)])),
  };
}

/** Both hosts, the routers in front of them, and the server. */
function namespacesOf({ topology, server }: Lab, ends: readonly Cell['from'][]): string[] {
  const onTheWay = ends.flatMap(({ site, host }) => {
    const plan = topology.sites[site];
    const own = plan?.hosts[host];
    return [...(own === undefined ? [] : [own]), ...(plan?.boxes ?? [])];
  });
  return [...new Set([...onTheWay.map(({ namespace }) => namespace), server])];
}
