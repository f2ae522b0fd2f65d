/** Records of the spool: whatever a crash or the disk does to a file, only whole ones come out, and all that are whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame, maxContentBytes } from '../../service/store/spool/frame.ts';

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const contents = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    // What looks like the beginning of a record.
    fc.string({ maxLength: 10 }).map((text) => `PLY1${text}PLY1`),
  ),
  { maxLength: 6 },
);

function fileOf(texts: readonly string[]): { file: Uint8Array; ends: number[] } {
  const frames = texts.map((text) => encodeFrame(new TextEncoder().encode(text)));
  let end = 0;
  const ends = frames.map((frame) => {
    end += frame.length;
    return end;
  });
  return { file: Buffer.concat(frames), ends };
}

const textsIn = (file: Uint8Array): string[] =>
  decodeFrames(file).records.map(({ content }) => utf8(content));

describe('a file of the spool', () => {
  it('cut at any byte gives every record that was written to its end, and no other', () => {
    fc.assert(
      fc.property(contents, (texts) => {
        const { file, ends } = fileOf(texts);
        for (let cut = 0; cut <= file.length; cut++) {
          const whole = ends.filter((end) => end <= cut).length;
          const { records, damaged, torn } = decodeFrames(file.subarray(0, cut));
          expect(records.map(({ content }) => utf8(content))).toEqual(texts.slice(0, whole));
          const from = ends[whole - 1] ?? 0;
          expect(damaged).toEqual([]);
          expect(torn).toEqual(cut === from ? null : { at: from, bytes: cut - from });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('with any one byte changed loses the record that it is in, and no other', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 255 }), (texts, change) => {
        const { file, ends } = fileOf(texts);
        for (let at = 0; at < file.length; at++) {
          const hit = ends.findIndex((end) => at < end);
          const changed = Uint8Array.from(file);
          changed[at] = (changed[at] ?? 0) ^ change;
          expect(textsIn(changed)).toEqual(texts.filter((_text, index) => index !== hit));
          const { damaged, torn } = decodeFrames(changed);
          const from = ends[hit - 1] ?? 0;
          const gap = { at: from, bytes: (ends[hit] ?? 0) - from };
          expect([damaged, torn]).toEqual(hit === texts.length - 1 ? [[], gap] : [[gap], null]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('holds whatever else is in it, before and between', () => {
    fc.assert(
      fc.property(contents, fc.uint8Array({ maxLength: 30 }), (texts, rubbish) => {
        const frames = texts.flatMap((text) => [rubbish, encodeFrame(new TextEncoder().encode(text))]);
        expect(textsIn(Buffer.concat(frames))).toEqual(texts);
      }),
    );
  });

  it('takes no record whose length could be taken for text', () => {
    expect(() => encodeFrame(new Uint8Array(maxContentBytes + 1))).toThrow(RangeError);
    const longest = decodeFrames(encodeFrame(new Uint8Array(maxContentBytes)));
    expect([longest.records.length, longest.torn]).toEqual([1, null]);
  });
});
