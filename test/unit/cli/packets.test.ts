import { describe, expect, it } from 'vitest';
import { describePacket } from '../../../cli/packets/describe-packet.ts';
import { mostPackets, packetTimeline } from '../../../cli/packets/packet-timeline.ts';
import { readCapture } from '../../../cli/packets/read-capture.ts';
import { encodeMessage, methods } from '../../../stun/message.ts';

const transactionId = new Uint8Array(12).fill(7);
const request = encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes: [] });

const be16 = (value: number) => [value >> 8, value & 0xff];
const le32 = (value: number) => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];

function udp4(payload: Uint8Array): number[] {
  const udp = [...be16(4000), ...be16(3478), ...be16(8 + payload.length), 0, 0, ...payload];
  const addresses = [192, 0, 2, 1, 198, 51, 100, 2];
  return [0x45, 0, ...be16(20 + udp.length), 0, 0, 0, 0, 64, 17, 0, 0, ...addresses, ...udp];
}

function tcp6(flags: number): number[] {
  const tcp = [...be16(5000), ...be16(443), 0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0];
  const address = (last: number) => [0x20, 0x01, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), last];
  return [0x60, 0, 0, 0, ...be16(tcp.length), 6, 64, ...address(1), ...address(2), ...tcp];
}

interface Frame {
  readonly atUs: number;
  readonly outgoing?: boolean;
  readonly ip: readonly number[];
}

/** As tcpdump 4.99 writes it (LINUX_SLL2), or older ones (LINUX_SLL). */
function capture(frames: readonly Frame[], link: 276 | 113 = 276): Uint8Array {
  const head = [...le32(0xa1b2c3d4), 2, 0, 4, 0, ...le32(0), ...le32(0), ...le32(262_144), ...le32(link)];
  const records = frames.flatMap(({ atUs, outgoing, ip }) => {
    const type = outgoing ? 4 : 0;
    const ether = be16(ip[0] === 0x60 ? 0x86dd : 0x0800);
    const zeros = (count: number) => Array.from({ length: count }, () => 0);
    const cooked =
      link === 276 ? [...ether, ...zeros(8), type, ...zeros(9)] : [0, type, ...zeros(12), ...ether];
    const bytes = [...cooked, ...ip];
    return [...le32(1_700_000_000), ...le32(atUs), ...le32(bytes.length), ...le32(bytes.length), ...bytes];
  });
  return Uint8Array.from([...head, ...records]);
}

describe('a capture', () => {
  it.each([276, 113] as const)(
    'of link type %d: addresses, direction and payload of IPv4 and IPv6',
    (link) => {
      const file = capture(
        [
          { atUs: 250, outgoing: true, ip: udp4(request) },
          { atUs: 900, ip: tcp6(0x02) },
        ],
        link,
      );
      expect(readCapture(file)).toEqual([
        {
          epochMs: 1_700_000_000_000.25,
          direction: 'out',
          protocol: 'udp',
          from: { address: '192.0.2.1', port: 4000 },
          to: { address: '198.51.100.2', port: 3478 },
          flags: 0,
          payload: request,
        },
        expect.objectContaining({
          direction: 'in',
          protocol: 'tcp',
          from: { address: '2001:db8::1', port: 5000 },
          to: { address: '2001:db8::2', port: 443 },
          flags: 0x02,
        }),
      ]);
    },
  );

  it('that ends in the middle has what is whole', () => {
    const file = capture([
      { atUs: 0, ip: udp4(request) },
      { atUs: 1, ip: udp4(request) },
    ]);
    for (let length = 0; length < file.length; length += 1) {
      expect(readCapture(file.subarray(0, length)).length).toBeLessThan(2);
    }
    expect(readCapture(file)).toHaveLength(2);
    expect(readCapture(Uint8Array.from({ length: 100 }, () => 0x5a))).toEqual([]);
  });

  it('leaves out what has no ports: later fragments, and ICMP', () => {
    const fragment = udp4(request).with(7, 100);
    const icmp = udp4(request).with(9, 1);
    expect(
      readCapture(
        capture([
          { atUs: 0, ip: fragment },
          { atUs: 1, ip: icmp },
        ]),
      ),
    ).toEqual([]);
  });
});

describe('a packet in words', () => {
  const udp = (payload: Uint8Array) => describePacket({ protocol: 'udp', flags: 0, payload });
  const error = encodeMessage({
    method: methods.allocate,
    class: 'error',
    transactionId,
    attributes: [{ name: 'ERROR-CODE', value: { code: 401, reason: 'Unauthorized' } }],
  });
  const nominating = encodeMessage({
    method: methods.binding,
    class: 'request',
    transactionId,
    attributes: [{ name: 'USE-CANDIDATE', value: true }],
  });

  it.each([
    [request, 'binding request'],
    [error, 'allocate error 401'],
    [nominating, 'binding request that nominates'],
    [Uint8Array.of(22, 254, 253), 'DTLS handshake, 3 bytes'],
    [Uint8Array.of(0x40, 0, 0, 0), 'ChannelData, 4 bytes'],
    [Uint8Array.of(0x80, 111), 'RTP or RTCP, 2 bytes'],
    [Uint8Array.of(0, 1, 2), 'UDP, 3 bytes'],
    [Uint8Array.of(), 'UDP, 0 bytes'],
  ])('%#: %s', (payload, words) => {
    expect(udp(payload)).toBe(words);
  });

  it('of TCP by its flags', () => {
    const tcp = (flags: number, length: number) =>
      describePacket({ protocol: 'tcp', flags, payload: new Uint8Array(length) });
    expect([tcp(0x12, 0), tcp(0x14, 0), tcp(0x18, 20)]).toEqual([
      'TCP SYN ACK',
      'TCP RST ACK',
      'TCP ACK 20 bytes',
    ]);
  });
});

it('the captures of several namespaces are one list in the order of time, and not too long a one', () => {
  const host = capture([
    { atUs: 1_000, outgoing: true, ip: udp4(request) },
    { atUs: 9_000, ip: udp4(request) },
  ]);
  const router = capture([{ atUs: 1_120, ip: udp4(request) }]);
  const timeline = packetTimeline([
    ['home0-host0', host],
    ['home0-box0', router],
  ]);
  expect(timeline.map(({ atMs, where, direction }) => [atMs, where, direction])).toEqual([
    [0, 'home0-host0', 'out'],
    [0.12, 'home0-box0', 'in'],
    [8, 'home0-host0', 'in'],
  ]);
  expect(timeline[0]).toMatchObject({
    from: '192.0.2.1:4000',
    to: '198.51.100.2:3478',
    what: 'binding request',
  });
  const many = capture(Array.from({ length: mostPackets + 5 }, (_, atUs) => ({ atUs, ip: udp4(request) })));
  expect(packetTimeline([['server', many]])).toHaveLength(mostPackets);
});
