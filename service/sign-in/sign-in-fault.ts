/**
 * Why a sign-in failed, from what the library throws. Only codes and numbers go into the message: causes hold tokens, and
 * what a provider or a query says beside its code is anybody’s text.
 */
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { FailureCode } from '../../contract/failures.ts';
import { fault, RequestFault } from '../fault.ts';

/** Clocks may differ by so much. */
export const skewBoundSec = 60;

export function signInFault(error: unknown, nowMs: number): RequestFault {
  if (error instanceof RequestFault) return error;
  if (error instanceof AuthorizationResponseError) {
    return fault(authorizationCodes[error.error] ?? 'sign-in-misconfigured', codeOnly(error.error));
  }
  if (error instanceof ResponseBodyError) {
    if (error.status >= 500) return fault('sign-in-provider-away', `status ${error.status}`);
    // The code is too old, or was used before (RFC 6749 §5.2).
    const code = error.error === 'invalid_grant' ? 'sign-in-unknown' : 'sign-in-misconfigured';
    return fault(code, codeOnly(error.error));
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    // Where the secret is wrong: 401 with the code in a header (RFC 6749 §5.2, RFC 6750 §3).
    const codes = error.cause.map(({ parameters }) => codeOnly(parameters.error));
    const code = codes.find((each) => each !== undefined);
    return fault('sign-in-misconfigured', code ?? `the provider answered with status ${error.status}`);
  }
  if (error instanceof ClientError) return clientFault(error, nowMs);
  // That is how fetch says that it could not connect.
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return fault('sign-in-provider-away', systemCode(error.cause));
  }
  throw error;
}

/** What the provider says instead of a code (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6). */
const authorizationCodes: Readonly<Record<string, FailureCode>> = {
  access_denied: 'sign-in-denied',
  login_required: 'sign-in-denied',
  consent_required: 'sign-in-denied',
  interaction_required: 'sign-in-denied',
  account_selection_required: 'sign-in-denied',
  server_error: 'sign-in-provider-away',
  temporarily_unavailable: 'sign-in-provider-away',
};

function clientFault(error: ClientError, nowMs: number): RequestFault {
  switch (error.code) {
    case 'OAUTH_TIMEOUT':
      return fault('sign-in-provider-away', 'no answer in time');
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM': {
      const status = error.cause instanceof Response ? error.cause.status : 0;
      const code = status >= 500 || status === 429 ? 'sign-in-provider-away' : 'sign-in-misconfigured';
      return fault(code, `the provider answered with status ${status}`);
    }
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return timestampFault(error.cause, nowMs);
    // The discovery document names another issuer, or the provider has no such thing.
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return fault('sign-in-misconfigured', 'the provider calls itself by another issuer');
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_MISSING_SERVER_METADATA':
    case 'OAUTH_INVALID_SERVER_METADATA':
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
      return fault('sign-in-misconfigured', codeOnly(error.code));
    default:
      return fault('sign-in-answer-invalid', wrongPart(error) ?? codeOnly(error.code));
  }
}

/** A token that was issued this very moment and has expired was issued so; else the clocks differ. */
function timestampFault(cause: unknown, nowMs: number): RequestFault {
  const issuedAtSec = numberIn(claimsOf(cause), 'iat');
  if (issuedAtSec !== null) {
    const clock = clockFault(issuedAtSec, nowMs);
    if (clock !== null) return clock;
  }
  return fault('sign-in-answer-invalid', 'the ID token has expired');
}

/** Null: the clocks agree well enough. */
export function clockFault(issuedAtSec: number, nowMs: number): RequestFault | null {
  const behindSec = Math.round(issuedAtSec - nowMs / 1000);
  if (Math.abs(behindSec) <= skewBoundSec) return null;
  const side = behindSec > 0 ? 'behind' : 'ahead of';
  return fault('sign-in-clock', `the clock of this host is ${Math.abs(behindSec)} s ${side} the provider’s`);
}

/** Which claim or parameter is wrong, where the library says it; names only. */
function wrongPart({ cause, message }: ClientError): string | null {
  const inner = cause instanceof Error ? cause : null;
  const named = /"(iss|state|aud|azp|nonce|sub|code|id_token)"/.exec(inner?.message ?? message)?.[1];
  return named === undefined ? null : `${named} is not as expected`;
}

function claimsOf(cause: unknown): unknown {
  const inner = cause instanceof Error ? cause.cause : cause;
  return typeof inner === 'object' && inner !== null && 'claims' in inner ? inner.claims : null;
}

function numberIn(record: unknown, key: string): number | null {
  if (typeof record !== 'object' || record === null) return null;
  const value = (record as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'number' ? value : null;
}

/** E.g. ECONNREFUSED, CERT_HAS_EXPIRED. */
function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? codeOnly(String(cause.code)) : undefined;
}

/** Codes are short words; anything else is somebody’s text. */
function codeOnly(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9_]{1,60}$/.test(text) ? text : undefined;
}
