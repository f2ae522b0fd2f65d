/** Where NATS is and how to sign in: the configuration, with what stands in files. */
import type { BusConfig } from '../../contract/bus.ts';
import { failure } from '../../contract/failures.ts';
import { ServiceStartError } from '../fault.ts';
import { firstLineOf, readSecretFile } from '../secret-file.ts';

export interface NatsTarget extends Pick<BusConfig, 'servers' | 'user' | 'tls' | 'replicas'> {
  readonly password: string | null;
  readonly token: string | null;
  /** A `.creds` file, or the seed of an nkey. */
  readonly credentials: Uint8Array | null;
}

/** Throws {@link ServiceStartError} (`config-invalid`); the message never holds a secret. */
export function natsTarget(config: BusConfig): NatsTarget {
  const { servers, user, tls, replicas, credentialsFile } = config;
  const password = oneOf('password', config.password, config.passwordFile);
  const token = oneOf('token', config.token, config.tokenFile);
  const ways = [user, token, credentialsFile].filter((way) => way !== null);
  if (ways.length > 1) throw invalid('bus: user, token and credentialsFile exclude each other');
  if (password !== null && user === null) throw invalid('bus: a password needs a user');
  // They are read anew at every connection, so that renewed ones are taken; what is not there is told now.
  for (const key of ['ca', 'cert', 'key'] as const) {
    const file = tls?.[key] ?? null;
    if (file !== null) readSecretFile(file, `bus.tls.${key}`);
  }
  const credentials =
    credentialsFile === null ? null : readSecretFile(credentialsFile, 'bus.credentialsFile');
  return { servers, user, tls, replicas, password, token, credentials };
}

function oneOf(key: 'password' | 'token', secret: string | null, file: string | null): string | null {
  if (file === null) return secret;
  if (secret !== null) throw invalid(`bus: ${key} and ${key}File contradict each other`);
  const read = firstLineOf(file, `bus.${key}File`);
  if (read === '') throw invalid(`bus.${key}File: the first line of ${file} is empty`);
  return read;
}

function invalid(detail: string): ServiceStartError {
  return new ServiceStartError(failure('config-invalid', detail));
}
