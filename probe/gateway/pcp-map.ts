/** The MAP opcode of the Port Control Protocol (RFC 6887 §11): a port of the router that leads to one of this host. */
import ipaddr from 'ipaddr.js';
import { readUint16, readUint32, writeUint16 } from '../../stun/bytes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { decodeResponse, encodeRequest, headerBytes, pcpVersion } from './pcp.ts';

export const mapOpcode = 1;
/** RFC 6887 §11.2. */
export const nonceBytes = 12;
const dataBytes = 36;
/** IANA protocol number. */
const udp = 17;

export interface MapRequest {
  /** IP literal that the request leaves from; the server compares the two (RFC 6887 §8.1). */
  readonly clientAddress: string;
  /** Whoever renews or deletes a mapping has to know it. */
  readonly nonce: Uint8Array;
  /** Of a UDP socket; suggested as the port of the router as well. */
  readonly internalPort: number;
  /** 0 deletes the mapping (RFC 6887 §15.1). */
  readonly lifetimeSec: number;
}

export type MapAnswer =
  | {
      readonly ok: true;
      /** Null: refused. */
      readonly external: Endpoint | null;
      /** RFC 6887 §7.4; 0 is success. Of a router that speaks another version: its own. */
      readonly resultCode: number;
      readonly lifetimeSec: number;
    }
  | { readonly ok: false; readonly problem: string };

/** RFC 6887 §11.1. */
export function encodeMap({ clientAddress, nonce, internalPort, lifetimeSec }: MapRequest): Uint8Array {
  const data = new Uint8Array(dataBytes);
  data.set(nonce.subarray(0, nonceBytes));
  data[12] = udp;
  writeUint16(data, 16, internalPort);
  // RFC 6887 §15.1: what deletes suggests nothing.
  if (lifetimeSec > 0) writeUint16(data, 18, internalPort);
  // RFC 6887 §5: no preference for an IPv4 address is ::ffff:0.0.0.0.
  data.set([0xff, 0xff], 30);
  return encodeRequest({ opcode: mapOpcode, clientAddress, lifetimeSec, data });
}

/** Reads the answer to {@link encodeMap}. Never throws. */
export function decodeMap(bytes: Uint8Array, { nonce, internalPort }: MapRequest): MapAnswer {
  const response = decodeResponse(bytes, mapOpcode);
  if (!response.ok) return response;
  const { version, resultCode } = response;
  if (version !== pcpVersion || resultCode !== 0) {
    return { ok: true, external: null, resultCode, lifetimeSec: 0 };
  }
  if (bytes.length < headerBytes + dataBytes) {
    return { ok: false, problem: `${bytes.length} bytes hold no mapping` };
  }
  const data = bytes.subarray(headerBytes);
  // RFC 6887 §11.4: what does not match the request is not its answer.
  const isOurs = data[12] === udp && readUint16(data, 16) === internalPort;
  if (!isOurs || nonce.some((byte, at) => data[at] !== byte)) {
    return { ok: false, problem: 'answers another request' };
  }
  const address = ipaddr.fromByteArray([...data.subarray(20, dataBytes)]);
  const external = { address: plain(address), port: readUint16(data, 18) };
  return { ok: true, external, resultCode, lifetimeSec: readUint32(bytes, 4) };
}

function plain(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address().toString()
    : address.toString();
}
