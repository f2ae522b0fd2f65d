import type { AllocationTable } from './allocation-table.ts';
import { type AuthenticationOptions, Authenticator } from './authenticator.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Call, Desk } from './desk.ts';
import type { FarewellTable } from './farewell-table.ts';
import { PeerPolicy } from './peer-policy.ts';
import type { PortRange } from './port-pool.ts';
import type { RelayAddress } from './relay-slot.ts';
import type { ReservationTable } from './reservation-table.ts';
import type { TicketTable } from './ticket-table.ts';
import type { TurnServerOptions, TurnSettings } from './turn-server-options.ts';
import { UserDirectory } from './user-directory.ts';

/** What the server works with at the moment; replaced as a whole when its configuration changes. */
export interface Office {
  readonly desk: Desk;
  readonly authenticator: Authenticator;
}

/** What stays when the configuration changes. */
export interface Fixtures {
  readonly table: AllocationTable;
  readonly reservations: ReservationTable;
  readonly farewells: FarewellTable;
  readonly tickets: TicketTable;
  readonly connections: ConnectionTable<Call>;
  readonly addresses: readonly RelayAddress[];
  readonly lastChannel: number;
  readonly own: readonly string[];
  readonly siblingPorts: readonly PortRange[];
  readonly nonces: Pick<AuthenticationOptions, 'nonceSecret' | 'nonceLifetimeSec'>;
}

/** Throws RangeError on a bad address range. */
export function furnishOffice(
  { own, siblingPorts, nonces, ...fixtures }: Fixtures,
  settings: TurnSettings,
  draining: boolean,
): Office {
  const { accounts, peers, quota, redirect, strictExpiry, mobility = false, tcpRelay = false } = settings;
  const external = new Set(fixtures.addresses.map((address) => address.external));
  return {
    authenticator: new Authenticator(new UserDirectory(accounts), { ...nonces, strictExpiry }),
    desk: {
      ...fixtures,
      policy: new PeerPolicy(peers, own),
      quota,
      redirect,
      mobility,
      tcpRelay,
      draining,
      isOwnRelayAddress: (address) => external.has(address),
      isSiblingRelay: ({ address, port }) =>
        external.has(address) && siblingPorts.some(({ first, last }) => first <= port && port <= last),
    },
  };
}

/** What this host listens on or relays from, besides what the caller knows of. */
export function ownAddresses({ listeners, relays, ownAddresses: more }: TurnServerOptions): string[] {
  const listening = listeners.flatMap(({ endpoints }) =>
    Object.values(endpoints).map(({ address }) => address),
  );
  const relaying = relays.flatMap(({ local, external }) => [local, external]);
  return [...new Set([...listening, ...relaying, ...more])];
}
