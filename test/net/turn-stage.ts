/** A TURN server of ours on loopback, and clients for it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Endpoint } from '../../stun/endpoint.ts';
import { type DriveOptions, drive } from '../../stun/io/drive.ts';
import type { Machine, Transport } from '../../stun/machine.ts';
import type { AllocationClientOptions } from '../../turn/client/allocation-client.ts';
import { startTurnServer, type TurnServerHandle, type TurnServerStart } from '../../turn/io/turn-server.ts';
import type { TurnSettings } from '../../turn/server/turn-server-options.ts';

const pem = (name: string): string =>
  readFileSync(new URL(`../vectors/tls/${name}`, import.meta.url), 'utf8');
export const certificate = { cert: pem('valid.pem'), key: pem('key.pem') };
export const expired = { cert: pem('expired.pem'), key: pem('key.pem') };
/** The name in the certificates. */
export const serverName = 'stun.test';
export const realm = 'example.org';
export const alice = { username: 'alice', password: 'wonderland-42' };
export const secret = 'north-by-northwest';

/** Loopback peers are allowed: there is nobody else here. */
export const loopbackSettings: TurnSettings = {
  accounts: { realm, users: { [alice.username]: alice.password }, secrets: [] },
  peers: { allow: ['127.0.0.0/8', '127.0.0.1', '::1'], deny: [], lowestPort: 1024 },
  quota: { perUser: 1000, total: 20_000, bandwidth: null },
  redirect: { servers: [], when: 'full' },
  strictExpiry: false,
};

export function startLoopback(more: Partial<TurnServerStart> = {}): Promise<TurnServerHandle> {
  return startTurnServer({
    listen: [
      { address: '127.0.0.1', port: 0, transports: ['udp', 'tcp'] },
      { address: '127.0.0.1', port: 0, transports: ['tls'] },
    ],
    certificate,
    relays: [{ local: '127.0.0.1', external: '127.0.0.1' }],
    ports: { first: 20_000, last: 29_999 },
    settings: loopbackSettings,
    ...more,
  });
}

export function endpointOf(server: TurnServerHandle, transport: Transport): Endpoint {
  const listener = server.listeners[transport === 'tls' ? 1 : 0];
  if (listener === undefined) throw new Error(`nothing listens for ${transport}`);
  return listener.endpoints.PP;
}

export function clientOptions(
  server: TurnServerHandle,
  transport: Transport,
  more: Partial<AllocationClientOptions> = {},
): AllocationClientOptions {
  return {
    server: endpointOf(server, transport),
    transport,
    family: 'ipv4',
    credentials: alice,
    random: (size) => randomBytes(size),
    giveUpMs: 10_000,
    ...(transport === 'tls' ? { serverName } : {}),
    ...more,
  };
}

/** Runs a client to its end; returns what it emitted. */
export async function run<E>(machine: Machine<E>, options: DriveOptions<E> = {}): Promise<E[]> {
  const events: E[] = [];
  const signal = AbortSignal.timeout(25_000);
  const onEvent = (event: E, nowMs: number): void => {
    events.push(event);
    options.onEvent?.(event, nowMs);
  };
  await drive(machine, {
    signal,
    bindAddress: '127.0.0.1',
    tls: { ca: certificate.cert },
    ...options,
    onEvent,
  });
  return events;
}
