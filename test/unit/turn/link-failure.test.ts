import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../contract/failures.ts';
import { linkFailureCode } from '../../../turn/client/link-failure.ts';

describe('linkFailureCode', () => {
  const table: readonly [string, FailureCode][] = [
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EADDRNOTAVAIL', 'local-bind-failed'],
    ['EAFNOSUPPORT', 'local-no-route'],
    ['EPERM', 'local-send-blocked'],
    ['ECONNRESET', 'connection-closed'],
    ['EPIPE', 'connection-closed'],
    ['ENOTFOUND', 'dns-not-found'],
    ['EAI_AGAIN', 'dns-failed'],
    ['CERT_HAS_EXPIRED', 'tls-certificate-expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-certificate-name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-certificate-untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-certificate-untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-certificate-untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-certificate-untrusted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-failed'],
    ['ERR_TLS_SOMETHING_NEW', 'tls-failed'],
    ['EPROTO', 'tls-failed'],
    ['ESOMETHINGELSE', 'connection-closed'],
  ];
  it.each(table)('%s → %s', (code, expected) => {
    expect(linkFailureCode({ code, message: '' })).toBe(expected);
  });
});
