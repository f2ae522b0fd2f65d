/** Values for every row of the attribute table, by the kind of its codec: a new row is covered without a new line. */
import fc from 'fast-check';
import { formatIpv6 } from '../../stun/address.ts';
import { type Attribute, attributeRows, type KnownAttribute, type NamedRow } from '../../stun/attributes.ts';
import type { CodecKind } from '../../stun/codecs/codec.ts';
import type { StunMessage } from '../../stun/message.ts';

const uint = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const ipv4 = fc.tuple(uint(255), uint(255), uint(255), uint(255)).map((octets) => octets.join('.'));
const ipv6 = fc
  .oneof(
    fc.array(uint(255), { minLength: 16, maxLength: 16 }),
    // Runs of zeros and IPv4-mapped addresses are where spellings differ.
    fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }),
    fc
      .tuple(uint(255), uint(255), uint(255), uint(255))
      .map((tail) => [...Array(10).fill(0), 255, 255, ...tail]),
  )
  .map(formatIpv6);
export const anyEndpoint = fc.record({ address: fc.oneof(ipv4, ipv6), port: uint(65_535) });
const family = fc.constantFrom('ipv4' as const, 'ipv6' as const);
const phrase = (maxBytes: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => Buffer.byteLength(text) <= maxBytes);
const anyBytes = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: min, maxLength: max });
const stunError = { code: fc.integer({ min: 300, max: 699 }), reason: phrase(763) };
const algorithm = fc.record({ id: uint(65_535), parameters: anyBytes(0, 9) });

const byKind: Record<CodecKind, (row: NamedRow) => fc.Arbitrary<unknown>> = {
  address: () => anyEndpoint,
  'xor-address': () => anyEndpoint,
  text: (row) => phrase(row.codec.maxBytes),
  bytes: ({ codec: { minBytes, maxBytes } }) =>
    minBytes === maxBytes
      ? anyBytes(minBytes, maxBytes)
      : anyBytes(minBytes, Math.min(maxBytes, 64)).map((bytes) =>
          // The only row with a step is MESSAGE-INTEGRITY-SHA256: 16, 20 … 32.
          minBytes === 16 ? bytes.slice(0, bytes.length & ~3) : bytes,
        ),
  uint16: () => uint(65_535),
  uint32: () => uint(0xffff_ffff),
  uint64: () => fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  flag: () => fc.constant(true),
  'uint16-list': () => fc.array(uint(65_535), { maxLength: 9 }),
  'change-request': () => fc.record({ changeIp: fc.boolean(), changePort: fc.boolean() }),
  'error-code': () => fc.record(stunError),
  'address-error-code': () => fc.record({ family, ...stunError }),
  'address-family': () => family,
  'even-port': () => fc.record({ reserve: fc.boolean() }),
  protocol: () => uint(255),
  'password-algorithm': () => algorithm,
  'password-algorithms': () => fc.array(algorithm, { maxLength: 4 }),
  icmp: () => fc.record({ type: uint(127), code: uint(511), data: uint(0xffff_ffff) }),
  'transmit-counter': () => fc.record({ request: uint(255), response: uint(255) }),
};

export function attributeValue(row: NamedRow): fc.Arbitrary<unknown> {
  return byKind[row.codec.kind](row);
}

/** An attribute of that row with any value. */
export function attributeOf(row: NamedRow): fc.Arbitrary<KnownAttribute> {
  return attributeValue(row).map((value) => ({ name: row.name, value }) as KnownAttribute);
}

const knownCodes = new Set(attributeRows.map(({ code }) => code));
const unknownAttribute: fc.Arbitrary<Attribute> = fc.record({
  name: fc.constant('unknown' as const),
  type: uint(65_535).filter((code) => !knownCodes.has(code)),
  bytes: anyBytes(0, 32),
});

export const anyAttribute: fc.Arbitrary<Attribute> = fc.oneof(
  { weight: 1, arbitrary: unknownAttribute },
  { weight: 8, arbitrary: fc.constantFrom(...attributeRows).chain(attributeOf) },
);

const header = {
  method: uint(0xfff),
  class: fc.constantFrom('request' as const, 'indication' as const, 'success' as const, 'error' as const),
  transactionId: anyBytes(12, 12),
};

export function messageWith(attributes: fc.Arbitrary<Attribute[]>): fc.Arbitrary<StunMessage> {
  return fc.record({ ...header, attributes });
}

export const anyMessage = messageWith(fc.array(anyAttribute, { maxLength: 12 }));
