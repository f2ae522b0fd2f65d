/** Configuration → what the server is started with. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { TurnServeConfig } from '../contract/turn-serve-config.ts';
import type { Path } from '../service/yaml-config.ts';
import { canonicalAddress } from '../stun/address.ts';
import { type Endpoint, familyOf } from '../stun/endpoint.ts';
import { isWildcard } from '../turn/io/corner-plan.ts';
import { canSharePorts } from '../turn/io/share-ports.ts';
import type { Certificate } from '../turn/io/stream-listener.ts';
import type { ListenAt } from '../turn/io/turn-listeners.ts';
import type { TurnServerStart } from '../turn/io/turn-server.ts';
import { parseRange } from '../turn/server/peer-policy.ts';
import type { PortRange } from '../turn/server/port-pool.ts';
import type { RelayAddressPlan } from '../turn/server/relay-slot.ts';
import type { TurnSettings } from '../turn/server/turn-server-options.ts';
import type { LoadedTurnConfig } from './load-turn-config.ts';

/** Checks what the schema cannot: addresses, ranges, files. Throws `CommandError` with the place in the file. */
export function planTurnServe(
  loaded: LoadedTurnConfig,
  file: string | null,
  secretFromEnvironment: string | undefined,
): Omit<TurnServerStart, 'onEvent'> {
  const { config } = loaded;
  const listen = listenAts(loaded);
  const certificate = certificateOf(loaded, file);
  const secureAt = listen.findIndex(({ transports }) => transports.includes('tls'));
  if (certificate === null && secureAt >= 0)
    throw loaded.complaint(['listen', secureAt], 'tls needs tls.cert');
  const { alternate } = config;
  if (alternate !== null) addressAt(loaded, ['alternate', 'address'], alternate.address);
  if (config.sharePorts && !canSharePorts(process.versions.node)) {
    throw loaded.complaint(['sharePorts'], `needs Node 22.12 or 23.1; this is ${process.versions.node}`);
  }
  return {
    listen,
    sharePorts: config.sharePorts,
    alternate,
    certificate,
    relays: relayPlans(loaded, listen),
    ports: portRange(loaded, ['relay', 'ports'], config.relay.ports),
    siblingPorts: config.relay.siblings.map((range, i) => portRange(loaded, ['relay', 'siblings', i], range)),
    settings: settingsOf(loaded, secretFromEnvironment),
    software: config.software,
    nonceLifetimeSec: config.nonceSeconds,
    oldChannels: config.oldChannels,
    limits: { perSecond: config.limits.requestsPerSecond, burst: config.limits.burst },
    streamLimits: {
      connections: config.limits.connections,
      connectionsPerAddress: config.limits.connectionsPerAddress,
    },
  };
}

/** The part that may change while the server runs. */
export function settingsOf(
  { config, complaint }: LoadedTurnConfig,
  secretFromEnvironment: string | undefined,
): TurnSettings {
  for (const list of ['allow', 'deny'] as const) {
    const bad = config.peers[list].findIndex((text) => parseRange(text) === null);
    if (bad >= 0) throw complaint(['peers', list, bad], 'neither an address nor a CIDR range');
  }
  const servers = config.redirect.servers.map((text, i) =>
    endpointAt({ config, complaint }, ['redirect', 'servers', i], text),
  );
  const { perUser, total, bytesPerSecond } = config.quota;
  // A second’s worth may come at once.
  const bandwidth = bytesPerSecond === null ? null : { perSecond: bytesPerSecond, burst: bytesPerSecond };
  return {
    accounts: { realm: config.realm, users: config.users, secrets: secretsOf(config, secretFromEnvironment) },
    peers: config.peers,
    quota: { perUser, total, bandwidth },
    redirect: { servers, when: config.redirect.when },
    strictExpiry: config.strictExpiry,
    mobility: config.mobility,
    tcpRelay: config.tcpRelay,
    trace: config.trace,
  };
}

