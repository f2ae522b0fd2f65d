import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Forwarder } from '../../service/sfu/forward/forwarder.ts';
import type { ReceptionReport, WritableRtcp } from '../../service/sfu/rtp/rtcp-packets.ts';
import { readRtcp } from '../../service/sfu/rtp/rtcp-read.ts';
import { writeRtcp } from '../../service/sfu/rtp/rtcp-write.ts';
import { readRtpHeader } from '../../service/sfu/rtp/rtp-header.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
const sequence = fc.integer({ min: 0, max: 0xffff });
const report: fc.Arbitrary<ReceptionReport> = fc.record({
  ssrc: word,
  fractionLost: fc.integer({ min: 0, max: 255 }),
  cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  highestSequence: word,
  jitter: word,
  lastSenderReport: word,
  delaySinceLast: word,
});
const reports = fc.array(report, { maxLength: 31 });
const cname = fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 80 }), { nil: null });
const packet: fc.Arbitrary<WritableRtcp> = fc.oneof(
  fc.record({
    kind: fc.constant('sender-report' as const),
    ssrc: word,
    ntpSec: word,
    ntpFraction: word,
    rtpTimestamp: word,
    packets: word,
    octets: word,
    reports,
  }),
  fc.record({ kind: fc.constant('receiver-report' as const), ssrc: word, reports }),
  fc.record({
    kind: fc.constant('source-description' as const),
    chunks: fc.array(fc.record({ ssrc: word, cname }), { maxLength: 31 }),
  }),
  fc.record({ kind: fc.constant('goodbye' as const), ssrcs: fc.array(word, { maxLength: 31 }) }),
  fc.record({ kind: fc.constant('picture-loss' as const), senderSsrc: word, mediaSsrc: word }),
  fc.record({
    kind: fc.constant('full-intra-request' as const),
    senderSsrc: word,
    requests: fc.array(fc.record({ ssrc: word, sequence: fc.integer({ min: 0, max: 255 }) }), {
      maxLength: 20,
    }),
  }),
);

describe('RTCP', () => {
  it('what is written is read again', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), (packets) => {
        expect(readRtcp(writeRtcp(packets))).toEqual(packets);
      }),
    );
  });

  it('a NACK names the same packets, whatever their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(sequence, { minLength: 1, maxLength: 200 }), word, (lost, mediaSsrc) => {
        const [read] = readRtcp(writeRtcp([{ kind: 'nack', senderSsrc: 1, mediaSsrc, lost }]));
        if (read?.kind !== 'nack') throw new Error('not read as a NACK');
        expect(new Set(read.lost)).toEqual(new Set(lost));
        expect(read.lost).toHaveLength(lost.length);
      }),
    );
  });

  it('a bitrate comes back within the 18 bits of its mantissa', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bitrateBps) => {
        const [read] = readRtcp(
          writeRtcp([{ kind: 'bitrate-estimate', senderSsrc: 1, bitrateBps, ssrcs: [1, 2] }]),
        );
        if (read?.kind !== 'bitrate-estimate') throw new Error('not read as an estimate');
        expect(read.bitrateBps).toBeLessThanOrEqual(bitrateBps);
        expect(read.bitrateBps).toBeGreaterThanOrEqual(bitrateBps * (1 - 2 ** -17));
      }),
    );
  });

  it('no bytes make the readers throw, and no packet is read beyond its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readRtcp(bytes);
        expect(readRtpHeader(bytes)?.headerBytes ?? 0).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('real packets with flipped bytes do not make the reader throw', () => {
    fc.assert(
      fc.property(
        fc.array(packet, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (packets, flips) => {
          const bytes = writeRtcp(packets);
          for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value;
          expect(readRtcp(bytes).length).toBeLessThanOrEqual(bytes.length / 4);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the forwarder', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(packet, { maxLength: 3 }).map(writeRtcp),
    fc
      .tuple(sequence, word, fc.uint8Array({ maxLength: 20 }))
      .map(([number, ssrc, payload]) =>
        Uint8Array.from([0x80, 96, number >> 8, number & 255, 0, 0, 0, 0, ssrc >>> 24, 1, 2, 3, ...payload]),
      ),
  );
  const media = fc.constantFrom('audio' as const, 'video' as const);
  const viewer = fc.constantFrom('a', 'b', 'c');
  const input = fc.oneof(
    fc.record({ kind: fc.constant('publisher-open' as const) }),
    fc.record({ kind: fc.constant('publisher-packet' as const), media, bytes }),
    fc.record({ kind: fc.constant('viewer-open' as const), viewer }),
    fc.record({ kind: fc.constant('viewer-packet' as const), viewer, media, bytes }),
    fc.record({ kind: fc.constant('viewer-gone' as const), viewer }),
    fc.record({ kind: fc.constant('deadline' as const) }),
  );

  it('survives any order of inputs, sends to open viewers only, and only with its own SSRCs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), input), { maxLength: 60 }), (steps) => {
        const forwarder = new Forwarder<string>({
          ssrcs: { audio: 11, video: 22, own: 33 },
          cname: 'x',
          bitrate: { floorBps: 1, ceilingBps: 2 },
        });
        const open = new Set<string>();
        let nowMs = 0;
        for (const [waitMs, step] of steps) {
          nowMs += waitMs;
          if (step.kind === 'viewer-open') open.add(step.viewer);
          if (step.kind === 'viewer-gone') open.delete(step.viewer);
          for (const effect of forwarder.handle(nowMs, step)) {
            if (effect.kind !== 'to-viewers') continue;
            expect(effect.viewers.every((one) => open.has(one))).toBe(true);
            const rtp = readRtpHeader(effect.bytes);
            if (rtp !== null) expect(rtp.ssrc).toBe(effect.media === 'audio' ? 11 : 22);
          }
        }
        expect(forwarder.statistics(nowMs).viewers).toBe(open.size);
      }),
    );
  });
});
