import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeRows, isOpaque } from '../../stun/attributes.ts';
import { checkFingerprint, checkIntegrity, sealMessage } from '../../stun/integrity.ts';
import { type DecodeResult, decodeMessage, encodeMessage } from '../../stun/message.ts';
import { fromHex, stunVectors } from '../vectors/stun-vectors.ts';
import { anyMessage, attributeOf, messageWith } from './stun-arbitraries.ts';

describe('round trip', () => {
  it.each(attributeRows.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    fc.assert(
      fc.property(messageWith(fc.tuple(attributeOf(row))), (message) => {
        const bytes = encodeMessage(message);
        const result = decodeMessage(bytes);
        expect(result).toMatchObject({ ok: true, warnings: [] });
        if (result.ok) expect(result.message).toEqual(message);
        if (result.ok) expect(encodeMessage(result.message)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('whole messages keep every attribute in its place', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const result = decodeMessage(encodeMessage(message));
        expect(result.ok).toBe(true);
        if (result.ok) expect(result.message).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on what fills the padding', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 0, max: 255 }), (message, paddingByte) => {
        expect(decodeMessage(encodeMessage(message, { paddingByte }))).toEqual(
          decodeMessage(encodeMessage(message)),
        );
      }),
    );
  });

  it('a Buffer inside a bigger one decodes like the bytes alone, and the message does not share its memory', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 1, max: 9 }), (message, offset) => {
        const bytes = encodeMessage(message);
        const big = Buffer.alloc(bytes.length + 20, 0xee);
        big.set(bytes, offset);
        const result = decodeMessage(big.subarray(offset, offset + bytes.length));
        big.fill(0xee);
        expect(result).toEqual(decodeMessage(bytes));
      }),
    );
  });
});

/** Anything decode may say about hostile bytes: a value of bounded size, or a short problem. */
function expectBounded(bytes: Uint8Array, result: DecodeResult): void {
  if (!result.ok) {
    expect(result.problem.length).toBeLessThan(200);
    return;
  }
  const { attributes } = result.message;
  expect(attributes.length).toBeLessThanOrEqual((bytes.length - 20) / 4);
  let kept = 0;
  for (const attribute of attributes) if (isOpaque(attribute)) kept += attribute.bytes.length;
  expect(kept).toBeLessThanOrEqual(bytes.length);
  expect(result.warnings.length).toBeLessThanOrEqual(3);
}

function judge(bytes: Uint8Array): void {
  const before = bytes.slice();
  const result = decodeMessage(bytes);
  expectBounded(bytes, result);
  // Reading again what was read gives the same message: nothing was lost or made up.
  if (result.ok) {
    const again = decodeMessage(encodeMessage(result.message));
    expect(again.ok).toBe(true);
    if (again.ok) expect(again.message).toEqual(result.message);
  }
  expect(['valid', 'invalid', 'absent']).toContain(checkIntegrity(bytes, key));
  expect(['valid', 'invalid', 'absent']).toContain(checkFingerprint(bytes));
  expect(bytes).toEqual(before);
}

const key = new Uint8Array([9, 9, 9]);

describe('hostile bytes', () => {
  it('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), judge), { numRuns: 3000 });
  });

  it('random bytes behind a fitting header', () => {
    const framed = fc.uint8Array({ maxLength: 400 }).map((body) => {
      const length = body.length & ~3;
      const bytes = new Uint8Array(20 + length);
      bytes.set([0x01, 0x01, length >> 8, length & 0xff, 0x21, 0x12, 0xa4, 0x42]);
      bytes.set(body.subarray(0, length), 20);
      return bytes;
    });
    fc.assert(fc.property(framed, judge), { numRuns: 3000 });
  });

  it('known attribute types with random lengths and bodies', () => {
    const part = fc
      .tuple(fc.constantFrom(...attributeRows), fc.uint8Array({ maxLength: 40 }))
      .map(([row, bytes]) => ({ name: 'unknown' as const, type: row.code, bytes }));
    fc.assert(
      fc.property(messageWith(fc.array(part, { maxLength: 6 })), (message) => judge(encodeMessage(message))),
      { numRuns: 3000 },
    );
  });

  it('valid messages with changed, cut and added bytes', () => {
    const change = fc.record({ at: fc.nat(2000), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.oneof(
          anyMessage.map((message) => sealMessage(message, { key, fingerprint: true })),
          fc.constantFrom(...Object.values(stunVectors)).map(({ hex }) => fromHex(hex)),
        ),
        fc.array(change, { maxLength: 5 }),
        fc.nat(40),
        fc.uint8Array({ maxLength: 8 }),
        (valid, changes, cut, more) => {
          const bytes = new Uint8Array(Math.max(0, valid.length - cut) + more.length);
          bytes.set(valid.subarray(0, bytes.length - more.length));
          bytes.set(more, bytes.length - more.length);
          for (const { at, to } of changes) if (bytes.length > 0) bytes[at % bytes.length] = to;
          judge(bytes);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a message of nothing but empty attributes takes bounded time', () => {
    const bytes = new Uint8Array(20 + 65_532);
    bytes.set([0x00, 0x01, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42]);
    const start = performance.now();
    const result = decodeMessage(bytes);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(result.ok && result.message.attributes.length).toBe(65_532 / 4);
  });
});

describe('sealing', () => {
  const seal = fc.oneof(
    fc.record({ key: fc.uint8Array({ minLength: 1, maxLength: 80 }), fingerprint: fc.boolean() }),
    fc.record({
      key: fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fingerprint: fc.boolean(),
      algorithm: fc.constant('sha256' as const),
      truncateTo: fc.constantFrom(16, 20, 24, 28, 32),
    }),
  );

  it('verifies with its key only', () => {
    fc.assert(
      fc.property(anyMessage, seal, (message, how) => {
        const bytes = sealMessage(message, how);
        expect(checkIntegrity(bytes, how.key)).toBe('valid');
        expect(checkIntegrity(bytes, Uint8Array.of(...how.key, 1))).toBe('invalid');
        expect(checkFingerprint(bytes)).toBe(how.fingerprint ? 'valid' : 'absent');
        const result = decodeMessage(bytes);
        expect(result).toMatchObject({ ok: true, warnings: [] });
        if (result.ok) expect(sealMessage(result.message, how)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
