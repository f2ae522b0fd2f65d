/** The STUN and TURN server of a scenario in the lab's server namespace, and how clients are told of it. */
import type { LabIceServer } from '../../../contract/lab-agent.ts';
import type { LabPath, Scenario } from '../../../contract/scenario.ts';
import { inNetwork } from '../../plan/commands.ts';
import { serverAddressFor } from '../../plan/ipv6.ts';
import { portRules } from '../../plan/port-rules.ts';
import type { SiteSpec } from '../../plan/topology.ts';
import { type NamedServer, serversFor, urlOf } from '../../scenario/named-servers.ts';
import { makeCertificate } from '../certificate.ts';
import type { Lab } from '../lab.ts';
import { startClassifiers } from './classifiers.ts';
import { hostsWith, serverName } from './server-name.ts';
import { plainPort, serverSoftware } from './server-software.ts';

export interface LabServer {
  /** `ADDRESS:PORT` of who answers the RFC 5780 tests of a site, as its hosts reach them. */
  classifiers(site: number): readonly string[];
  readonly software: string;
  readonly caFile: string;
  /**
   * What a client gets to know for this path; none: nothing that the application names is of use for it.
   * @param site index of the client's
   * @param byName the client holds certificates against host names only, and has the hosts file below
   */
  iceServers(path: LabPath, site: number, byName: boolean): LabIceServer[];
  /** Text of a hosts file with the server's name, as it is reached from a site. */
  hosts(site: number): string;
  /** For servers that die during a call, and come back with the same credentials and without their allocations. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface LabServerOptions {
  /** What clients are told. */
  readonly named: readonly NamedServer[];
  readonly sites: readonly SiteSpec[];
  /** Program and arguments that start Polynya's own server; `--config FILE` is added. */
  readonly turnServe: readonly string[];
}

/** @throws Error with the server's own output when it does not come up */
export async function startLabServer(
  lab: Lab,
  server: Scenario['server'],
  { named, sites, turnServe }: LabServerOptions,
): Promise<LabServer> {
  const [address] = lab.serverAddresses;
  const [ipv6] = lab.topology.server.ipv6 ?? [];
  const own = [address, ...(ipv6 === undefined ? [] : [ipv6])] as const;
  const seenAs = sites.map((site) => serverAddressFor(site, { ipv4: address, ipv6: ipv6 ?? null }));
  const certificate = await makeCertificate(lab.folder('tls'), serverName, ...new Set([...own, ...seenAs]));
  const { name, stun, login, tlsPort, launch } = serverSoftware(lab, server, { own, certificate, turnServe });
  let running = await launch();
  await playPorts(lab, own, named, tlsPort);
  const classifiers = await startClassifiers(lab, { sites, stun, turnServe });
  return {
    classifiers,
    software: name,
    caFile: certificate.authorityFile,
    iceServers: (path, site, byName) => {
      const seen = seenAs[site] ?? address;
      const urls = serversFor(path, named).map((one) =>
        urlOf(one, byName && one.transport === 'tls' ? serverName : seen),
      );
      if (urls.length === 0) return [];
      return [{ urls, ...(path.startsWith('relay') ? login : {}) }];
    },
    hosts: (site) => hostsWith(seenAs[site] ?? address),
    stop: () => running.stop(),
    start: async () => {
      running = await launch();
    },
  };
}

/** What comes to a port that the application names goes to where the server listens for it. */
async function playPorts(
  lab: Lab,
  addresses: readonly string[],
  named: readonly NamedServer[],
  tlsPort: number,
): Promise<void> {
  const secure = new Set(named.filter(({ transport }) => transport === 'tls').map(({ port }) => port));
  const plays = named.map(({ port, transport }) => {
    // coturn tells TLS from plain TURN by the first bytes, so one port can be both.
    const isSecure = transport === 'tls' || (transport === 'tcp' && secure.has(port));
    const protocol = transport === 'udp' ? 'udp' : 'tcp';
    return { protocol, named: port, real: isSecure ? tlsPort : plainPort } as const;
  });
  const stdin = portRules(addresses, plays);
  if (stdin === '') return;
  const argv = inNetwork(lab.server, ['nft', '-f', '-']);
  await lab.apply([{ title: 'ports that the application names', argv, stdin, undo: null }]);
}
