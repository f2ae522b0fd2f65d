import { describe, expect, it } from 'vitest';
import { FlowCount } from '../../../rooms/bot/flow-count.ts';
import { packetizeOpus, packetizeVp8, RtpSource } from '../../../rooms/bot/rtp-source.ts';
import { opusFrames, vp8Frames } from '../../../rooms/bot/test-frames.ts';
import { readRtpHeader } from '../../../service/sfu/rtp/rtp-header.ts';

describe('what a bot sends', () => {
  const source = (frames: readonly Uint8Array[]) =>
    new RtpSource({
      ssrc: 0xdeadbeef,
      payloadType: 96,
      clockHz: 90_000,
      framesPerSec: 15,
      frames,
      packetize: packetizeVp8,
    });

  it('is a frame for every tick of its clock, the last packet of each marked', () => {
    const video = source([new Uint8Array(2_000)]);
    const packets = [0, 20, 40, 66, 67, 134].flatMap((nowMs) => video.due(1_000 + nowMs));
    const headers = packets.map((packet) => readRtpHeader(packet));
    expect(headers.map((header) => [header?.sequence, header?.timestamp, header?.marker])).toEqual([
      [0, 0, false],
      [1, 0, true],
      [2, 6_000, false],
      [3, 6_000, true],
      [4, 12_000, false],
      [5, 12_000, true],
    ]);
    expect(new Set(headers.map((header) => header?.ssrc))).toEqual(new Set([0xdeadbeef]));
    // RFC 7741 §4.2: only the first packet of a frame begins a partition.
    expect(packets.map((packet) => packet[12])).toEqual([0x10, 0, 0x10, 0, 0x10, 0]);
    expect(packets.map((packet) => packet.length)).toEqual([1_163, 863, 1_163, 863, 1_163, 863]);
  });

  it('is the last 200 ms after a pause, with the time of now, and its numbers go on over their end', () => {
    const video = source([new Uint8Array(10)]);
    video.due(0);
    const timestamps = video.due(10_000).map((packet) => readRtpHeader(packet)?.timestamp);
    expect(timestamps).toEqual([148 * 6_000, 149 * 6_000, 150 * 6_000]);
    for (let frame = 151; frame <= 0x10000 + 146; frame += 1) video.due((frame * 1_000) / 15 + 1);
    expect(video.due(5_000_000).map((packet) => readRtpHeader(packet)?.sequence)).toEqual([0, 1, 2]);
  });

  it('are key frames of VP8 with the wanted rate, and Opus of 20 ms', () => {
    for (const frame of vp8Frames(2_500)) {
      expect(frame.length).toBe(2_500);
      // RFC 6386 §9.1: bit 0 is 0 in a key frame; its start code, width and height follow.
      expect((frame[0] ?? 1) & 1).toBe(0);
      expect([...frame.subarray(3, 6)]).toEqual([0x9d, 0x01, 0x2a]);
      expect([(frame[6] ?? 0) | ((frame[7] ?? 0) << 8), (frame[8] ?? 0) | ((frame[9] ?? 0) << 8)]).toEqual([
        320, 180,
      ]);
    }
    expect(vp8Frames(1).every((frame) => frame.length > 100)).toBe(true);
    for (const frame of opusFrames) {
      // RFC 6716 §3.1: the configuration stands in the upper five bits, code 0 is one frame in a packet.
      const toc = frame[0] ?? 0;
      const config = toc >> 3;
      const lastsMs =
        config >= 16
          ? [2.5, 5, 10, 20][config % 4]
          : config >= 12
            ? [10, 20][config % 2]
            : [10, 20, 40, 60][config % 4];
      expect([lastsMs, toc & 3]).toEqual([20, 0]);
      expect(packetizeOpus(frame)).toEqual([frame]);
    }
  });
});

describe('what a bot counts of a stream', () => {
  const counted = (sequences: readonly number[]) => {
    const flow = new FlowCount();
    for (const sequence of sequences) flow.onPacket(sequence);
    return [flow.received, flow.lost];
  };
  it.each([
    [[], [0, 0]],
    [
      [7, 8, 9],
      [3, 0],
    ],
    [
      [7, 9, 12],
      [3, 3],
    ],
    [
      [65_534, 65_535, 0, 2],
      [4, 1],
    ],
    [
      [10, 12, 11],
      [3, 0],
    ],
    [
      [10, 10, 11],
      [3, 0],
    ],
  ])('%j', (sequences, result) => {
    expect(counted(sequences)).toEqual(result);
  });
});
