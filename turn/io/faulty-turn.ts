/** `polynya/turn`: a TURN server for the tests of other people’s clients, with faults on demand. */
import { randomBytes } from 'node:crypto';
import type { Transport } from '../../stun/machine.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import type { Census } from '../server/turn-server-options.ts';
import { FaultControl, type Faults } from './fault-control.ts';
import type { Certificate } from './stream-listener.ts';
import { startTurnServer } from './turn-server.ts';

export type { FaultEntryInput, FaultPlanInput } from '../../contract/fault-rules.ts';
export type { FaultEvent } from '../faults/fault-event.ts';
export type { TurnServerEvent } from '../server/turn-server-event.ts';
export { FaultControl, FaultPlanError, type Faults, type LoggedFault } from './fault-control.ts';

export interface FaultyTurnOptions {
  /** From the start on. Default none. */
  readonly faults?: Faults;
  /** Where it listens. Default 127.0.0.1; ports are free ones. */
  readonly address?: string;
  /** Where it relays. Default where it listens. */
  readonly relayAddress?: string;
  /** Turns TLS on. PEM texts. */
  readonly certificate?: Certificate;
  readonly realm?: string;
  /** Name → password. Default one user with a random password. */
  readonly users?: Readonly<Record<string, string>>;
  /** For time-limited credentials. */
  readonly secret?: string;
  /** Addresses and CIDR ranges that clients may reach. Default loopback, which a TURN server refuses otherwise. */
  readonly allowPeers?: readonly string[];
  readonly onEvent?: (event: TurnServerEvent) => void;
}

/** As `RTCPeerConnection` takes it. */
export interface IceServer {
  readonly urls: string[];
  readonly username: string;
  readonly credential: string;
}

export interface FaultyTurn {
  /** One for each transport (RFC 7065). */
  readonly uris: Readonly<Partial<Record<Transport, string>>>;
  /** All of them, with the login of the first user. */
  readonly iceServers: IceServer[];
  readonly username: string;
  readonly credential: string;
  /** Which faults are in force, and what they did. */
  readonly faults: FaultControl;
  readonly census: Census;
  /** Resolves with the next event that fits. Rejects after `timeoutMs` (default 10 s). */
  next(
    fits: (event: TurnServerEvent) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<TurnServerEvent>;
  close(): Promise<void>;
}

/** Starts it on free ports. Throws `FaultPlanError` for faults that do not exist. */
export async function faultyTurn(options: FaultyTurnOptions = {}): Promise<FaultyTurn> {
  const { address = '127.0.0.1', certificate, realm = 'polynya', secret, faults = [] } = options;
  const { users = { tester: randomBytes(16).toString('base64url') } } = options;
  const { relayAddress = address, allowPeers = ['127.0.0.0/8', '::1', address, relayAddress] } = options;
  const control = new FaultControl(faults);
  const listeners = new Set<(event: TurnServerEvent) => void>();
  const server = await startTurnServer({
    listen: [
      { address, port: 0, transports: ['udp', 'tcp'] },
      ...(certificate === undefined ? [] : [{ address, port: 0, transports: ['tls'] as const }]),
      // Answers that come from elsewhere come from here.
      { address, port: 0, transports: ['udp'] },
    ],
    certificate: certificate ?? null,
    relays: [{ local: relayAddress, external: relayAddress }],
    ports: { first: 49_152, last: 65_535 },
    settings: {
      accounts: { realm, users, secrets: secret === undefined ? [] : [secret] },
      peers: { allow: allowPeers, deny: [], lowestPort: 1024 },
      quota: { perUser: 1000, total: 20_000, bandwidth: null },
      redirect: { servers: [], when: 'full' },
      strictExpiry: false,
      mobility: true,
      tcpRelay: true,
    },
    // Older clients bind these.
    oldChannels: true,
    machine: control.machine,
    onEvent: (event) => {
      control.observe(event);
      options.onEvent?.(event);
      for (const listener of listeners) listener(event);
    },
  });
  control.attach(server);
  const [udp, tcp, tls] = server.uris;
  const uris = { ...(udp && { udp }), ...(tcp && { tcp }), ...(certificate && tls && { tls }) };
  const [username = '', credential = ''] = Object.entries(users)[0] ?? [];
  return {
    uris,
    iceServers: [{ urls: Object.values(uris), username, credential }],
    username,
    credential,
    faults: control,
    get census() {
      return server.census;
    },
    next: (fits, { timeoutMs = 10_000 } = {}) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          listeners.delete(listen);
        };
        const listen = (event: TurnServerEvent): void => {
          if (!fits(event)) return;
          end();
          resolve(event);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`no such event within ${timeoutMs} ms`));
        }, timeoutMs);
        listeners.add(listen);
      }),
    close: () => server.close(),
  };
}
