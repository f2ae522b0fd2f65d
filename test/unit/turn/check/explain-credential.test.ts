import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mintRestCredential } from '../../../../stun/credential.ts';
import { explainCredential, looksTimeLimited } from '../../../../turn/check/explain-credential.ts';

const nowSec = 1_800_000_000;
const secret = 'c0ffee00c0ffee00';
const username = `${nowSec + 3600}:alice`;

function signed(
  algorithm: string,
  text: string,
  encoding: 'base64' | 'hex' | 'base64url',
  key: string | Buffer = secret,
) {
  return createHmac(algorithm, key).update(text).digest(encoding);
}

describe('which mistake an application makes', () => {
  it('none', () => {
    const { credential, username: name } = mintRestCredential(secret, 'alice', nowSec + 3600);
    expect(explainCredential({ username: name, password: credential }, secret, nowSec).mistake).toBeNull();
    expect(explainCredential({ username: name, password: credential }, null, nowSec).mistake).toBeNull();
  });

  it.each([
    ['hex', username, signed('sha1', username, 'hex'), /hex instead of base64/],
    ['SHA-256', username, signed('sha256', username, 'base64'), /HMAC-SHA256 instead of HMAC-SHA1/],
    ['SHA-256 in hex', username, signed('sha256', username, 'hex'), /HMAC-SHA256.*hex/],
    [
      'no padding',
      username,
      signed('sha1', username, 'base64').replace('=', ''),
      /without its padding|base64url/,
    ],
    ['arguments swapped', username, signed('sha1', secret, 'base64', username), /swapped/],
    ['time alone', username, signed('sha1', username.split(':')[0] ?? '', 'base64'), /the time.* alone/],
    ['name alone', username, signed('sha1', 'alice', 'base64'), /behind the colon alone/],
    [
      'decoded secret',
      username,
      signed('sha1', username, 'base64', Buffer.from(secret, 'hex')),
      /decoded from hex/,
    ],
    ['line break', username, signed('sha1', username, 'base64', `${secret}\n`), /line break/],
    ['the secret itself', username, secret, /the shared secret itself/],
    ['another secret', username, signed('sha1', username, 'base64', 'another'), /the two secrets differ/],
  ])('%s', (_name, name, password, expected) => {
    expect(explainCredential({ username: name, password }, secret, nowSec).mistake).toMatch(expected);
  });

  it.each([
    ['milliseconds', `${(nowSec + 3600) * 1000}:alice`, /milliseconds/],
    ['parts swapped', `alice:${nowSec + 3600}`, /swapped/],
    ['another separator', `${nowSec + 3600}_alice`, /separated by “_”/],
    ['expired', `${nowSec - 600}:alice`, /expired 10 minutes ago/],
  ])('%s in the user name', (_name, name, expected) => {
    const password = signed('sha1', name, 'base64');
    expect(explainCredential({ username: name, password }, secret, nowSec).mistake).toMatch(expected);
    expect(explainCredential({ username: name, password }, null, nowSec).mistake).toMatch(expected);
    expect(looksTimeLimited(name)).toBe(true);
  });

  it('without the secret the form of the password tells some of it', () => {
    const of = (password: string) => explainCredential({ username, password }, null, nowSec).mistake;
    expect(of(signed('sha1', username, 'hex'))).toMatch(/hex/);
    expect(of(signed('sha256', username, 'base64'))).toMatch(/SHA-256/);
  });

  it.each(['alice', 'user-12', 'bob:builder'])('%s is no time-limited name', (name) => {
    expect(looksTimeLimited(name)).toBe(false);
  });
});
