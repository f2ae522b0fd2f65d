/** RTCP byte for byte: packets written by hand from the figures of the RFCs. */
import { describe, expect, it } from 'vitest';
import type { RtcpPacket, WritableRtcp } from '../../../../service/sfu/rtp/rtcp-packets.ts';
import { readRtcp } from '../../../../service/sfu/rtp/rtcp-read.ts';
import { writeRtcp } from '../../../../service/sfu/rtp/rtcp-write.ts';

const report = {
  ssrc: 0x01020304,
  fractionLost: 64,
  cumulativeLost: -2,
  highestSequence: 0x0001fffe,
  jitter: 77,
  lastSenderReport: 0xaabbccdd,
  delaySinceLast: 0x00018000,
};
const reportHex = '01020304 40fffffe 0001fffe 0000004d aabbccdd 00018000';

const vectors: readonly (readonly [string, WritableRtcp, string])[] = [
  [
    'sender report (RFC 3550 §6.4.1)',
    {
      kind: 'sender-report',
      ssrc: 0xdecafbad,
      ntpSec: 0xe1e2e3e4,
      ntpFraction: 0x80000000,
      rtpTimestamp: 90_000,
      packets: 3,
      octets: 1000,
      reports: [report],
    },
    `81c8000c decafbad e1e2e3e4 80000000 00015f90 00000003 000003e8 ${reportHex}`,
  ],
  [
    'receiver report (§6.4.2)',
    { kind: 'receiver-report', ssrc: 1, reports: [report, report] },
    `82c9000d 00000001 ${reportHex} ${reportHex}`,
  ],
  ['empty receiver report', { kind: 'receiver-report', ssrc: 1, reports: [] }, '80c90001 00000001'],
  [
    'source description (§6.5)',
    {
      kind: 'source-description',
      chunks: [
        { ssrc: 5, cname: 'ab' },
        { ssrc: 6, cname: 'abc' },
        { ssrc: 7, cname: null },
      ],
    },
    // A chunk ends with at least one zero byte and on a word: "ab" fills a word with none left, so a word follows.
    '83ca0008 00000005 01026162 00000000 00000006 01036162 63000000 00000007 00000000',
  ],
  ['goodbye (§6.6)', { kind: 'goodbye', ssrcs: [8, 9] }, '82cb0002 00000008 00000009'],
  [
    'NACK (RFC 4585 §6.2.1)',
    { kind: 'nack', senderSsrc: 1, mediaSsrc: 2, lost: [10, 11, 26, 27, 65_535, 0] },
    // 10 and its mask reach to 26; 27 begins a new word; 65535 wraps to 0.
    '81cd0005 00000001 00000002 000a8001 001b0000 ffff0001',
  ],
  [
    'PLI (RFC 4585 §6.3.1)',
    { kind: 'picture-loss', senderSsrc: 1, mediaSsrc: 2 },
    '81ce0002 00000001 00000002',
  ],
  [
    'FIR (RFC 5104 §4.3.1.1)',
    { kind: 'full-intra-request', senderSsrc: 1, requests: [{ ssrc: 2, sequence: 200 }] },
    '84ce0004 00000001 00000000 00000002 c8000000',
  ],
  [
    'REMB (draft-alvestrand-rmcat-remb-03 §2.2)',
    { kind: 'bitrate-estimate', senderSsrc: 1, bitrateBps: 1_000_000, ssrcs: [2] },
    // 1 000 000 = 250 000 · 2²
    '8fce0005 00000001 00000000 52454d42 010bd090 00000002',
  ],
];

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('RTCP', () => {
  it.each(vectors)('%s: written and read', (_name, packet, hex) => {
    expect(Buffer.from(writeRtcp([packet])).toString('hex')).toBe(hex.replaceAll(' ', ''));
    expect(readRtcp(bytes(hex))).toEqual([packet]);
  });

  it('compound packets keep their order', () => {
    const packets = vectors.map(([, packet]) => packet);
    expect(readRtcp(writeRtcp(packets))).toEqual(packets);
  });

  it('bits of a bitrate that 18 do not hold are rounded down', () => {
    const estimate: WritableRtcp = {
      kind: 'bitrate-estimate',
      senderSsrc: 1,
      bitrateBps: 2_500_001,
      ssrcs: [],
    };
    expect(readRtcp(writeRtcp([estimate]))).toEqual([{ ...estimate, bitrateBps: 2_500_000 }]);
  });

  it('losses beyond 24 bits are held at their end', () => {
    const huge = { kind: 'receiver-report', ssrc: 1, reports: [{ ...report, cumulativeLost: 1e9 }] } as const;
    const [read] = readRtcp(writeRtcp([huge]));
    expect(read).toMatchObject({ reports: [{ cumulativeLost: 0x7fffff, fractionLost: 64 }] });
  });

  const odd: readonly (readonly [string, string, readonly RtcpPacket[]])[] = [
    ['nothing', '', []],
    ['less than a header', '80c900', []],
    ['another version', '40c90001 00000001', []],
    ['a packet longer than the datagram', '80c90002 00000001', []],
    [
      'a count that the length contradicts',
      '82c90001 00000001',
      [{ kind: 'unknown', packetType: 201, count: 2 }],
    ],
    ['another packet type', '80cf0001 00000001', [{ kind: 'unknown', packetType: 207, count: 0 }]],
    [
      'transport-wide feedback',
      '8fcd0002 00000001 00000002',
      [{ kind: 'unknown', packetType: 205, count: 15 }],
    ],
    [
      'an item that runs over its packet',
      '81ca0002 00000005 01ff6162',
      [{ kind: 'unknown', packetType: 202, count: 1 }],
    ],
    ['more padding than packet', 'a0c90001 000000ff', [{ kind: 'unknown', packetType: 201, count: 0 }]],
    [
      'padding at the end (§6.4.1)',
      'a1ce0003 00000001 00000002 00000004',
      [{ kind: 'picture-loss', senderSsrc: 1, mediaSsrc: 2 }],
    ],
    [
      'application feedback of another name',
      '8fce0004 00000001 00000000 41424344 00000000',
      [{ kind: 'unknown', packetType: 206, count: 15 }],
    ],
  ];
  it.each(odd)('%s is read as far as it makes sense', (_name, hex, packets) => {
    expect(readRtcp(bytes(hex))).toEqual(packets);
  });
});
