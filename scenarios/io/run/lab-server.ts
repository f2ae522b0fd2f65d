/** The STUN and TURN server of a scenario in the lab's server namespace, and how clients are told of it. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabIceServer } from '../../../contract/lab-agent.ts';
import type { LabPath, Scenario } from '../../../contract/scenario.ts';
import { formatEndpoint } from '../../../stun/endpoint.ts';
import { inNetwork } from '../../plan/commands.ts';
import { serverAddressFor } from '../../plan/ipv6.ts';
import { portRules } from '../../plan/port-rules.ts';
import type { SiteSpec } from '../../plan/topology.ts';
import { type NamedServer, serversFor, urlOf } from '../../scenario/named-servers.ts';
import { type Certificate, makeCertificate } from '../certificate.ts';
import { startCoturn } from '../coturn.ts';
import type { Lab } from '../lab.ts';

export interface LabServer {
  /** `ADDRESS:PORT`; answers RFC 5780 tests. */
  readonly stun: string;
  readonly software: string;
  readonly caFile: string;
  /**
   * What a client gets to know for this path; none: nothing that the application names is of use for it.
   * @param site index of the client's
   */
  iceServers(path: LabPath, site: number): LabIceServer[];
  /** For servers that die during a call, and come back with the same credentials and without their allocations. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const ports = { plain: 3478, tls: 443 };

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
  { kind, turn, config }: Scenario['server'],
  { named, sites, turnServe }: LabServerOptions,
): Promise<LabServer> {
  const [address] = lab.serverAddresses;
  const [ipv6] = lab.topology.server.ipv6 ?? [];
  const own = [address, ...(ipv6 === undefined ? [] : [ipv6])];
  const seenAs = sites.map((site) => serverAddressFor(site, { ipv4: address, ipv6: ipv6 ?? null }));
  const certificate = await makeCertificate(lab, lab.folder('tls'), ...new Set([...own, ...seenAs]));
  const login = { username: 'lab', credential: randomBytes(12).toString('base64url') };
  const launch = () =>
    kind === 'coturn'
      ? startCoturn(lab, {
          addresses: [...lab.serverAddresses, ...own.slice(1)],
          ...{ username: login.username, password: login.credential },
          tls: { ...certificate, port: ports.tls },
          config: [...(turn ? [] : ['stun-only']), ...config],
        })
      : startPolynya(lab, own, turnServe, { ...certificate, ...login });
  let running: { stop(): Promise<void> } = await launch();
  await playPorts(lab, own, named);
  return {
    stun: `${address}:${ports.plain}`,
    software: kind === 'coturn' ? 'coturn' : 'polynya turn serve',
    caFile: certificate.authorityFile,
    iceServers: (path, site) => {
      const urls = serversFor(path, named).map((server) => urlOf(server, seenAs[site] ?? address));
      if (urls.length === 0) return [];
      return [{ urls, ...(path.startsWith('relay') ? login : {}) }];
    },
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
): Promise<void> {
  const secure = new Set(named.filter(({ transport }) => transport === 'tls').map(({ port }) => port));
  const plays = named.map(({ port, transport }) => {
    // coturn tells TLS from plain TURN by the first bytes, so one port can be both.
    const isSecure = transport === 'tls' || (transport === 'tcp' && secure.has(port));
    const protocol = transport === 'udp' ? 'udp' : 'tcp';
    return { protocol, named: port, real: isSecure ? ports.tls : ports.plain } as const;
  });
  const stdin = portRules(addresses, plays);
  if (stdin === '') return;
  const argv = inNetwork(lab.server, ['nft', '-f', '-']);
  await lab.apply([{ title: 'ports that the application names', argv, stdin, undo: null }]);
}

async function startPolynya(
  lab: Lab,
  addresses: readonly string[],
  turnServe: readonly string[],
  { certFile, keyFile, username, credential }: Certificate & Required<Omit<LabIceServer, 'urls'>>,
): Promise<{ stop(): Promise<void> }> {
  const [, alternate] = lab.serverAddresses;
  const listen = (port: number) => addresses.map((address) => formatEndpoint({ address, port }));
  const file = join(lab.folder('server'), 'turn.yaml');
  // JSON is YAML.
  const config = {
    listen: listen(ports.plain),
    tls: { cert: certFile, key: keyFile, listen: listen(ports.tls) },
    alternate: { address: alternate, port: ports.plain + 1 },
    users: { [username]: credential },
    // Relay to relay: the other end's relayed address is the server's own.
    peers: { allow: addresses },
    quota: { perUser: 1000 },
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const server = lab.spawn(lab.server, [...turnServe, '--config', file]);
  await server.waitFor(/stun:/, 20_000);
  return { stop: () => server.stop() };
}
