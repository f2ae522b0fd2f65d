/** The configured provider with its secret, and where it sends browsers back to. */

import type { ServeConfig } from '../../contract/config.ts';
import { failure } from '../../contract/failures.ts';
import { type OidcConfig, oidcConfigSchema } from '../../contract/oidc.ts';
import { ServiceStartError } from '../fault.ts';
import { isLoopbackName } from '../loopback.ts';
import { firstLineOf } from '../secret-file.ts';

export const signInPath = '/api/sign-in';
export const callbackPath = `${signInPath}/callback`;

export interface OidcTarget extends Omit<OidcConfig, 'clientSecret' | 'clientSecretFile'> {
  readonly clientSecret: string;
  /** Origin of this service, as browsers reach it. Never what a Host header says: whoever sends it would choose it. */
  readonly publicUrl: string;
}

/** Null: not configured. Throws {@link ServiceStartError} (`config-invalid`); the message never holds the secret. */
export function oidcTarget({ oidc, publicUrl }: ServeConfig): OidcTarget | null {
  if (oidc === null) return null;
  if (publicUrl === null) throw invalid('oidc: needs publicUrl, where the provider sends browsers back to');
  const { issuer } = oidc;
  if (issuer.startsWith('http:') && !isLoopback(issuer)) {
    throw invalid('oidc.issuer: plain HTTP is for a provider on this machine only');
  }
  if (publicUrl.startsWith('http:') && !isLoopback(publicUrl)) {
    throw invalid('publicUrl: sign-in needs https, except on loopback');
  }
  return { ...oidc, clientSecret: clientSecret(oidc), publicUrl: new URL(publicUrl).origin };
}

function clientSecret({ clientSecret: secret, clientSecretFile: file }: OidcConfig): string {
  if (secret !== null && file !== null) {
    throw invalid('oidc: clientSecret and clientSecretFile contradict each other');
  }
  if (secret !== null) return secret;
  if (file === null) {
    throw invalid(
      'oidc: needs clientSecretFile, clientSecret, or POLYNYA_OIDC_CLIENT_SECRET in the environment',
    );
  }
  const read = oidcConfigSchema.shape.clientSecret.safeParse(firstLineOf(file, 'oidc.clientSecretFile'));
  if (read.success && read.data !== null) return read.data;
  throw invalid(`oidc.clientSecretFile: the first line of ${file} must have 8 to 1000 characters`);
}

function isLoopback(url: string): boolean {
  return isLoopbackName(new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

function invalid(detail: string): ServiceStartError {
  return new ServiceStartError(failure('config-invalid', detail));
}
