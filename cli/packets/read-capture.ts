/** Files that `tcpdump -i any` writes → the UDP and TCP packets in them. Pure, and never throws: a cut file ends early. */
import { formatIpv6 } from '../../stun/address.ts';
import type { Endpoint } from '../../stun/endpoint.ts';

export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  /** As the namespace saw it that was listened in. */
  readonly direction: 'in' | 'out';
  readonly protocol: 'udp' | 'tcp';
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** TCP: of the header; 0 for UDP. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** draft-ietf-opsawg-pcap §4: fractions of a second are microseconds, or nanoseconds. */
const magics: Readonly<Record<number, number>> = { 2712847316: 1e3, 2712812621: 1e6 };
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
/** LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org: what `-i any` writes, in its older and newer form. */
const links: Readonly<
  Record<number, { readonly bytes: number; readonly protocolAt: number; readonly typeAt: number }>
> = {
  113: { bytes: 16, protocolAt: 14, typeAt: 1 },
  276: { bytes: 20, protocolAt: 0, typeAt: 10 },
};
const outgoing = 4;

export function readCapture(file: Uint8Array): CapturedPacket[] {
  if (file.length < fileHeaderBytes) return [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isLittle = magics[view.getUint32(0, true)] !== undefined;
  const perMs = magics[view.getUint32(0, isLittle)];
  const link = links[view.getUint32(20, isLittle) & 0xffff];
  if (perMs === undefined || link === undefined) return [];
  const packets: CapturedPacket[] = [];
  for (let at = fileHeaderBytes; at + recordHeaderBytes <= file.length; ) {
    const epochMs = view.getUint32(at, isLittle) * 1e3 + view.getUint32(at + 4, isLittle) / perMs;
    const length = view.getUint32(at + 8, isLittle);
    const frame = file.subarray(at + recordHeaderBytes, at + recordHeaderBytes + length);
    at += recordHeaderBytes + length;
    if (frame.length < length || length < link.bytes) continue;
    const direction = frame[link.typeAt] === outgoing ? 'out' : 'in';
    const protocol = ((frame[link.protocolAt] ?? 0) << 8) | (frame[link.protocolAt + 1] ?? 0);
    const packet = readIp(frame.subarray(link.bytes), protocol);
    if (packet !== null) packets.push({ epochMs, direction, ...packet });
  }
  return packets;
}

type Transported = Omit<CapturedPacket, 'epochMs' | 'direction'>;

const etherTypes = { ipv4: 0x0800, ipv6: 0x86dd };
const protocols: Readonly<Record<number, 'udp' | 'tcp'>> = { 6: 'tcp', 17: 'udp' };

/** Null: something else, or a fragment that has no ports (RFC 791 §3.1). */
function readIp(bytes: Uint8Array, etherType: number): Transported | null {
  if (etherType === etherTypes.ipv4) {
    const headerBytes = ((bytes[0] ?? 0) & 0x0f) * 4;
    const fragmentOffset = (((bytes[6] ?? 0) & 0x1f) << 8) | (bytes[7] ?? 0);
    const protocol = protocols[bytes[9] ?? 0];
    if (headerBytes < 20 || fragmentOffset !== 0 || protocol === undefined) return null;
    const address = (at: number) => [...bytes.subarray(at, at + 4)].join('.');
    return readTransport(bytes.subarray(headerBytes), protocol, address(12), address(16));
  }
  const protocol = protocols[bytes[6] ?? 0];
  if (etherType !== etherTypes.ipv6 || protocol === undefined) return null;
  const address = (at: number) => formatIpv6([...bytes.subarray(at, at + 16)]);
  return readTransport(bytes.subarray(40), protocol, address(8), address(24));
}

function readTransport(
  bytes: Uint8Array,
  protocol: 'udp' | 'tcp',
  from: string,
  to: string,
): Transported | null {
  const headerBytes = protocol === 'udp' ? 8 : ((bytes[12] ?? 0) >> 4) * 4;
  if (bytes.length < headerBytes || headerBytes < 8) return null;
  const port = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return {
    protocol,
    from: { address: from, port: port(0) },
    to: { address: to, port: port(2) },
    flags: protocol === 'udp' ? 0 : (bytes[13] ?? 0),
    payload: bytes.subarray(headerBytes),
  };
}
