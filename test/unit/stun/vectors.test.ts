import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isOpaque } from '../../../stun/attributes.ts';
import { longTermKey, nonceFeatures, shortTermKey, userHash } from '../../../stun/credential.ts';
import { checkFingerprint, checkIntegrity, sealMessage } from '../../../stun/integrity.ts';
import { decodeMessage, encodeMessage, getAttribute, type StunMessage } from '../../../stun/message.ts';
import { fromHex, katakanaMatrix, type StunVector, stunVectors } from '../../vectors/stun-vectors.ts';

const vectors: readonly (readonly [string, StunVector])[] = Object.values(stunVectors).map(
  (vector: StunVector) => [vector.source, vector] as const,
);

function keyOf({ key }: StunVector): Uint8Array {
  return key.kind === 'short-term'
    ? shortTermKey(key.password)
    : longTermKey(key.username, key.realm, key.password, key.digest);
}

function decoded(bytes: Uint8Array): StunMessage {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.problem);
  expect(result.warnings).toEqual([]);
  return result.message;
}

describe.each(vectors)('%s', (_source, vector) => {
  const bytes = fromHex(vector.hex);

  it('is typed right: its HMAC and CRC fit, computed without our code', () => {
    const { key } = vector;
    const hmacKey =
      key.kind === 'short-term'
        ? Buffer.from(key.password, 'ascii')
        : createHash(key.digest).update(`${key.username}:${key.realm}:${key.password}`).digest();
    const size = vector.integrity === 'sha1' ? 20 : 32;
    const integrityAt = bytes.length - (vector.fingerprint ? 8 : 0) - 4 - size;
    const covered = Buffer.from(bytes.subarray(0, integrityAt));
    covered.writeUInt16BE(integrityAt + 4 + size - 20, 2);
    const expected = createHmac(vector.integrity, hmacKey).update(covered).digest('hex');
    expect(Buffer.from(bytes.subarray(integrityAt + 4, integrityAt + 4 + size)).toString('hex')).toBe(
      expected,
    );
    if (vector.fingerprint) {
      const crc = (crc32(bytes.subarray(0, bytes.length - 8)) ^ 0x5354554e) >>> 0;
      expect(Buffer.from(bytes).readUInt32BE(bytes.length - 4)).toBe(crc);
    }
  });

  it('decodes every attribute and encodes to the same bytes', () => {
    const message = decoded(bytes);
    expect(message.attributes.filter(isOpaque)).toEqual([]);
    expect(encodeMessage(message, { paddingByte: vector.paddingByte })).toEqual(bytes);
  });

  it('verifies, and does not with a wrong key or any flipped bit', () => {
    const key = keyOf(vector);
    expect(checkIntegrity(bytes, key)).toBe('valid');
    expect(checkIntegrity(bytes, shortTermKey('wrong'))).toBe('invalid');
    expect(checkFingerprint(bytes)).toBe(vector.fingerprint ? 'valid' : 'absent');
    const sealedBytes = bytes.length - (vector.fingerprint ? 8 : 0);
    for (let bit = 0; bit < sealedBytes * 8; bit++) {
      // The outer length field is replaced before the HMAC is computed.
      if (bit >= 16 && bit < 32) continue;
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(checkIntegrity(flipped, key), `bit ${bit}`).not.toBe('valid');
      if (vector.fingerprint) expect(checkFingerprint(flipped)).not.toBe('valid');
    }
  });

  it('can be sealed anew: integrity and fingerprint come out identical', () => {
    const sealed = sealMessage(decoded(bytes), {
      key: keyOf(vector),
      algorithm: vector.integrity,
      fingerprint: vector.fingerprint,
      paddingByte: vector.paddingByte,
    });
    expect(sealed).toEqual(bytes);
  });
});

describe('what the samples say', () => {
  it('RFC 5769 s2.1', () => {
    const message = decoded(fromHex(stunVectors.request.hex));
    expect(message).toMatchObject({ method: 1, class: 'request' });
    expect(Buffer.from(message.transactionId).toString('hex')).toBe('b7e7a701bc34d686fa87dfae');
    expect(message.attributes.map(({ name }) => name)).toEqual([
      'SOFTWARE',
      'PRIORITY',
      'ICE-CONTROLLED',
      'USERNAME',
      'MESSAGE-INTEGRITY',
      'FINGERPRINT',
    ]);
    expect(getAttribute(message, 'SOFTWARE')).toBe('STUN test client');
    expect(getAttribute(message, 'PRIORITY')).toBe(0x6e0001ff);
    expect(getAttribute(message, 'ICE-CONTROLLED')).toBe(0x932ff9b151263b36n);
    expect(getAttribute(message, 'USERNAME')).toBe('evtj:h6vY');
  });

  it('RFC 5769 s2.2 and s2.3', () => {
    const ipv4 = decoded(fromHex(stunVectors.ipv4Response.hex));
    expect(ipv4).toMatchObject({ method: 1, class: 'success' });
    expect(getAttribute(ipv4, 'SOFTWARE')).toBe('test vector');
    expect(getAttribute(ipv4, 'XOR-MAPPED-ADDRESS')).toEqual({ address: '192.0.2.1', port: 32853 });
    const ipv6 = decoded(fromHex(stunVectors.ipv6Response.hex));
    expect(getAttribute(ipv6, 'XOR-MAPPED-ADDRESS')).toEqual({
      address: '2001:db8:1234:5678:11:2233:4455:6677',
      port: 32853,
    });
  });

  it('RFC 5769 s2.4', () => {
    const message = decoded(fromHex(stunVectors.longTermRequest.hex));
    expect(getAttribute(message, 'USERNAME')).toBe(katakanaMatrix);
    expect(getAttribute(message, 'NONCE')).toBe('f//499k954d6OL34oL9FSTvy64sA');
    expect(getAttribute(message, 'REALM')).toBe('example.org');
  });

  it('RFC 8489 B.1', () => {
    const message = decoded(fromHex(stunVectors.sha256Request.hex));
    expect(getAttribute(message, 'USERHASH')).toEqual(userHash(katakanaMatrix, 'example.org'));
    expect(getAttribute(message, 'PASSWORD-ALGORITHM')).toEqual({ id: 2, parameters: new Uint8Array(0) });
    const nonce = getAttribute(message, 'NONCE') ?? '';
    expect(nonce).toBe('obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA');
    // The sample's four characters AAAC are bit 22, which s18.1 leaves unassigned.
    expect(nonceFeatures(nonce)).toEqual({ passwordAlgorithms: false, usernameAnonymity: false });
  });
});
