/** The STUN and TURN server of a scenario in the lab's server namespace, and how clients are told of it. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabIceServer } from '../../../contract/lab-agent.ts';
import type { LabPath, Scenario } from '../../../contract/scenario.ts';
import { makeCertificate } from '../certificate.ts';
import { startCoturn } from '../coturn.ts';
import type { Lab } from '../lab.ts';

export interface LabServer {
  /** `ADDRESS:PORT`; answers RFC 5780 tests. */
  readonly stun: string;
  readonly software: string;
  readonly caFile: string;
  /** What a client gets to know for this path. */
  iceServers(path: LabPath): LabIceServer[];
  /** For servers that die during a call, and come back with the same credentials and without their allocations. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const ports = { plain: 3478, tls: 443 };

/**
 * @param turnServe program and arguments that start Polynya's own server; `--config FILE` is added
 * @throws Error with the server's own output when it does not come up
 */
export async function startLabServer(
  lab: Lab,
  { kind, turn, config }: Scenario['server'],
  turnServe: readonly string[],
): Promise<LabServer> {
  const [address] = lab.serverAddresses;
  const certificate = await makeCertificate(lab, lab.folder('tls'), address);
  const login = { username: 'lab', credential: randomBytes(12).toString('base64url') };
  const launch = () =>
    kind === 'coturn'
      ? startCoturn(lab, {
          ...{ username: login.username, password: login.credential },
          tls: { ...certificate, port: ports.tls },
          config: [...(turn ? [] : ['stun-only']), ...config],
        })
      : startPolynya(lab, turnServe, certificate, login);
  let running: { stop(): Promise<void> } = await launch();
  const stun = `stun:${address}:${ports.plain}`;
  const urls: Record<LabPath, string> = {
    direct: stun,
    'direct-tcp': stun,
    // The SFU is on the public network: who speaks to it needs no address of his own.
    sfu: stun,
    'relay-udp': `turn:${address}:${ports.plain}?transport=udp`,
    'relay-tcp': `turn:${address}:${ports.plain}?transport=tcp`,
    'relay-tls': `turns:${address}:${ports.tls}?transport=tcp`,
  };
  return {
    stun: `${address}:${ports.plain}`,
    software: kind === 'coturn' ? 'coturn' : 'polynya turn serve',
    caFile: certificate.authorityFile,
    iceServers: (path) => [{ urls: [urls[path]], ...(path.startsWith('relay') ? login : {}) }],
    stop: () => running.stop(),
    start: async () => {
      running = await launch();
    },
  };
}

async function startPolynya(
  lab: Lab,
  turnServe: readonly string[],
  { certFile, keyFile }: { readonly certFile: string; readonly keyFile: string },
  { username, credential }: { readonly username: string; readonly credential: string },
): Promise<{ stop(): Promise<void> }> {
  const [address, alternate] = lab.serverAddresses;
  const file = join(lab.folder('server'), 'turn.yaml');
  // JSON is YAML.
  const config = {
    listen: [`${address}:${ports.plain}`],
    tls: { cert: certFile, key: keyFile, listen: [`${address}:${ports.tls}`] },
    alternate: { address: alternate, port: ports.plain + 1 },
    users: { [username]: credential },
    // Relay to relay: the other end's relayed address is the server's own.
    peers: { allow: [address] },
    quota: { perUser: 1000 },
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const server = lab.spawn(lab.server, [...turnServe, '--config', file]);
  await server.waitFor(/stun:/, 20_000);
  return { stop: () => server.stop() };
}
