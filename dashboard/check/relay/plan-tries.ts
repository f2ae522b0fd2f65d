/** Which connections show what each TURN server does over each transport and address family. Pure. */
import type { RelayTry } from '../../../contract/visit-report.ts';
import type { ServerUrl } from '../ice-server-urls.ts';

export interface PlannedTry {
  readonly id: string;
  /** As configured. */
  readonly url: string;
  /** As the browser is given it; in the tries of one family its name is replaced by an address. */
  readonly server: ServerUrl;
  readonly family: RelayTry['family'];
}

const mostTries = 200;

/**
 * An app uses the name, so the name is tried. Where it has addresses of both families, the browser hides which one it
 * took, so each family is tried by address as well. Not over TLS: the certificate is for the name.
 */
export function planTries(
  urls: readonly ServerUrl[],
  addresses: Readonly<Record<string, readonly string[]>>,
): PlannedTry[] {
  const tries = urls
    .filter(({ kind }) => kind === 'turn')
    .flatMap((server): Omit<PlannedTry, 'id'>[] => {
      const { url, host } = server;
      const own = literalFamily(host);
      const byName = { url, server, family: own };
      if (own !== null || server.transport === 'tls') return [byName];
      const known = addresses[host] ?? [];
      const v4 = known.find((address) => literalFamily(address) === 'ipv4');
      const v6 = known.find((address) => literalFamily(address) === 'ipv6');
      if (v4 === undefined || v6 === undefined) return [byName];
      const at = (address: string): ServerUrl => ({
        ...server,
        url: withHost(server, address),
        host: address,
      });
      return [byName, { url, server: at(v4), family: 'ipv4' }, { url, server: at(v6), family: 'ipv6' }];
    });
  return tries.slice(0, mostTries).map((planned, index) => ({ id: `relay-${index + 1}`, ...planned }));
}

/** Null: a name. */
export function literalFamily(host: string): 'ipv4' | 'ipv6' | null {
  if (host.includes(':')) return 'ipv6';
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? 'ipv4' : null;
}

function withHost({ port, transport }: ServerUrl, address: string): string {
  return `turn:${address.includes(':') ? `[${address}]` : address}:${port}?transport=${transport}`;
}
