import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpHeadReader } from '../../probe/path/http-head.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the head of an HTTP answer', () => {
  const head = 'HTTP/1.1 302 Found\r\nServer: x\r\nLocation:  http://portal.example/login \r\n\r\n';

  it('is read however it is cut, with what follows it', () => {
    const whole = bytes(`${head}rest`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length }), { maxLength: 6 }), (cuts) => {
        const reader = new HttpHeadReader();
        const ends = [...new Set([...cuts, whole.length])].sort((a, b) => a - b);
        const answers = ends.map((end, index) => reader.push(whole.slice(ends[index - 1] ?? 0, end)));
        const done = answers.find(({ kind }) => kind !== 'reading');
        expect(done).toMatchObject({ kind: 'done', status: 302, location: 'http://portal.example/login' });
      }),
    );
    const last = new HttpHeadReader().push(whole);
    expect(last.kind === 'done' && new TextDecoder().decode(last.rest)).toBe('rest');
  });

  it.each(['HTTP/1.0 204 \r\n\r\n', 'HTTP/1.1 204\r\n\r\n'])('%j has no place', (text) => {
    expect(new HttpHeadReader().push(bytes(text))).toMatchObject({
      kind: 'done',
      status: 204,
      location: null,
    });
  });

  it.each(['SSH-2.0-x\r\n\r\n', 'HTTP/2 200\r\n\r\n', 'HTTP/1.1 20\r\n\r\n'])('%j is none', (text) => {
    expect(new HttpHeadReader().push(bytes(text))).toEqual({ kind: 'broken' });
  });

  it('has an end within 8 KiB, or is given up', () => {
    const reader = new HttpHeadReader();
    expect(reader.push(bytes(`HTTP/1.1 200 OK\r\n${'x'.repeat(8_000)}`)).kind).toBe('reading');
    expect(reader.push(bytes('x'.repeat(400))).kind).toBe('broken');
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (pieces) => {
        const reader = new HttpHeadReader();
        for (const piece of pieces) if (reader.push(piece).kind !== 'reading') break;
      }),
    );
  });
});
