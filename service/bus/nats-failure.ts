/** Why there is no connection to NATS → code, blame and next step. Pure. */
import { type Failure, type FailureCode, failure } from '../../contract/failures.ts';

/** Codes of Node.js and OpenSSL. Others of TLS: see below. */
const codes: Readonly<Record<string, FailureCode>> = {
  CERT_HAS_EXPIRED: 'bus-certificate-expired',
  CERT_NOT_YET_VALID: 'bus-certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'bus-certificate-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'bus-certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'bus-certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'bus-certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'bus-certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'bus-certificate-untrusted',
  CERT_SIGNATURE_FAILURE: 'bus-certificate-untrusted',
  // RFC 8446 §6.2: certificate_required. Until TLS 1.2 such a server sends bad_certificate or handshake_failure.
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'bus-certificate-wanted',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'bus-certificate-wanted',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'bus-certificate-wanted',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'bus-certificate-wanted',
};

/** How nats-server and its client library say it; such errors have no code. */
const sayings: readonly (readonly [RegExp, FailureCode])[] = [
  [/authorization violation|user authentication|account authentication/i, 'bus-login-refused'],
  [/unable to parse credentials|invalid seed|invalid checksum|unencode/i, 'bus-login-refused'],
  [/'tls' is not available|tls.* not available/i, 'bus-tls-failed'],
];

/** @returns a failure whose message holds no secret: neither errors of TLS nor those of NATS repeat a login */
export function natsFailure(error: unknown): Failure {
  const chain = causesOf(error);
  const known = chain.map(codeOf).find((code) => code !== null);
  const detail = chain.map(saidOf).find((text) => text !== '') ?? '';
  return failure(known ?? 'bus-unreachable', detail.slice(0, 300));
}

/** The error and what led to it; outermost first. */
function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next !== undefined && chain.length < 5; ) {
    chain.push(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

function codeOf(error: unknown): FailureCode | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = codes[code];
  if (known !== undefined) return known;
  if (/^ERR_(SSL|TLS)_/.test(code)) return 'bus-tls-failed';
  const said = saidOf(error);
  return sayings.find(([words]) => words.test(said))?.[1] ?? null;
}

function saidOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error ?? '');
}
