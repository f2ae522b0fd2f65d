/** The forwarder on a virtual clock. */
import { beforeEach, describe, expect, it } from 'vitest';
import { estimateLivesMs } from '../../service/sfu/forward/bitrate-share.ts';
import {
  type ForwardEffect,
  Forwarder,
  type ForwardInput,
  reportIntervalMs,
} from '../../service/sfu/forward/forwarder.ts';
import { keyframeIntervalMs } from '../../service/sfu/forward/keyframe-gate.ts';
import { askAgainMs, maxAsks, maxGap } from '../../service/sfu/forward/missing-packets.ts';
import { resendsPerSecond } from '../../service/sfu/forward/resend-budget.ts';
import type { RtcpPacket, WritableRtcp } from '../../service/sfu/rtp/rtcp-packets.ts';
import { readRtcp } from '../../service/sfu/rtp/rtcp-read.ts';
import { writeRtcp } from '../../service/sfu/rtp/rtcp-write.ts';
import { readRtpHeader } from '../../service/sfu/rtp/rtp-header.ts';
import { type PacketFields, rtpPacket } from '../unit/service/sfu/rtp-packet.ts';

const ssrcs = { audio: 0xa0000001, video: 0xa0000002, own: 0xa0000003 };
const publisherSsrc = 77;

let forwarder: Forwarder<string>;
let nowMs: number;

beforeEach(() => {
  forwarder = new Forwarder({ ssrcs, cname: 'room', bitrate: { floorBps: 100_000, ceilingBps: 2_000_000 } });
  nowMs = 1_000_000;
});

function handle(input: ForwardInput<string>): ForwardEffect<string>[] {
  return forwarder.handle(nowMs, input);
}

function video(fields: PacketFields): ForwardEffect<string>[] {
  const bytes = rtpPacket({ ssrc: publisherSsrc, timestamp: fields.sequence * 3000, ...fields });
  return handle({ kind: 'publisher-packet', media: 'video', bytes });
}

function feedback(viewer: string, ...packets: WritableRtcp[]): ForwardEffect<string>[] {
  return handle({ kind: 'viewer-packet', viewer, media: 'video', bytes: writeRtcp(packets) });
}

function open(...viewers: string[]): void {
  for (const viewer of viewers) handle({ kind: 'viewer-open', viewer });
}

/** Lets time pass, deadline by deadline. */
function pass(ms: number): ForwardEffect<string>[] {
  const endMs = nowMs + ms;
  const effects: ForwardEffect<string>[] = [];
  for (let steps = 0; steps < 10_000; steps += 1) {
    const next = forwarder.nextDeadlineMs(nowMs);
    if (next === null || next > endMs) break;
    nowMs = Math.max(nowMs, next);
    effects.push(...handle({ kind: 'deadline' }));
  }
  nowMs = endMs;
  return effects;
}

function toPublisher(effects: readonly ForwardEffect<string>[]): RtcpPacket[] {
  return effects.flatMap((effect) => (effect.kind === 'to-publisher' ? readRtcp(effect.bytes) : []));
}

function ofKind<K extends RtcpPacket['kind']>(packets: readonly RtcpPacket[], kind: K) {
  return packets.filter((packet): packet is Extract<RtcpPacket, { kind: K }> => packet.kind === kind);
}

function sent(effects: readonly ForwardEffect<string>[]) {
  return effects.flatMap((effect) =>
    effect.kind === 'to-viewers' ? [{ ...effect, header: readRtpHeader(effect.bytes) }] : [],
  );
}

