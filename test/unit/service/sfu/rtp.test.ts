import { describe, expect, it } from 'vitest';
import { Reception } from '../../../../service/sfu/rtp/reception.ts';
import {
  isRtcp,
  readRtpHeader,
  writeOutgoing,
  writePayloadType,
} from '../../../../service/sfu/rtp/rtp-header.ts';
import { extendSequence } from '../../../../service/sfu/rtp/sequence.ts';
import { rtpPacket } from './rtp-packet.ts';

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('RTP header (RFC 3550 §5.1)', () => {
  it('is read with contributing sources and extension', () => {
    const packet = bytes('92e0 1234 89abcdef deadbeef 00000001 00000002 bede0001 11223344 ff');
    expect(readRtpHeader(packet)).toEqual({
      marker: true,
      payloadType: 96,
      sequence: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0xdeadbeef,
      headerBytes: 28,
    });
  });

  it.each([
    ['too short', '8060 1234 89abcdef deadbe'],
    ['another version', '4060 1234 89abcdef deadbeef'],
    ['STUN', '0001 0000 2112a442 000102030405060708090a0b'],
    ['RTCP', '80c8 0006 89abcdef deadbeef 00000000 00000000 00000000 00000000'],
    ['sources beyond the end', '8160 1234 89abcdef deadbeef 0000'],
    ['an extension beyond the end', '9060 1234 89abcdef deadbeef bede0002 11223344'],
  ])('%s is no RTP', (_name, hex) => {
    expect(readRtpHeader(bytes(hex))).toBeNull();
  });

  it('payload types 64–95 are RTCP (RFC 5761 §4)', () => {
    const kinds = Array.from({ length: 256 }, (_, second) => isRtcp(new Uint8Array([0x80, second])));
    expect(kinds.flatMap((rtcp, second) => (rtcp ? [second] : []))).toEqual(
      Array.from({ length: 32 }, (_, index) => 192 + index),
    );
  });

  it('writes nothing but the fields', () => {
    const packet = rtpPacket({ marker: true, sequence: 1, timestamp: 2, ssrc: 3, payload: 'abc' });
    writeOutgoing(packet, { sequence: 0xfffe, timestamp: 0xfedcba98, ssrc: 0x89abcdef });
    writePayloadType(packet, 111);
    expect(Buffer.from(packet).toString('hex')).toBe('80effffefedcba9889abcdef616263');
  });
});

describe('sequence numbers (RFC 3550 App. A.1)', () => {
  it.each([
    [10, 11, 11],
    [65_535, 0, 65_536],
    [65_536, 65_535, 65_535],
    [200_000, 3000, 199_608],
    [3, 65_535, -1],
    [-1, 0, 0],
  ])('near %i, %i is %i', (near, sequence, extended) => {
    expect(extendSequence(near, sequence)).toBe(extended);
  });
});

describe('reception (RFC 3550 App. A.3, A.8)', () => {
  const header = (sequence: number, timestamp: number) => ({
    marker: false,
    payloadType: 96,
    sequence: sequence & 0xffff,
    timestamp,
    ssrc: 7,
    headerBytes: 12,
  });

  it('counts losses per interval and in all, over a wrap', () => {
    const reception = new Reception(7, 90_000, 65_530);
    for (const sequence of [65_530, 65_531, 65_533, 65_536, 65_537]) {
      reception.onPacket(0, sequence, header(sequence, 0));
    }
    expect(reception.report(0)).toMatchObject({
      ssrc: 7,
      fractionLost: Math.floor((3 * 256) / 8),
      cumulativeLost: 3,
      highestSequence: 65_537,
    });
    // One of them comes late, then nothing is lost in the second interval.
    reception.onPacket(0, 65_532, header(65_532, 0));
    reception.onPacket(0, 65_538, header(65_538, 0));
    expect(reception.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: 2 });
  });

  it('estimates jitter: evenly paced packets have none, one that is 16 ms late adds 1 ms', () => {
    const reception = new Reception(7, 90_000, 0);
    for (let index = 0; index < 20; index += 1) {
      reception.onPacket(index * 20, index, header(index, index * 1800));
    }
    expect(reception.jitterMs).toBe(0);
    reception.onPacket(20 * 20 + 16, 20, header(20, 20 * 1800));
    expect(reception.jitterMs).toBeCloseTo(1, 6);
    expect(reception.report(0).jitter).toBe(90);
  });

  it('says how long ago the last sender report came, in 1/65536 s', () => {
    const reception = new Reception(7, 90_000, 0);
    expect(reception.report(1000)).toMatchObject({ lastSenderReport: 0, delaySinceLast: 0 });
    const common = {
      kind: 'sender-report',
      ssrc: 7,
      rtpTimestamp: 0,
      packets: 0,
      octets: 0,
      reports: [],
    } as const;
    reception.onSenderReport(1000, { ...common, ntpSec: 0x11112222, ntpFraction: 0x33334444 });
    expect(reception.report(1500)).toMatchObject({ lastSenderReport: 0x22223333, delaySinceLast: 0x8000 });
  });
});
