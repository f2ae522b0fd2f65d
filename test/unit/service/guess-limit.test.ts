import { describe, expect, it } from 'vitest';
import { type Guess, GuessLimit } from '../../../service/guess-limit.ts';

const limits = { perSource: 2, inAll: 4, windowMs: 60_000 };
const waitSec = (answer: Guess | { waitSec: number }) => ('waitSec' in answer ? answer.waitSec : 0);

describe('wrong guesses', () => {
  it('are limited by address, IPv6 by its network, and free again when the oldest is old enough', () => {
    const limit = new GuessLimit(limits);
    expect(waitSec(limit.begin('2001:db8::1', 0))).toBe(0);
    expect(waitSec(limit.begin('2001:db8::2', 10_000))).toBe(0);
    expect(waitSec(limit.begin('2001:db8::3', 20_000))).toBe(40);
    expect(waitSec(limit.begin('2001:db8:0:1::1', 20_000))).toBe(0);
    expect(waitSec(limit.begin('2001:db8::3', 60_000))).toBe(0);
    expect(waitSec(limit.begin('2001:db8::3', 60_000))).toBe(10);
  });

  it('are limited in all, so that many addresses are no way around it', () => {
    const limit = new GuessLimit(limits);
    for (let host = 1; host <= 4; host++) expect(waitSec(limit.begin(`192.0.2.${host}`, 0))).toBe(0);
    expect(waitSec(limit.begin('192.0.2.9', 1_000))).toBe(59);
  });

  it('are only those that were wrong', () => {
    const limit = new GuessLimit(limits);
    for (let tries = 0; tries < 10; tries++) {
      const guess = limit.begin('192.0.2.1', 0);
      if ('waitSec' in guess) throw new Error('a right guess costs nothing');
      limit.takeBack(guess);
    }
  });
});
