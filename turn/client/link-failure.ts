import type { FailureCode } from '../../contract/failures.ts';
import type { LinkError } from '../../stun/machine.ts';

/** errno names and OpenSSL/Node TLS codes → our catalogue. One row per code that has been seen or is documented. */
const codeTable: Readonly<Record<string, FailureCode>> = {
  ETIMEDOUT: 'timeout',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'local-no-route',
  ECONNRESET: 'connection-closed',
  ECONNABORTED: 'connection-closed',
  EPIPE: 'connection-closed',
  ENOTCONN: 'connection-closed',
  ERR_STREAM_PREMATURE_CLOSE: 'connection-closed',
  ERR_SOCKET_CLOSED: 'connection-closed',
  ENOTFOUND: 'dns-not-found',
  ENODATA: 'dns-not-found',
  EAI_AGAIN: 'dns-failed',
  ESERVFAIL: 'dns-failed',
  EADDRNOTAVAIL: 'local-bind-failed',
  EADDRINUSE: 'local-bind-failed',
  EAFNOSUPPORT: 'local-no-route',
  EINVAL: 'local-bind-failed',
  EMFILE: 'local-bind-failed',
  ENFILE: 'local-bind-failed',
  ENOBUFS: 'local-send-blocked',
  EPERM: 'local-send-blocked',
  EACCES: 'local-send-blocked',
  ABORT_ERR: 'cancelled',
  ECANCELED: 'cancelled',

  CERT_HAS_EXPIRED: 'tls-certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-certificate-name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'tls-certificate-name',
  HOSTNAME_MISMATCH: 'tls-certificate-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-certificate-untrusted',
  CERT_UNTRUSTED: 'tls-certificate-untrusted',
  CERT_REJECTED: 'tls-certificate-untrusted',
  CERT_REVOKED: 'tls-certificate-untrusted',
  CERT_CHAIN_TOO_LONG: 'tls-certificate-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-certificate-untrusted',
  INVALID_CA: 'tls-certificate-untrusted',
  INVALID_PURPOSE: 'tls-certificate-untrusted',
  PATH_LENGTH_EXCEEDED: 'tls-certificate-untrusted',
  /** The date is wrong, the other way round: almost always this host's clock. */
  CERT_NOT_YET_VALID: 'tls-certificate-expired',
  EPROTO: 'tls-failed',
  /** TCP was connected, and then nothing that speaks TLS answered. */
  ERR_TLS_HANDSHAKE_TIMEOUT: 'tls-failed',
};

/** What a broken link means to the reader of a report. Unknown `ERR_SSL_*`/`ERR_TLS_*` are TLS failures. */
export function linkFailureCode(error: LinkError): FailureCode {
  const known = codeTable[error.code];
  if (known !== undefined) return known;
  if (error.code.startsWith('ERR_SSL_') || error.code.startsWith('ERR_TLS_')) return 'tls-failed';
  return 'connection-closed';
}
