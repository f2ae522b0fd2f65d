import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { packetBytesOf, throughputOf, type Way } from '../../../../turn/load/wire.ts';

const profile = (bytes: number, more: object = {}) =>
  loadProfileSchema.parse({ traffic: { mix: [{ bytes }] }, ...more });

describe('a packet on the wire', () => {
  // client: payload, ChannelData with padding, record, TCP or UDP, IP. peer: payload, UDP, IP. Send: 36 or 48, and padding.
  it.each<[Way, number, ReturnType<typeof packetBytesOf>]>([
    [
      { transport: 'udp', family: 'ipv4' },
      160,
      { payload: 160, client: 160 + 4 + 28, peer: 188, channelData: 4, sendIndication: 36 },
    ],
    [
      { transport: 'udp', family: 'ipv6' },
      161,
      { payload: 161, client: 161 + 4 + 48, peer: 209, channelData: 4, sendIndication: 48 + 3 },
    ],
    [
      { transport: 'tcp', family: 'ipv4' },
      161,
      { payload: 161, client: 161 + 7 + 52, peer: 189, channelData: 7, sendIndication: 39 },
    ],
    [
      { transport: 'tls', family: 'ipv4' },
      160,
      { payload: 160, client: 160 + 4 + 22 + 52, peer: 188, channelData: 4, sendIndication: 36 },
    ],
  ])('%j, %d bytes', (way, bytes, expected) => {
    expect(packetBytesOf(profile(bytes), way)).toEqual(expected);
  });

  it('of a mix is the mean over its packets, each over its own transport', () => {
    // Of 3 flows 2 send 50 packets/s over UDP and one 100 over TLS: half of the packets each.
    const mix = [
      { share: 2, bytes: 100 },
      { share: 1, bytes: 200, perSec: 100, transport: 'tls' },
    ];
    const mixed = loadProfileSchema.parse({ traffic: { flows: 3, mix } });
    expect(packetBytesOf(mixed, { transport: 'udp', family: 'ipv4' })).toMatchObject({
      payload: 150,
      client: (100 + 32 + 200 + 78) / 2,
    });
  });
});

describe('a rate of packets', () => {
  const way: Way = { transport: 'udp', family: 'ipv4' };

  it('counts both directions of both legs', () => {
    expect(throughputOf(10_000, profile(160), way)).toMatchObject({
      clientMbitPerSec: 30.72,
      peerMbitPerSec: 30.08,
      totalMbitPerSec: 60.8,
    });
  });

  it('between relayed addresses has no other leg', () => {
    expect(throughputOf(10_000, profile(160, { peer: { kind: 'hairpin' } }), way)).toMatchObject({
      peerMbitPerSec: null,
      totalMbitPerSec: 30.72,
    });
  });
});
