import { AuthorizationResponseError, ClientError } from 'openid-client';
import { describe, expect, it } from 'vitest';
import { clockFault, signInFault } from '../../../../service/sign-in/sign-in-fault.ts';

const nowMs = 1_700_000_000_000;
const nowSec = nowMs / 1000;

function clientError(code: string, cause?: unknown): ClientError {
  return Object.assign(new ClientError('no detail', { cause }), { code });
}
const told = (error: unknown) => signInFault(error, nowMs).failure;
const statusOf = (status: number) =>
  clientError('OAUTH_RESPONSE_IS_NOT_CONFORM', new Response(null, { status }));

describe('what went wrong in a sign-in', () => {
  it.each([
    ['no answer in time', clientError('OAUTH_TIMEOUT'), 'sign-in-provider-away'],
    ['overload', statusOf(503), 'sign-in-provider-away'],
    ['no discovery document', statusOf(404), 'sign-in-misconfigured'],
    ['no JSON', clientError('OAUTH_RESPONSE_IS_NOT_JSON'), 'sign-in-misconfigured'],
    ['an unknown key', clientError('OAUTH_KEY_SELECTION_FAILED'), 'sign-in-answer-invalid'],
    ['no connection', Object.assign(new TypeError('fetch failed'), {}), 'sign-in-provider-away'],
  ])('%s', (_name, error, code) => {
    expect(told(error).code).toBe(code);
  });

  it('is the clock where a token was issued at another time, else the token', () => {
    const expired = (iat: number) =>
      told(clientError('OAUTH_JWT_TIMESTAMP_CHECK_FAILED', new Error('x', { cause: { claims: { iat } } })));
    expect(expired(nowSec - 5)).toMatchObject({ code: 'sign-in-answer-invalid' });
    expect(expired(nowSec - 500)).toMatchObject({
      code: 'sign-in-clock',
      message: expect.stringContaining('this host is 500 s ahead of'),
    });
    expect(clockFault(nowSec + 60, nowMs)).toBeNull();
    expect(clockFault(nowSec + 61, nowMs)?.failure.message).toContain('61 s behind');
  });

  it('says the system’s code and nothing that somebody else wrote', () => {
    const cause = Object.assign(new Error('connect to secret-host'), { code: 'ECONNREFUSED' });
    expect(told(new TypeError('fetch failed', { cause })).message).toMatch(/\[ECONNREFUSED\]$/);
    const query = new URLSearchParams({
      error: 'come here: https://evil.example',
      error_description: 'secret',
    });
    const refused = told(new AuthorizationResponseError('x', { cause: query }));
    expect(refused.code).toBe('sign-in-misconfigured');
    expect(refused.message).not.toMatch(/evil|secret/);
  });

  it('is a fault of ours where the library did not make it', () => {
    expect(() => signInFault(new RangeError('ours'), nowMs)).toThrow('ours');
  });
});
