import { describe, expect, it } from 'vitest';
import {
  iceKey,
  isSignedCheck,
  withMappedAddress,
  withTieBreaker,
} from '../../../service/rtc/repair-check.ts';
import type { Attribute } from '../../../stun/attributes.ts';
import { checkFingerprint, checkIntegrity, sealMessage } from '../../../stun/integrity.ts';
import { decodeMessage, getAttribute, methods, type StunMessage } from '../../../stun/message.ts';

const key = iceKey('abcdefghijklmnopqrstuvwx');
const transactionId = Uint8Array.from({ length: 12 }, (_, index) => index + 1);

function check(
  tieBreaker: bigint,
  name: 'ICE-CONTROLLING' | 'ICE-CONTROLLED' = 'ICE-CONTROLLING',
): Uint8Array {
  const attributes: Attribute[] = [
    { name: 'USERNAME', value: 'peer:browser' },
    // GOOG-NETWORK-INFO, which Chromium sends and no RFC knows.
    { name: 'unknown', type: 0xc057, bytes: Uint8Array.from([0, 1, 3, 231]) },
    { name, value: tieBreaker },
    { name: 'USE-CANDIDATE', value: true },
    { name: 'PRIORITY', value: 1845501951 },
  ];
  return seal({ method: methods.binding, class: 'request', transactionId, attributes });
}

function seal(message: StunMessage): Uint8Array {
  return sealMessage(message, { key, fingerprint: true });
}

function decoded(bytes: Uint8Array): StunMessage {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.problem);
  return result.message;
}

describe('checks with tie-breaker 0', () => {
  it.each(['ICE-CONTROLLING', 'ICE-CONTROLLED'] as const)(
    '%s becomes 1, signed again, all else kept',
    (name) => {
      const repaired = withTieBreaker(check(0n, name), key);
      const message = decoded(repaired);
      expect(getAttribute(message, name)).toBe(1n);
      expect(checkIntegrity(repaired, key)).toBe('valid');
      expect(checkFingerprint(repaired)).toBe('valid');
      expect(message.transactionId).toEqual(transactionId);
      expect(message.attributes.map((attribute) => attribute.name)).toEqual(
        decoded(check(0n, name)).attributes.map((attribute) => attribute.name),
      );
    },
  );

  it('are the only ones that change', () => {
    const usual = check(0xb96c726c92858ddan);
    expect(withTieBreaker(usual, key)).toBe(usual);
    const dtls = Uint8Array.from([22, 254, 253, 0, 0]);
    expect(withTieBreaker(dtls, key)).toBe(dtls);
  });

  it('signed by somebody else stay as they are, so the peer refuses them itself', () => {
    const foreign = check(0n);
    expect(withTieBreaker(foreign, iceKey('another'))).toBe(foreign);
    expect(isSignedCheck(foreign, iceKey('another'))).toBe(false);
    expect(isSignedCheck(foreign, key)).toBe(true);
    expect(isSignedCheck(Uint8Array.from([1, 2, 3]), key)).toBe(false);
  });
});

describe('answers of the peer', () => {
  const answer = seal({
    method: methods.binding,
    class: 'success',
    transactionId,
    attributes: [{ name: 'XOR-MAPPED-ADDRESS', value: { address: '127.0.0.1', port: 40000 } }],
  });
  const remote = { address: '203.0.113.7', port: 51773 };

  it('name the address that the check really came from', () => {
    const repaired = withMappedAddress(answer, key, remote);
    expect(getAttribute(decoded(repaired), 'XOR-MAPPED-ADDRESS')).toEqual(remote);
    expect(checkIntegrity(repaired, key)).toBe('valid');
    expect(checkFingerprint(repaired)).toBe('valid');
    const v6 = { address: '2001:db8::7', port: 51773 };
    expect(getAttribute(decoded(withMappedAddress(answer, key, v6)), 'XOR-MAPPED-ADDRESS')).toEqual(v6);
  });

  it('leave everything else alone: the peer’s own checks, data, foreign answers', () => {
    const own = check(7n, 'ICE-CONTROLLED');
    expect(withMappedAddress(own, key, remote)).toBe(own);
    expect(withMappedAddress(answer, iceKey('another'), remote)).toBe(answer);
    const data = Uint8Array.from([23, 254, 253]);
    expect(withMappedAddress(data, key, remote)).toBe(data);
  });
});
