import { formatIpv4, formatIpv6, parseIpv6, writeIpv4 } from '../address.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from '../bytes.ts';
import type { AddressFamily, Endpoint } from '../endpoint.ts';
import { fixed, inRange, Malformed, type ValueCodec } from './codec.ts';

/** RFC 8489 s14.1. */
export const familyCode = { ipv4: 0x01, ipv6: 0x02 } as const;
const wrongFamily = new Malformed('address family is neither IPv4 (1) nor IPv6 (2)');
const wrongAddressSize = new Malformed('address length does not fit its family');

/** RFC 8489 s14.1 plain, s14.2 XORed with the magic cookie and, for IPv6, the transaction id. */
function addressCodec(kind: 'address' | 'xor-address'): ValueCodec<Endpoint> {
  const xored = kind === 'xor-address';
  // What the XOR takes from the header, which stands at the start of the buffer.
  const portMask = (bytes: Uint8Array): number => (xored ? readUint16(bytes, 4) : 0);
  const ipv6Mask = (bytes: Uint8Array, i: number): number => (xored ? (bytes[4 + i] ?? 0) : 0);
  return {
    kind,
    minBytes: 8,
    maxBytes: 20,
    read(bytes, at, length) {
      if (length < 4) return wrongAddressSize;
      const family = bytes[at + 1];
      const port = readUint16(bytes, at + 2) ^ portMask(bytes);
      if (family === familyCode.ipv4) {
        if (length !== 8) return wrongAddressSize;
        return { address: formatIpv4(readUint32(bytes, at + 4) ^ (xored ? readUint32(bytes, 4) : 0)), port };
      }
      if (family !== familyCode.ipv6) return wrongFamily;
      if (length !== 20) return wrongAddressSize;
      const octets: number[] = [];
      for (let i = 0; i < 16; i++) octets.push((bytes[at + 4 + i] ?? 0) ^ ipv6Mask(bytes, i));
      return { address: formatIpv6(octets), port };
    },
    write({ address, port }, out, at) {
      inRange(port, 0xffff, 'port');
      out[at] = 0;
      writeUint16(out, at + 2, port ^ portMask(out));
      if (writeIpv4(address, out, at + 4)) {
        out[at + 1] = familyCode.ipv4;
        if (xored) writeUint32(out, at + 4, readUint32(out, at + 4) ^ readUint32(out, 4));
        return 8;
      }
      const ipv6 = parseIpv6(address);
      if (ipv6 === null) throw new RangeError('address is not an IP literal');
      out[at + 1] = familyCode.ipv6;
      for (let i = 0; i < 16; i++) out[at + 4 + i] = (ipv6[i] ?? 0) ^ ipv6Mask(out, i);
      return 20;
    },
  };
}

export const address = addressCodec('address');
export const xorAddress = addressCodec('xor-address');

export function readFamily(code: number | undefined): AddressFamily | Malformed {
  if (code === familyCode.ipv4) return 'ipv4';
  return code === familyCode.ipv6 ? 'ipv6' : wrongFamily;
}

/** RFC 8656 s18.6: one byte of family, three reserved. */
export const addressFamily = fixed<AddressFamily>(
  'address-family',
  4,
  (bytes, at) => readFamily(bytes[at]),
  (family, out, at) => writeUint32(out, at, familyCode[family] << 24),
);