/** Reads the PEM files and lets OpenSSL judge them. */
export function certificateOf(
  { config, complaint }: LoadedTurnConfig,
  file: string | null,
): Certificate | null {
  const { tls } = config;
  if (tls === null) return null;
  const folder = file === null ? '.' : dirname(file);
  const read = (key: 'cert' | 'key'): string => {
    try {
      return readFileSync(resolve(folder, tls[key]), 'utf8');
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
      throw complaint(['tls', key], `${tls[key]}: ${reason}`);
    }
  };
  const certificate = { cert: read('cert'), key: read('key') };
  try {
    createSecureContext(certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unusable';
    throw complaint(['tls', 'cert'], `certificate and key cannot be used: ${reason}`);
  }
  return certificate;
}

function secretsOf(config: TurnServeConfig, fromEnvironment: string | undefined): string[] {
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment];
  return config.secret === null ? [] : [config.secret].flat();
}

function listenAts(loaded: LoadedTurnConfig): ListenAt[] {
  const { config } = loaded;
  const plain = config.listen.map((entry, i): ListenAt => {
    const path = ['listen', i];
    if (typeof entry === 'string') return { ...endpointAt(loaded, path, entry), transports: ['udp', 'tcp'] };
    return { ...entry, address: addressAt(loaded, [...path, 'address'], entry.address) };
  });
  const secure = (config.tls?.listen ?? []).map((text, i): ListenAt => {
    return { ...endpointAt(loaded, ['tls', 'listen', i], text), transports: ['tls'] };
  });
  return [...plain, ...secure];
}

function relayPlans(loaded: LoadedTurnConfig, listen: readonly ListenAt[]): RelayAddressPlan[] {
  const { addresses, external } = loaded.config.relay;
  const local =
    addresses.length > 0
      ? addresses.map((text, i) => addressAt(loaded, ['relay', 'addresses', i], text))
      : [...new Set(listen.map(({ address }) => address))].filter((address) => !isWildcard(address));
  if (local.length === 0) {
    throw loaded.complaint(['relay', 'addresses'], 'needed where the server listens on every address');
  }
  const wildcard = local.findIndex(isWildcard);
  if (wildcard >= 0) throw loaded.complaint(['relay', 'addresses', wildcard], 'a definite address is needed');
  if (external.length > 0 && external.length !== local.length) {
    throw loaded.complaint(['relay', 'external'], 'one is needed for each relay address, in the same order');
  }
  return local.map((address, i) => {
    const text = external[i];
    if (text === undefined) return { local: address, external: address };
    const seen = addressAt(loaded, ['relay', 'external', i], text);
    if (familyOf(seen) !== familyOf(address)) {
      throw loaded.complaint(['relay', 'external', i], `not of the family of ${address}`);
    }
    return { local: address, external: seen };
  });
}

function portRange({ complaint }: LoadedTurnConfig, path: Path, [first, last]: [number, number]): PortRange {
  if (first > last) throw complaint(path, 'the first port is above the last');
  return { first, last };
}

function addressAt({ complaint }: LoadedTurnConfig, path: Path, text: string): string {
  const address = canonicalAddress(text);
  if (address === null) throw complaint(path, `${text} is no IP address`);
  return address;
}

function endpointAt(loaded: LoadedTurnConfig, path: Path, text: string): Endpoint {
  const endpoint = parseEndpoint(text);
  if (endpoint === null) throw loaded.complaint(path, `${text} is no ADDRESS:PORT`);
  return endpoint;
}

/** `192.0.2.1:3478` or `[2001:db8::1]:3478`; null for anything else. */
export function parseEndpoint(text: string): Endpoint | null {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = canonicalAddress(parts?.[1] ?? parts?.[2] ?? '');
  const port = Number(parts?.[3]);
  return address === null || !(port <= 65535) ? null : { address, port };
}
