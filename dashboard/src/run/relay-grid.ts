/** TURN servers × ways to them, as a visit tried them. Pure. */
import type { RelayTry } from '../../../contract/visit-report.ts';

export interface RelayColumn {
  readonly key: string;
  readonly transport: RelayTry['transport'];
  readonly family: RelayTry['family'];
}

export interface RelayRow {
  readonly host: string;
  /** In the order of the columns; a host may serve one transport on several ports. */
  readonly cells: readonly (readonly RelayTry[])[];
}

const transportOrder = ['udp', 'tcp', 'tls'] as const;
const familyOrder = [null, 'ipv4', 'ipv6'] as const;

export function relayGrid(relays: readonly RelayTry[]): {
  readonly columns: readonly RelayColumn[];
  readonly rows: readonly RelayRow[];
} {
  const columns = transportOrder.flatMap((transport) =>
    familyOrder
      .filter((family) => relays.some((each) => each.transport === transport && each.family === family))
      .map((family) => ({ key: `${transport} ${family ?? 'any'}`, transport, family })),
  );
  const hosts = [...new Set(relays.map(({ host }) => host))];
  const rows = hosts.map((host) => ({
    host,
    cells: columns.map(({ transport, family }) =>
      relays.filter((each) => each.host === host && each.transport === transport && each.family === family),
    ),
  }));
  return { columns, rows };
}
