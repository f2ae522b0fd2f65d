import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChannelData, type Frame, StreamFramer } from '../../stun/framer.ts';
import { encodeMessage } from '../../stun/message.ts';
import { anyMessage } from './stun-arbitraries.ts';

const frame: fc.Arbitrary<Frame> = fc.oneof(
  anyMessage.map((message): Frame => ({ kind: 'stun', bytes: encodeMessage(message) })),
  fc
    .record({ channel: fc.integer({ min: 0x4000, max: 0x4fff }), data: fc.uint8Array({ maxLength: 50 }) })
    .map((fields): Frame => ({ kind: 'channel-data', ...fields })),
);
const stream = fc.array(frame, { maxLength: 8 });

function wire(frames: readonly Frame[]): Uint8Array {
  const parts = frames.map((one) =>
    one.kind === 'stun' ? one.bytes : encodeChannelData(one.channel, one.data, true),
  );
  return new Uint8Array(Buffer.concat(parts));
}

function feed(chunks: Iterable<Uint8Array>): { frames: Frame[]; problem: string | undefined } {
  const framer = new StreamFramer();
  const frames: Frame[] = [];
  let problem: string | undefined;
  for (const chunk of chunks) {
    const output = framer.push(chunk);
    frames.push(...output.frames);
    problem ??= output.problem;
  }
  return { frames, problem };
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.slice(at, at + size);
    at += size;
  }
  yield bytes.slice(at);
}

const byByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe('a stream of STUN and ChannelData', () => {
  it('gives the same frames whole, byte by byte and in any chunks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(60), { maxLength: 30 }), (frames, sizes) => {
        const bytes = wire(frames);
        const expected = { frames, problem: undefined };
        expect(feed([bytes])).toEqual(expected);
        expect(feed(byByte(bytes))).toEqual(expected);
        expect(feed(cut(bytes, sizes))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the whole frames and then the problem, when something else follows', () => {
    const foreign = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => {
      bytes[0] = (bytes[0] ?? 0) | 0x80;
      return bytes;
    });
    fc.assert(
      fc.property(stream, foreign, fc.array(fc.nat(60), { maxLength: 30 }), (frames, garbage, sizes) => {
        const bytes = new Uint8Array(Buffer.concat([wire(frames), garbage]));
        const whole = feed([bytes]);
        expect(whole.frames).toEqual(frames);
        expect(whole.problem).toBe(`a stream of STUN cannot have byte ${garbage[0]} here`);
        expect(feed(byByte(bytes))).toEqual(whole);
        expect(feed(cut(bytes, sizes))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('random bytes give the same in any chunks, never throw, and hold no more than one frame', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // Likely to pass the first look.
      fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.of(0x40, 0x00, 0x00, ...tail)),
      fc
        .uint8Array({ maxLength: 300 })
        .map((tail) => Uint8Array.of(0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, ...tail)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(40), { maxLength: 30 }), (input, sizes) => {
        const whole = feed([input]);
        expect(feed(byByte(input))).toEqual(whole);
        expect(feed(cut(input, sizes))).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });
});
