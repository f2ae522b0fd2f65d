import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EchoTalk } from '../../../rooms/io/echo-talk.ts';

describe('echoes over a data channel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Two ends with a way between them that takes its time. */
  function pair() {
    const echoes = { a: 0, b: 0 };
    const a: EchoTalk = new EchoTalk({
      send: (text) => setTimeout(() => b.hear(text), 4),
      onEcho: (rttMs) => {
        expect(rttMs).toBe(8);
        echoes.a += 1;
      },
    });
    const b: EchoTalk = new EchoTalk({
      send: (text) => setTimeout(() => a.hear(text), 4),
      onEcho: () => {
        echoes.b += 1;
      },
    });
    return { a, b, echoes };
  }

  it('come ten times at once, then now and then, to both ends', () => {
    const { a, b, echoes } = pair();
    a.begin();
    b.begin();
    b.begin();
    vi.advanceTimersByTime(100);
    expect(echoes).toEqual({ a: 10, b: 10 });
    vi.advanceTimersByTime(5_000);
    expect(echoes).toEqual({ a: 11, b: 11 });
  });

  it('end when the channel does', () => {
    const { a, echoes } = pair();
    a.begin();
    vi.advanceTimersByTime(100);
    a.end();
    vi.advanceTimersByTime(60_000);
    expect(echoes).toEqual({ a: 10, b: 0 });
  });

  it('hears nothing in what it did not ask', () => {
    const { a, echoes } = pair();
    a.begin();
    a.hear('pong 7');
    a.hear('ping of death');
    expect(echoes.a).toBe(0);
  });
});
