import type { Endpoint } from '../../../stun/endpoint.ts';

/** A port of this host's router that leads here, whoever sends to it. */
export interface OpenedPort {
  readonly external: Endpoint;
  readonly internal: Endpoint;
  /** Gives it back. Never rejects. */
  close(): Promise<void>;
}

/** Asks the router, over what comes from above; null: it gives none. Never rejects. */
export type OpenPort = (internalPort: number) => Promise<OpenedPort | null>;

/** Being asked for, for a port that the ICE library is going to bind. */
export interface PortWish {
  readonly port: number;
  readonly opened: Promise<OpenedPort | null>;
}

/** As a line of SDP (RFC 8839 §5.1): what a NAT has for this host is server-reflexive, whoever told it. */
export function openedCandidate({ external, internal }: OpenedPort): string {
  // RFC 8445 §5.1.2.1, with the type preference that §5.1.2.2 recommends.
  const priority = 100 * 2 ** 24 + 65_535 * 2 ** 8 + 255;
  const related = `raddr ${internal.address} rport ${internal.port}`;
  return `candidate:opened 1 UDP ${priority} ${external.address} ${external.port} typ srflx ${related}`;
}
