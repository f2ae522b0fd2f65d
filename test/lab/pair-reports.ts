/** Reports of the built `polynya probe`, one from every site of a lab. */
import { fileURLToPath } from 'node:url';
import type { NatReport } from '../../contract/envelope.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import type { Lab } from '../../scenarios/io/lab.ts';
import type { RelayServer } from './ice-agents.ts';
import { forEachOf } from './pair-schedule.ts';
import { relayTransport } from './pair-trial.ts';
import { makeCertificate } from './turn-coturn.ts';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface PairServers {
  readonly coturn: Coturn;
  readonly address: string;
  readonly stun: string;
  readonly caFile: string;
}

/** One coturn: STUN with two addresses, TURN over UDP, TCP and, on port 443, TLS. */
export async function startPairServers(lab: Lab): Promise<PairServers> {
  const [address] = lab.serverAddresses;
  const { certFile, keyFile } = makeCertificate(lab.folder('tls'), address);
  const coturn = await startCoturn(lab, { tls: { certFile, keyFile, port: 443 } });
  return { coturn, address, stun: `${address}:3478`, caFile: certFile };
}

/** @returns by the name of the site */
export async function probeSites(lab: Lab, servers: PairServers): Promise<Map<string, NatReport>> {
  const { address } = servers;
  const uris = [
    servers.coturn.uri,
    ...['udp', 'tcp'].map((transport) => `${servers.coturn.turnUri}?transport=${transport}`),
    `turns:${address}:443?transport=tcp`,
  ];
  const env = {
    POLYNYA_TURN_USERNAME: servers.coturn.username,
    POLYNYA_TURN_CREDENTIAL: servers.coturn.password,
    NODE_EXTRA_CA_CERTS: servers.caFile,
  };
  const reports = new Map<string, NatReport>();
  // A probe mostly waits, but two processors start only so many processes at once.
  await forEachOf(lab.topology.sites, 6, async ({ name, hosts }) => {
    const [host] = hosts;
    if (host === undefined) throw new Error(`site ${name} has no host`);
    const argv = [process.execPath, cli, 'probe', '--json', '--pairs', ...uris];
    const { stdout, stderr } = await lab.run(host.namespace, argv, { env, timeoutMs: 25_000 });
    if (stdout === '') throw new Error(`probe at ${name}: ${stderr}`);
    reports.set(name, JSON.parse(stdout));
  });
  return reports;
}

/** Where this host gets its relay, by what worked in its own report; null: nowhere. */
export function relayServer({ coturn, caFile, address }: PairServers, report: NatReport): RelayServer | null {
  const transport = relayTransport(report);
  if (transport === null) return null;
  const { username, password } = coturn;
  return { address, port: transport === 'tls' ? 443 : 3478, transport, username, password, caFile };
}