describe('media', () => {
  it('goes to every viewer as one packet, with the SSRC, payload type and payload that they expect', () => {
    open('a', 'b');
    const [packet, ...others] = sent(video({ sequence: 5, marker: true, payload: 'picture' }));
    expect(others).toEqual([]);
    expect(packet).toMatchObject({
      media: 'video',
      viewers: ['a', 'b'],
      header: { ssrc: ssrcs.video, payloadType: 96, sequence: 5, timestamp: 15_000, marker: true },
    });
    expect(
      Buffer.from(packet?.bytes ?? [])
        .subarray(12)
        .toString(),
    ).toBe('picture');
  });

  it('of another payload type, or no RTP at all, goes nowhere and is counted', () => {
    open('a');
    expect(video({ sequence: 1, payloadType: 118 })).toEqual([
      { kind: 'ignore', reason: 'payload type 118' },
    ]);
    const bytes = new Uint8Array([0x80, 96, 1]);
    expect(handle({ kind: 'publisher-packet', media: 'video', bytes })).toEqual([
      { kind: 'ignore', reason: 'no RTP' },
    ]);
    expect(forwarder.statistics(nowMs).media.video).toMatchObject({
      dropped: 2,
      packetsIn: 0,
      packetsOut: 0,
    });
  });

  it('carries the payload type that a viewer negotiated, without spoiling the others’ packet', () => {
    open('a');
    handle({ kind: 'viewer-open', viewer: 'whep', payloadTypes: { audio: 109, video: 120 } });
    handle({ kind: 'publisher-open', payloadTypes: { audio: 111, video: 125 } });
    const packets = sent(video({ sequence: 1, payloadType: 125, marker: true }));
    expect(packets.map(({ viewers, header }) => [viewers, header?.payloadType, header?.marker])).toEqual([
      [['a'], 96, true],
      [['whep'], 120, true],
    ]);
  });

  it('is counted, in and out', () => {
    open('a', 'b', 'c');
    video({ sequence: 1, payload: '12345678' });
    handle({ kind: 'viewer-gone', viewer: 'b' });
    video({ sequence: 2, payload: '12345678' });
    expect(forwarder.statistics(nowMs)).toMatchObject({
      viewers: 2,
      media: { video: { packetsIn: 2, bytesIn: 40, packetsOut: 5, bytesOut: 100 } },
    });
  });
});

describe('a publisher that connects anew', () => {
  it('goes on where it stopped, in sequence and in time, also after a pause', () => {
    open('a');
    video({ sequence: 65_535, timestamp: 0xffffff00 });
    handle({ kind: 'publisher-open' });
    nowMs += 2000;
    const [packet] = sent(video({ sequence: 31_000, timestamp: 42, ssrc: 99 }));
    expect(packet?.header).toMatchObject({
      sequence: 0,
      timestamp: (0xffffff00 + 180_000) % 2 ** 32,
      ssrc: ssrcs.video,
    });
    expect(sent(video({ sequence: 31_001, timestamp: 3042, ssrc: 99 }))[0]?.header).toMatchObject({
      sequence: 1,
      timestamp: (0xffffff00 + 183_000) % 2 ** 32,
    });
  });

  it('is asked for a key frame, and what it sent before is not missed', () => {
    open('a');
    video({ sequence: 1 });
    pass(keyframeIntervalMs);
    handle({ kind: 'publisher-open' });
    const asked = toPublisher(video({ sequence: 40_000, ssrc: 99 }));
    expect(ofKind(asked, 'picture-loss')).toEqual([
      { kind: 'picture-loss', senderSsrc: ssrcs.own, mediaSsrc: 99 },
    ]);
    expect(ofKind(asked, 'nack')).toEqual([]);
  });

  it('has its packets sent again under the numbers that viewers know', () => {
    open('a');
    video({ sequence: 10 });
    handle({ kind: 'publisher-open' });
    video({ sequence: 500, payload: 'new', ssrc: 99 });
    const [again] = sent(feedback('a', { kind: 'nack', senderSsrc: 1, mediaSsrc: ssrcs.video, lost: [11] }));
    expect(again?.header?.sequence).toBe(11);
    expect(
      Buffer.from(again?.bytes ?? [])
        .subarray(12)
        .toString(),
    ).toBe('new');
  });
});

