import { describe, expect, it } from 'vitest';
import { type LinkEnd, type LinkMessage, LinkOrder } from '../../../service/rooms/link-order.ts';

function run(steps: readonly [LinkEnd, LinkMessage][]): unknown[] {
  const order = new LinkOrder(3);
  return steps.map(([end, message]) => order.take(end, message));
}
const problem = { problem: expect.any(String) };

describe('the order of messages on a link', () => {
  it('lets offer, answer and candidates of both pass, again and again', () => {
    const round: [LinkEnd, LinkMessage][] = [
      ['polite', 'offer'],
      ['polite', 'candidate'],
      ['impolite', 'answer'],
      ['impolite', 'candidate'],
      ['impolite', 'offer'],
      ['polite', 'answer'],
    ];
    expect(new Set(run([...round, ...round, ...round]))).toEqual(new Set(['pass']));
  });

  it('refuses an answer without an offer, and a second answer to one', () => {
    expect(run([['polite', 'answer']])).toEqual([problem]);
    expect(
      run([
        ['polite', 'offer'],
        ['polite', 'answer'],
        ['impolite', 'answer'],
        ['impolite', 'answer'],
      ]),
    ).toEqual(['pass', problem, 'pass', problem]);
  });

  it('refuses a candidate of an end that has described nothing', () => {
    expect(
      run([
        ['impolite', 'offer'],
        ['polite', 'candidate'],
      ]),
    ).toEqual(['pass', problem]);
  });

  it('when two offers meet, only the polite end may answer, in either order of arrival', () => {
    for (const first of ['polite', 'impolite'] as const) {
      const second = first === 'polite' ? 'impolite' : 'polite';
      expect(
        run([
          [first, 'offer'],
          [second, 'offer'],
          ['impolite', 'answer'],
          ['polite', 'answer'],
          ['polite', 'answer'],
        ]),
        first,
      ).toEqual(['pass', 'pass', problem, 'pass', problem]);
    }
  });

  it('counts the candidates of each description', () => {
    const four: [LinkEnd, LinkMessage][] = Array.from({ length: 4 }, () => ['polite', 'candidate']);
    expect(run([['polite', 'offer'], ...four, ['polite', 'offer'], ...four])).toEqual([
      ...['pass', 'pass', 'pass', 'pass', problem],
      ...['pass', 'pass', 'pass', 'pass', problem],
    ]);
  });

  it('drops what crosses the end of a link', () => {
    expect(
      run([
        ['polite', 'offer'],
        ['polite', 'bye'],
        ['impolite', 'answer'],
        ['impolite', 'bye'],
      ]),
    ).toEqual(['pass', 'pass', 'ended', 'ended']);
  });
});
