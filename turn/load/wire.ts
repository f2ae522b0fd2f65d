/** What a relayed packet is on the wire: the payload and all headers up to IP, on either side of the relay. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadThroughput } from '../../contract/load-report.ts';
import { paddingAfter } from '../../stun/bytes.ts';
import type { AddressFamily } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';
import { channelHeaderBytes, meanOverPackets } from './traffic.ts';

/** How the clients of the profile reach the server, where the mix says nothing else. */
export interface Way {
  readonly family: AddressFamily;
  readonly transport: Transport;
}

const ipBytes: Readonly<Record<AddressFamily, number>> = { ipv4: 20, ipv6: 40 };
const udpBytes = 8;
/** With the timestamps of RFC 7323, which Linux sends. */
const tcpBytes = 32;
/** RFC 8446 s5.2: header 5, type 1, and 16 of AES-GCM or ChaCha20-Poly1305. */
const tlsRecordBytes = 22;

/**
 * Below ChannelData, for one packet. Over streams each is taken to go in a segment and a record of its own, as it does
 * while the connection keeps up; acknowledgements are not counted.
 */
function carrierBytes({ family, transport }: Way): number {
  if (transport === 'udp') return ipBytes[family] + udpBytes;
  return ipBytes[family] + tcpBytes + (transport === 'tls' ? tlsRecordBytes : 0);
}

/** RFC 8656 s12.4: number and length; s12.5: over streams padding to four bytes, over UDP none. */
function channelDataBytes(payload: number, transport: Transport): number {
  return channelHeaderBytes + (transport === 'udp' ? 0 : paddingAfter(payload));
}

/** RFC 8489 s5: header 20; s14.2: XOR-PEER-ADDRESS 4 + 4 and the address; s14: DATA 4, padding to four bytes. */
function sendIndicationBytes(payload: number, family: AddressFamily): number {
  return 20 + 8 + (family === 'ipv4' ? 4 : 16) + 4 + paddingAfter(payload);
}

export function packetBytesOf({ traffic, peer }: LoadProfile, way: Way): LoadThroughput['packetBytes'] {
  const mean = (value: (bytes: number, transport: Transport) => number) =>
    meanOverPackets(traffic, ({ bytes, transport }) => value(bytes, transport ?? way.transport));
  const { family } = way;
  return {
    payload: mean((bytes) => bytes),
    client: mean(
      (bytes, transport) => bytes + channelDataBytes(bytes, transport) + carrierBytes({ family, transport }),
    ),
    peer: peer.kind === 'echo' ? mean((bytes) => bytes + carrierBytes({ family, transport: 'udp' })) : null,
    channelData: mean(channelDataBytes),
    sendIndication: mean((bytes) => sendIndicationBytes(bytes, family)),
  };
}

/** @param packets in both directions together */
export function mbitPerSec(packets: number, bytes: number, seconds: number): number {
  return (packets * bytes * 8) / seconds / 1e6;
}

/** @param perSec packets a second each way */
export function throughputOf(perSec: number, profile: LoadProfile, way: Way): LoadThroughput {
  const packetBytes = packetBytesOf(profile, way);
  const { client, peer } = packetBytes;
  const clientMbitPerSec = mbitPerSec(2 * perSec, client, 1);
  const peerMbitPerSec = peer === null ? null : mbitPerSec(2 * perSec, peer, 1);
  return {
    clientMbitPerSec,
    peerMbitPerSec,
    totalMbitPerSec: clientMbitPerSec + (peerMbitPerSec ?? 0),
    packetBytes,
  };
}
