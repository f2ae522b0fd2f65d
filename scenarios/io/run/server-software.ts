/** What plays the server of a scenario: Debian's coturn or ejabberd, or Polynya's own. */
import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabIceServer } from '../../../contract/lab-agent.ts';
import type { Scenario } from '../../../contract/scenario.ts';
import { type Endpoint, formatEndpoint } from '../../../stun/endpoint.ts';
import type { Certificate } from '../certificate.ts';
import { startCoturn } from '../coturn.ts';
import { ejabberdUser, startEjabberd } from '../ejabberd.ts';
import type { Lab } from '../lab.ts';

export interface ServerSoftware {
  readonly name: string;
  /** Where it listens for TLS; for all else it is `plainPort`. */
  readonly tlsPort: number;
  /** Answers RFC 5780 tests; the next port of the lab's second address is its other place. */
  readonly stun: Endpoint;
  readonly login: Required<Omit<LabIceServer, 'urls'>>;
  /** @throws Error with its own output when it does not come up */
  launch(): Promise<{ stop(): Promise<void> }>;
}

export interface SoftwareMeans {
  /** Addresses that it listens on; the first is IPv4. */
  readonly own: readonly [string, ...string[]];
  readonly certificate: Certificate;
  /** Program and arguments that start Polynya's own server; `--config FILE` is added. */
  readonly turnServe: readonly string[];
}

export const plainPort = 3478;
/** Where firewalls let TLS through. */
const webPort = 443;
/** For RFC 5780 tests beside a server that has none. */
const testPort = 3480;

export function serverSoftware(lab: Lab, server: Scenario['server'], means: SoftwareMeans): ServerSoftware {
  const secret = randomBytes(16).toString('base64url');
  const [address] = means.own;
  const base = { tlsPort: webPort, stun: { address, port: plainPort } };
  const login = { username: 'lab', credential: secret };
  switch (server.kind) {
    case 'coturn':
      return { ...base, name: 'coturn', login, launch: () => launchCoturn(lab, server, login, means) };
    case 'polynya':
      return {
        ...base,
        ...{ name: 'polynya turn serve', login },
        launch: () => launchPolynya(lab, server, login, means),
      };
    case 'ejabberd':
      return {
        ...{ name: 'ejabberd', tlsPort: 5349, login: timeLimited(secret) },
        stun: { address, port: testPort },
        launch: () => launchEjabberd(lab, secret, means),
      };
  }
}

type Login = ServerSoftware['login'];

function launchCoturn(
  lab: Lab,
  { turn, config }: Scenario['server'],
  { username, credential }: Login,
  { own, certificate }: SoftwareMeans,
) {
  return startCoturn(lab, {
    addresses: [...lab.serverAddresses, ...own.slice(1)],
    ...{ username, password: credential },
    tls: { ...certificate, port: webPort },
    config: [...(turn ? [] : ['stun-only']), ...config],
  });
}

function launchPolynya(
  lab: Lab,
  { faults }: Scenario['server'],
  { username, credential }: Login,
  { own, certificate: { certFile, keyFile }, turnServe }: SoftwareMeans,
) {
  const [, alternate] = lab.serverAddresses;
  const listen = (port: number) => own.map((address) => formatEndpoint({ address, port }));
  const config = {
    listen: listen(plainPort),
    tls: { cert: certFile, key: keyFile, listen: listen(webPort) },
    alternate: { address: alternate, port: plainPort + 1 },
    users: { [username]: credential },
    // Relay to relay: the other end's relayed address is the server's own.
    peers: { allow: own },
    quota: { perUser: 1000 },
  };
  return startTurnServe(lab, turnServe, config, faults);
}

/** @param config of `polynya turn serve`, written as JSON, which is YAML */
export async function startTurnServe(
  lab: Lab,
  turnServe: readonly string[],
  config: unknown,
  faults?: unknown,
): Promise<{ stop(): Promise<void> }> {
  const folder = lab.folder('server');
  const [configFile, faultFile] = [join(folder, 'turn.yaml'), join(folder, 'faults.yaml')];
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  if (faults !== undefined) writeFileSync(faultFile, JSON.stringify(faults));
  const faulty = faults === undefined ? [] : ['--faults', faultFile];
  const server = lab.spawn(lab.server, [...turnServe, '--config', configFile, ...faulty]);
  await server.waitFor(/stun:/, 20_000);
  return { stop: () => server.stop() };
}

const domain = 'lab.polynya.example';

/** It knows nothing but time-limited credentials (draft-uberti-behave-turn-rest-00 §2.2). */
function timeLimited(secret: string): Login {
  const untilSec = Math.floor(Date.now() / 1_000) + 86_400;
  const username = `${untilSec}:${ejabberdUser(domain)}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** It has no RFC 5780: Polynya's own server stands beside it for that, and relays nothing. */
async function launchEjabberd(lab: Lab, secret: string, { own, certificate, turnServe }: SoftwareMeans) {
  const [address] = own;
  const [, alternate] = lab.serverAddresses;
  const { leafFile: chain, keyFile: key } = certificate;
  const [ejabberd, tests] = await Promise.all([
    startEjabberd(lab, { address, domain, secret, denied: [], certificate: { chain, key } }),
    startTurnServe(lab, turnServe, {
      listen: [formatEndpoint({ address, port: testPort })],
      alternate: { address: alternate, port: testPort + 1 },
    }),
  ]);
  return { stop: async () => void (await Promise.all([ejabberd.stop(), tests.stop()])) };
}
