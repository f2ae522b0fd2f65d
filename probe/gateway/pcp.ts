/** Port Control Protocol (RFC 6887): its header, and the ANNOUNCE opcode, which asks for nothing and leaves nothing behind. */
import ipaddr from 'ipaddr.js';
import { readUint16, writeUint32 } from '../../stun/bytes.ts';

/** RFC 6887 §19: PCP servers listen where NAT-PMP did. */
export const portControlPort = 5351;
export const pcpVersion = 2;
export const headerBytes = 24;

const announceOpcode = 0;
/** RFC 6887 §7: no PCP message is longer. */
const maxMessageBytes = 1100;
const responseBit = 0x80;

export type PortControlAnswer =
  | {
      readonly ok: true;
      /** Of the protocol that the answer is in: 2 for PCP, 0 where the router speaks NAT-PMP only. */
      readonly version: number;
      /** RFC 6887 §7.4; 0 is success. */
      readonly resultCode: number;
      /** NAT-PMP only. */
      readonly externalAddress: string | null;
    }
  | { readonly ok: false; readonly problem: string };

export interface PcpRequest {
  readonly opcode: number;
  /** IPv4 or IPv6 literal that the request leaves from; a server compares the two (RFC 6887 §8.1). */
  readonly clientAddress: string;
  readonly lifetimeSec: number;
  /** Of the opcode. */
  readonly data: Uint8Array;
}

/** RFC 6887 §7.1. */
export function encodeRequest({ opcode, clientAddress, lifetimeSec, data }: PcpRequest): Uint8Array {
  const request = new Uint8Array(headerBytes + data.length);
  request[0] = pcpVersion;
  request[1] = opcode;
  writeUint32(request, 4, lifetimeSec);
  const parsed = ipaddr.parse(clientAddress);
  // RFC 6887 §5: IPv4 addresses travel as ::ffff:a.b.c.d.
  const address = parsed.kind() === 'ipv4' ? ipaddr.IPv4.parse(clientAddress).toIPv4MappedAddress() : parsed;
  request.set(address.toByteArray(), 8);
  request.set(data, headerBytes);
  return request;
}

/** RFC 6887 §14.1.1: lifetime 0, no opcode-specific data. */
export function encodeAnnounce(clientAddress: string): Uint8Array {
  return encodeRequest({
    opcode: announceOpcode,
    clientAddress,
    lifetimeSec: 0,
    data: new Uint8Array(0),
  });
}

/** Reads the answer to {@link encodeAnnounce}. Never throws. */
export function decodeAnnounce(bytes: Uint8Array): PortControlAnswer {
  return decodeResponse(bytes, announceOpcode);
}

/** The header of an answer to a request with this opcode. Never throws. */
export function decodeResponse(bytes: Uint8Array, wanted: number): PortControlAnswer {
  const [version = 0, opcode = 0] = bytes;
  if (bytes.length < 4) return { ok: false, problem: `${bytes.length} bytes are too short for any answer` };
  if ((opcode & responseBit) === 0) return { ok: false, problem: 'not a response' };
  // RFC 6887 §9: a NAT-PMP router answers in version 0, whose result code has 16 bits (RFC 6886 §3.5).
  if (version === 0) {
    const resultCode = readUint16(bytes, 2);
    return { ok: true, version, resultCode, externalAddress: null };
  }
  // RFC 6887 §8.3: 24 to 1100 bytes, a multiple of four.
  if (bytes.length < headerBytes || bytes.length > maxMessageBytes || bytes.length % 4 !== 0) {
    return { ok: false, problem: `${bytes.length} bytes are no PCP message` };
  }
  if ((opcode & 0x7f) !== wanted) return { ok: false, problem: `answers opcode ${opcode & 0x7f}` };
  return { ok: true, version, resultCode: bytes[3] ?? 0, externalAddress: null };
}
