/** NAT Port Mapping Protocol (RFC 6886): the public address request alone, which makes no mapping. */
import { readUint16 } from '../../stun/bytes.ts';
import type { PortControlAnswer } from './pcp.ts';

export const natPmpVersion = 0;
/** RFC 6886 §3.5: "Network Failure", e.g. the router itself has no address that it could give out. */
export const natPmpNetworkFailure = 3;

/** RFC 6886 §3.2: version 0, opcode 0. */
export function encodeExternalAddressRequest(): Uint8Array {
  return Uint8Array.of(natPmpVersion, 0);
}

/** Reads the answer to {@link encodeExternalAddressRequest}. Never throws. */
export function decodeExternalAddress(bytes: Uint8Array): PortControlAnswer {
  const [version = 0, opcode = 0] = bytes;
  if (bytes.length < 4) return { ok: false, problem: `${bytes.length} bytes are too short for any answer` };
  // RFC 6886 §3.5: responses have opcodes from 128.
  if ((opcode & 0x80) === 0) return { ok: false, problem: 'not a response' };
  // RFC 6887 §9: a server that speaks PCP only answers in its own version; its result code has 8 bits.
  if (version !== natPmpVersion) {
    return { ok: true, version, resultCode: bytes[3] ?? 0, externalAddress: null };
  }
  const resultCode = readUint16(bytes, 2);
  if (resultCode !== 0) return { ok: true, version, resultCode, externalAddress: null };
  if (opcode !== 0x80) return { ok: false, problem: `answers opcode ${opcode & 0x7f}` };
  if (bytes.length < 12) return { ok: false, problem: `${bytes.length} bytes hold no address` };
  const externalAddress = bytes.subarray(8, 12).join('.');
  return {
    ok: true,
    version,
    resultCode,
    externalAddress: externalAddress === '0.0.0.0' ? null : externalAddress,
  };
}
