import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denialsOf, isPrefix, parseAddress, parseCidr, prefixesOf } from '../../../../turn/lint/address.ts';
import { parsePeerRange } from '../../../../turn/lint/peer-range.ts';

function bytesOf(text: string): number[] {
  const { value, bits } = parseAddress(text) ?? { value: 0n, bits: 128 };
  return Array.from({ length: bits / 8 }, (_, i) => Number((value >> BigInt(bits - 8 * (i + 1))) & 255n));
}

/** As coturn before 4.16 does it. */
function holdsByteByByte(range: string, address: string): boolean {
  const [low = '', high = low] = range.split('-');
  const [first, last, own] = [bytesOf(low), bytesOf(high), bytesOf(address)];
  return own.every((byte, i) => byte >= (first[i] ?? 0) && byte <= (last[i] ?? 0));
}

describe('prefixesOf', () => {
  it('splits a range into whole prefixes without gap or overlap', () => {
    const ends = fc.tuple(fc.bigInt(0n, (1n << 128n) - 1n), fc.bigInt(0n, (1n << 128n) - 1n));
    fc.assert(
      fc.property(ends, ([a, b]) => {
        const range = { bits: 128, first: a < b ? a : b, last: a < b ? b : a } as const;
        const prefixes = prefixesOf(range);
        let next = range.first;
        for (const prefix of prefixes) {
          expect(isPrefix(prefix)).toBe(true);
          expect(prefix.first).toBe(next);
          next = prefix.last + 1n;
        }
        expect(next).toBe(range.last + 1n);
        expect(prefixes.length).toBeLessThanOrEqual(254);
      }),
    );
  });
});

describe('denialsOf', () => {
  const compatible = parseCidr('::/96');
  if (compatible === null) throw new Error('no range');

  it('denies ::/96 by ranges that do not begin with ::, which would hold every IPv4 address', () => {
    for (const text of denialsOf(compatible)) {
      const parsed = parsePeerRange(text);
      expect(parsed.kind === 'range' && parsed.range.first > 0n).toBe(true);
    }
  });

  it('they hold every address of it but :: also when compared byte by byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), (host) => {
        const address = `::${(host >>> 16).toString(16)}:${(host & 0xffff).toString(16)}`;
        expect(denialsOf(compatible).some((range) => holdsByteByByte(range, address))).toBe(true);
      }),
    );
  });
});
