/** The server under test and what a script may use of the outside world. */
import type { AddressFamily, Endpoint } from '../../stun/endpoint.ts';
import type { RandomBytes, Transport } from '../../stun/machine.ts';
import type { Credentials } from '../client/auth-ladder.ts';
import type { CertificateSight } from './certificate.ts';
import type { Knowledge } from './knowledge.ts';

export interface Target {
  readonly uri: string;
  /** As written: a name or an address. */
  readonly host: string;
  readonly server: Endpoint;
  readonly transport: Transport;
}

export interface Site extends Target {
  readonly family: AddressFamily;
  /** All addresses of the name. */
  readonly addresses: readonly string[];
  readonly credentials: Credentials | null;
  /** User name and password as they were given, e.g. by an application; null: none. */
  readonly given: Credentials | null;
  /** The shared secret, where the operator gave it: more can be tested then. */
  readonly secret: string | null;
  readonly random: RandomBytes;
  /** Wall clock at the start of the run, in seconds. */
  readonly startEpochSec: number;
  readonly knowledge: Knowledge;
  /** Other URIs of the same server that clients are given. */
  readonly others: readonly Target[];
  readonly certificates: readonly CertificateSight[];
  /** SHA-256 of the certificate that should be in use; null: the operator gave none. */
  readonly certificateOnDisk: string | null;
  readonly mustDeny: readonly string[];
  readonly mustAllow: readonly string[];
}

/** A way to the server over a stream: plain TCP where it was given, at the URI's own port where none was. */
export function streamTarget(site: Site): Target {
  const given = [site, ...site.others].find(({ transport }) => transport === 'tcp');
  if (given !== undefined) return given;
  if (site.transport === 'tls') return site;
  return { ...site, transport: 'tcp', uri: `${site.uri}?transport=tcp` };
}

/** RFC 7065 s3.2: where UDP is found when no URI says so. */
const defaultPort = 3478;

/** Where a Binding over UDP is answered: a UDP URI, else the default port of the host. */
export function datagramTarget(site: Site): Target {
  const given = [site, ...site.others].find(({ transport }) => transport === 'udp');
  if (given !== undefined) return given;
  const port = site.transport === 'tls' ? defaultPort : site.server.port;
  return { ...site, transport: 'udp', server: { ...site.server, port } };
}
