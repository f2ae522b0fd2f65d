import { describe, expect, it } from 'vitest';
import {
  longTermKey,
  mintRestCredential,
  nonceFeatures,
  opaqueString,
  userHash,
} from '../../../stun/credential.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('long-term keys (RFC 8489 s18.5.1)', () => {
  it('are digests of username:realm:password', () => {
    // printf 'user:realm:pass' | md5sum – RFC 8489 s9.2.2 gives this very example.
    expect(hex(longTermKey('user', 'realm', 'pass'))).toBe('8493fbc53ba582fb4c044c456bdc40eb');
    // printf 'user:realm:pass' | sha256sum
    expect(hex(longTermKey('user', 'realm', 'pass', 'sha256'))).toBe(
      '07e934117abd40836e7c6329b54731b2b2d2a5f9a71f544922d75e0730d8251b',
    );
  });

  it('prepare text as OpaqueString does, and nothing more', () => {
    expect(opaqueString('a\u00a0b\u3000c')).toBe('a b c');
    expect(opaqueString('e\u0301')).toBe('\u00e9');
    expect(opaqueString('Ab \u2168')).toBe('Ab \u2168');
    expect(longTermKey('e\u0301', 'r', 'p')).toEqual(longTermKey('\u00e9', 'r', 'p'));
  });

  it('userHash is 32 bytes of username:realm', () => {
    // printf 'user:realm' | sha256sum
    expect(hex(userHash('user', 'realm'))).toBe(
      '6a3029116b47aa98bcaa325399733dc1a23cd57e26b81bef3ff6531ce624e2da',
    );
  });
});

describe('nonce cookie (RFC 8489 s9.2, s18.1)', () => {
  it.each([
    ['obMatJos2AAAAxyz', { passwordAlgorithms: false, usernameAnonymity: false }],
    ['obMatJos2gAAAxyz', { passwordAlgorithms: true, usernameAnonymity: false }],
    ['obMatJos2QAAAxyz', { passwordAlgorithms: false, usernameAnonymity: true }],
    ['obMatJos2wAAA', { passwordAlgorithms: true, usernameAnonymity: true }],
    ['obMatJos2wAA', null],
    ['obMatJos2w=AAxyz', null],
    ['xobMatJos2wAAA', null],
    ['f//499k954d6OL34oL9FSTvy64sA', null],
  ])('%s', (nonce, features) => {
    expect(nonceFeatures(nonce)).toEqual(features);
  });
});

describe('REST credentials', () => {
  it('are expiry:user and the HMAC-SHA1 of that', () => {
    // printf '1893456000:alice' | openssl dgst -sha1 -hmac north -binary | base64
    expect(mintRestCredential('north', 'alice', 1_893_456_000)).toEqual({
      username: '1893456000:alice',
      credential: 'MME/7rvfb/gOjpkB59+7AxlCLvk=',
    });
  });

  it('carry whole seconds, and only them without a user', () => {
    expect(mintRestCredential('north', '', 1_893_456_000.9).username).toBe('1893456000');
  });
});