describe('key frames', () => {
  const pli = { kind: 'picture-loss', senderSsrc: 1, mediaSsrc: ssrcs.video } as const;

  it('are asked for once per half second, whoever and however many ask; a request that is early waits', () => {
    open('a', 'b', 'c');
    expect(ofKind(toPublisher(video({ sequence: 1 })), 'picture-loss')).toHaveLength(1);
    nowMs += 100;
    const soon = ['a', 'b', 'c'].flatMap((viewer) => feedback(viewer, pli, pli));
    expect(toPublisher(soon)).toEqual([]);
    expect(toPublisher(pass(keyframeIntervalMs - 101))).toEqual([]);
    expect(ofKind(toPublisher(pass(1)), 'picture-loss')).toHaveLength(1);
    expect(ofKind(toPublisher(pass(5000)), 'picture-loss')).toEqual([]);
    expect(forwarder.statistics(nowMs).media.video.keyframesAsked).toBe(2);
  });

  it('are asked for by FIR too, but not for somebody else’s stream', () => {
    open('a');
    video({ sequence: 1 });
    pass(keyframeIntervalMs);
    const fir = (ssrc: number) =>
      ({ kind: 'full-intra-request', senderSsrc: 1, requests: [{ ssrc, sequence: 0 }] }) as const;
    expect(toPublisher(feedback('a', fir(424_242), { ...pli, mediaSsrc: 424_242 }))).toEqual([]);
    expect(ofKind(toPublisher(feedback('a', fir(ssrcs.video))), 'picture-loss')).toHaveLength(1);
  });

  it('asked for before the publisher’s first packet are asked for with it', () => {
    open('a');
    expect(forwarder.nextDeadlineMs(nowMs)).toBeNull();
    expect(ofKind(toPublisher(video({ sequence: 1 })), 'picture-loss')).toHaveLength(1);
  });
});

describe('what is missing on the way up', () => {
  it('is asked for at once, again after a while, and at last given up for a key frame', () => {
    video({ sequence: 65_534 });
    const [nack] = ofKind(toPublisher(video({ sequence: 2 })), 'nack');
    expect(nack).toEqual({
      kind: 'nack',
      senderSsrc: ssrcs.own,
      mediaSsrc: publisherSsrc,
      lost: [65_535, 0, 1],
    });
    video({ sequence: 0 });
    const later = toPublisher(pass(askAgainMs * (maxAsks + 2)));
    const again = ofKind(later, 'nack');
    expect(again).toHaveLength(maxAsks - 1);
    expect(again.every(({ lost }) => lost.length === 2 && lost.includes(65_535) && lost.includes(1))).toBe(
      true,
    );
    expect(ofKind(later, 'picture-loss')).toHaveLength(1);
    expect(toPublisher(pass(askAgainMs)).filter(({ kind }) => kind === 'nack')).toEqual([]);
  });

  it('is not asked for after a wide gap: only a key frame helps', () => {
    video({ sequence: 1 });
    pass(keyframeIntervalMs);
    const asked = toPublisher(video({ sequence: maxGap + 10 }));
    expect(ofKind(asked, 'nack')).toEqual([]);
    expect(ofKind(asked, 'picture-loss')).toHaveLength(1);
  });

  it('in audio is not asked for: Opus conceals it', () => {
    const audio = (sequence: number) =>
      handle({
        kind: 'publisher-packet',
        media: 'audio',
        bytes: rtpPacket({ sequence, payloadType: 111, ssrc: 5 }),
      });
    audio(1);
    expect(toPublisher(audio(4))).toEqual([]);
    expect(forwarder.statistics(nowMs).media.audio.lost).toBe(2);
  });
});

describe('what a viewer misses', () => {
  const lost = (...sequences: number[]) =>
    ({ kind: 'nack', senderSsrc: 1, mediaSsrc: ssrcs.video, lost: sequences }) as const;

  it('is sent again to that viewer only, while it is kept', () => {
    open('a', 'b');
    for (let sequence = 0; sequence < 600; sequence += 1) video({ sequence, payload: `p${sequence}` });
    const again = sent(feedback('b', lost(599, 87, 88)));
    expect(again.map(({ viewers, header }) => [viewers, header?.sequence])).toEqual([
      [['b'], 599],
      [['b'], 88],
    ]);
    expect(forwarder.statistics(nowMs).media.video.resent).toBe(2);
  });

  it('is bounded per viewer and second: nobody can make the server multiply traffic', () => {
    open('a', 'b');
    for (let sequence = 0; sequence < 400; sequence += 1) video({ sequence });
    const all = Array.from({ length: 400 }, (_, sequence) => sequence);
    const flood = () => sent(feedback('a', lost(...all), lost(...all))).length;
    expect(flood()).toBe(resendsPerSecond);
    expect(flood()).toBe(0);
    nowMs += 500;
    expect(flood()).toBe(resendsPerSecond / 2);
    expect(sent(feedback('b', lost(399)))).toHaveLength(1);
  });

  it('is not sent again to strangers, nor for other streams', () => {
    open('a');
    video({ sequence: 1 });
    expect(feedback('stranger', lost(1))).toEqual([
      { kind: 'ignore', reason: 'not from a viewer, or no RTCP' },
    ]);
    expect(sent(feedback('a', { ...lost(1), mediaSsrc: 9 }))).toEqual([]);
  });
});

