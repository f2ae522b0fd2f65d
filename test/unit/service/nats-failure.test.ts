import { errors } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { natsFailure } from '../../../service/bus/nats-failure.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('why there is no connection to NATS', () => {
  it.each([
    ['bus-certificate-name', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['bus-certificate-expired', coded('CERT_NOT_YET_VALID')],
    [
      'bus-certificate-untrusted',
      new errors.ConnectionError('x', { cause: coded('SELF_SIGNED_CERT_IN_CHAIN') }),
    ],
    ['bus-certificate-wanted', coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')],
    ['bus-tls-failed', coded('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['bus-tls-failed', errors.InvalidArgumentError.format('tls', 'is not available on this server')],
    ['bus-login-refused', new errors.AuthorizationError('Authorization Violation')],
    ['bus-login-refused', new Error('unable to parse credentials')],
    ['bus-unreachable', new errors.ConnectionError('connection refused', { cause: coded('ECONNREFUSED') })],
    ['bus-unreachable', undefined],
  ])('is %s', (code, error) => {
    expect(natsFailure(error).code).toBe(code);
  });
});
