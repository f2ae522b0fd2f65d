import { describe, expect, it } from 'vitest';
import { decodeChannelData, encodeChannelData, StreamFramer } from '../../../stun/framer.ts';
import { fromHex, stunVectors } from '../../vectors/stun-vectors.ts';

describe('StreamFramer', () => {
  it.each([
    ['80', 'a stream of STUN cannot have byte 128 here', 1],
    ['50', 'a stream of STUN cannot have byte 80 here', 1],
    // An HTTP server's "HTTP/1.1": 0x48 is a channel number, so it looks like ChannelData; a TLS alert does not.
    ['160301', 'no magic cookie', 8],
    ['00010001', 'message length 1 is no multiple of four', 4],
    ['00010000 2112a443', 'no magic cookie', 8],
  ])('stops at the first byte that shows it: %s', (hex, problem, bytesSeen) => {
    const framer = new StreamFramer();
    const padded = new Uint8Array(bytesSeen);
    padded.set(fromHex(hex).subarray(0, bytesSeen));
    for (let i = 0; i < bytesSeen - 1; i++) {
      expect(framer.push(padded.subarray(i, i + 1)).problem).toBeUndefined();
    }
    expect(framer.push(padded.subarray(bytesSeen - 1))).toEqual({ frames: [], problem });
    expect(framer.push(fromHex(stunVectors.request.hex))).toEqual({ frames: [], problem });
  });

  it('hands out ChannelData without waiting for its padding, and swallows the padding', () => {
    const framer = new StreamFramer();
    const padded = encodeChannelData(0x4001, Uint8Array.of(1, 2, 3, 4, 5), true);
    expect(padded).toHaveLength(12);
    const expected = { kind: 'channel-data', channel: 0x4001, data: Uint8Array.of(1, 2, 3, 4, 5) };
    expect(framer.push(padded.subarray(0, 9)).frames).toEqual([expected]);
    expect(framer.push(padded.subarray(9, 10)).frames).toEqual([]);
    const request = fromHex(stunVectors.request.hex);
    const rest = Buffer.concat([padded.subarray(10), request]);
    expect(framer.push(rest).frames).toEqual([{ kind: 'stun', bytes: request }]);
  });

  it('does not keep the memory of the chunks it was given', () => {
    const framer = new StreamFramer();
    const chunk = fromHex(stunVectors.request.hex);
    const { frames } = framer.push(chunk);
    chunk.fill(0);
    expect(frames).toEqual([{ kind: 'stun', bytes: fromHex(stunVectors.request.hex) }]);
  });

  it('takes the longest frames, a byte at a time, without quadratic cost', () => {
    const framer = new StreamFramer();
    const longest = new Uint8Array(65_552);
    longest.set(fromHex('0001fffc2112a442'));
    const start = performance.now();
    let frames = 0;
    for (let i = 0; i < longest.length; i++) frames += framer.push(longest.subarray(i, i + 1)).frames.length;
    expect(frames).toBe(1);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('regressions', () => {
  it('reports the first problem, not a later one in the same chunk', () => {
    const first = 'a stream of STUN cannot have byte 80 here';
    expect(new StreamFramer().push(Uint8Array.of(80, 0, 0, 37))).toEqual({ frames: [], problem: first });
    const length = 'message length 1 is no multiple of four';
    expect(new StreamFramer().push(fromHex('00010001 00000000'))).toEqual({ frames: [], problem: length });
  });
});

describe('ChannelData datagrams', () => {
  it('round-trip, padded or not', () => {
    const data = Uint8Array.of(1, 2, 3);
    expect(encodeChannelData(0x4fff, data, false)).toEqual(fromHex('4fff 0003 010203'));
    expect(encodeChannelData(0x4fff, data, true)).toEqual(fromHex('4fff 0003 010203 00'));
    for (const padded of [true, false])
      expect(decodeChannelData(encodeChannelData(0x4000, data, padded))).toEqual({ channel: 0x4000, data });
  });

  it.each(['', '4000', '400000', '4000 0001', '3fff 0000', '5000 0000', '0001 0000'])(
    'is none: %s',
    (hex) => {
      expect(decodeChannelData(fromHex(hex))).toBeNull();
    },
  );

  it('refuses channels and sizes that cannot be', () => {
    expect(() => encodeChannelData(0x8000, new Uint8Array(0), true)).toThrow(RangeError);
    expect(() => encodeChannelData(0x3fff, new Uint8Array(0), true)).toThrow(RangeError);
    expect(() => encodeChannelData(0x4000, new Uint8Array(65_536), true)).toThrow(RangeError);
  });
});
