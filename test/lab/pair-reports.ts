/** Reports of the built `polynya probe`, one from every host of a lab, and the servers that they are made with. */
import type { NatReport } from '../../contract/envelope.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import type { Lab } from '../../scenarios/io/lab.ts';
import { forEachOf } from '../../scenarios/io/run/schedule.ts';
import { builtCli } from '../built-cli.ts';
import type { RelayServer } from './ice-agents.ts';
import { relayTransport } from './pair-trial.ts';
import { makeCertificate } from './turn-coturn.ts';

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

/**
 * @param namespaces where to probe, by the name that the report shall have
 * @param flags of `polynya probe`
 */
export async function probeFrom(
  lab: Lab,
  namespaces: ReadonlyMap<string, string>,
  servers: PairServers,
  flags: readonly string[],
): Promise<Map<string, NatReport>> {
  const { address, coturn, caFile } = servers;
  const uris = [
    coturn.uri,
    ...['udp', 'tcp'].map((transport) => `${coturn.turnUri}?transport=${transport}`),
    `turns:${address}:443?transport=tcp`,
  ];
  const env = {
    POLYNYA_TURN_USERNAME: coturn.username,
    POLYNYA_TURN_CREDENTIAL: coturn.password,
    NODE_EXTRA_CA_CERTS: caFile,
  };
  const reports = new Map<string, NatReport>();
  // A probe mostly waits, but two processors start only so many processes at once.
  await forEachOf([...namespaces], 6, async ([name, namespace]) => {
    const argv = [process.execPath, builtCli, 'probe', '--json', ...flags, ...uris];
    const { stdout, stderr } = await lab.run(namespace, argv, { env, timeoutMs: 60_000 });
    if (stdout === '') throw new Error(`probe at ${name}: ${stderr}`);
    reports.set(name, JSON.parse(stdout));
  });
  return reports;
}

/** The TURN server of each host that has one, over the transport that its own report says works. */
export function relaysOf(
  reports: ReadonlyMap<string, NatReport>,
  { coturn, caFile, address }: PairServers,
): Map<string, RelayServer> {
  const { username, password: credential } = coturn;
  return new Map(
    [...reports].flatMap(([name, report]) => {
      const transport = relayTransport(report);
      if (transport === null) return [];
      const url =
        transport === 'tls'
          ? `turns:${address}:443?transport=tcp`
          : `turn:${address}:3478?transport=${transport}`;
      return [[name, { server: { urls: [url], username, credential }, caFile }] as const];
    }),
  );
}