describe('reports', () => {
  it('go to the publisher once a second, each a full compound packet', () => {
    open('a');
    video({ sequence: 1 });
    video({ sequence: 3 });
    const effects = pass(reportIntervalMs);
    const compounds = effects.flatMap((effect) =>
      effect.kind === 'to-publisher' ? [readRtcp(effect.bytes)] : [],
    );
    // RFC 3550 §6.1: a report first, a CNAME in every one.
    expect(
      compounds.every(
        ([first, second]) => first?.kind === 'receiver-report' && second?.kind === 'source-description',
      ),
    ).toBe(true);
    const blocks = ofKind(compounds.flat(), 'receiver-report').flatMap(({ reports }) => reports);
    expect(blocks).toEqual([
      expect.objectContaining({
        ssrc: publisherSsrc,
        cumulativeLost: 1,
        highestSequence: 3,
        fractionLost: 85,
      }),
    ]);
  });

  it('of the publisher go to the viewers, with the clock of what they get', () => {
    open('a', 'b');
    video({ sequence: 1, timestamp: 1000 });
    handle({ kind: 'publisher-open' });
    video({ sequence: 50, timestamp: 70_000, ssrc: 99 });
    const report: WritableRtcp = {
      kind: 'sender-report',
      ssrc: 99,
      ntpSec: 12,
      ntpFraction: 34,
      rtpTimestamp: 70_500,
      packets: 7,
      octets: 700,
      reports: [],
    };
    const bytes = writeRtcp([
      report,
      { kind: 'source-description', chunks: [{ ssrc: 99, cname: 'secret' }] },
    ]);
    const [effect, ...others] = handle({ kind: 'publisher-packet', media: 'video', bytes });
    expect(others).toEqual([]);
    if (effect?.kind !== 'to-viewers') throw new Error('not passed on');
    expect(effect.viewers).toEqual(['a', 'b']);
    expect(readRtcp(effect.bytes)).toEqual([
      { ...report, ssrc: ssrcs.video, rtpTimestamp: 1500 },
      { kind: 'source-description', chunks: [{ ssrc: ssrcs.video, cname: 'room' }] },
    ]);
    const blocks = ofKind(toPublisher(pass(reportIntervalMs)), 'receiver-report').flatMap(
      ({ reports }) => reports,
    );
    expect(blocks).toEqual([
      expect.objectContaining({ ssrc: 99, lastSenderReport: 12 * 0x10000, delaySinceLast: 65_536 }),
    ]);
  });

  it('say the lowest bitrate of the viewers, within bounds, while they say it', () => {
    open('a', 'b');
    video({ sequence: 1 });
    const estimate = (bitrateBps: number) =>
      ({ kind: 'bitrate-estimate', senderSsrc: 1, bitrateBps, ssrcs: [ssrcs.video] }) as const;
    const allowed = () =>
      ofKind(toPublisher(pass(reportIntervalMs)), 'bitrate-estimate').map(({ bitrateBps }) => bitrateBps);
    expect(allowed()).toEqual([2_000_000]);
    feedback('a', estimate(800_000));
    feedback('b', estimate(300_000));
    expect(allowed()).toEqual([300_000]);
    feedback('b', estimate(20_000));
    expect(allowed()).toEqual([100_000]);
    handle({ kind: 'viewer-gone', viewer: 'b' });
    expect(allowed()).toEqual([800_000]);
    pass(estimateLivesMs);
    expect(allowed()).toEqual([2_000_000]);
  });
});
