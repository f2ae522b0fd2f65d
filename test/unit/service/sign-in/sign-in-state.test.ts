import { describe, expect, it } from 'vitest';
import { Seal } from '../../../../service/sign-in/seal.ts';
import { type Beginning, SignInStates } from '../../../../service/sign-in/sign-in-state.ts';

const beginning: Beginning = { state: 'st', nonce: 'no', verifier: 've', to: '/runs', untilMs: 10_000 };
const states = (secret = 'a secret') => new SignInStates(new Seal(secret, 'test'));

describe('a sign-in that has begun', () => {
  it('is taken once', () => {
    const here = states();
    const cookie = here.keep(beginning);
    expect(here.take(cookie, 'st', 9_999)).toEqual({ ok: true, beginning });
    expect(here.take(cookie, 'st', 9_999)).toMatchObject({ why: expect.stringContaining('used already') });
  });

  it('is taken by another node with the same secret, and by none with another', () => {
    const cookie = states().keep(beginning);
    expect(states().take(cookie, 'st', 0).ok).toBe(true);
    expect(states('another').take(cookie, 'st', 0)).toMatchObject({
      why: expect.stringContaining('begun none'),
    });
  });

  it.each([
    ['no cookie', null, 'st', 0, /begun none/],
    ['no sealed cookie', 'AAAA', 'st', 0, /begun none/],
    ['another state', undefined, 'other', 0, /another one/],
    ['no state', undefined, null, 0, /another one/],
    ['too late', undefined, 'st', 10_000, /too long/],
  ])('is not taken: %s', (_name, cookie, state, nowMs, why) => {
    const here = states();
    expect(here.take(cookie === undefined ? here.keep(beginning) : cookie, state, nowMs)).toMatchObject({
      ok: false,
      why: expect.stringMatching(why),
    });
  });

  it('forgets used ones when they are too old anyway', () => {
    const here = states();
    const cookie = here.keep(beginning);
    here.take(cookie, 'st', 0);
    here.take(here.keep({ ...beginning, state: 'st2', untilMs: 30_000 }), 'st2', 20_000);
    expect(here.take(cookie, 'st', 0).ok).toBe(true);
  });
});

describe('a seal', () => {
  it('hides the text, differs each time, and breaks with any changed byte', () => {
    const seal = new Seal('a secret', 'test');
    const sealed = seal.seal('héllo');
    expect(seal.open(sealed)).toBe('héllo');
    expect(seal.seal('héllo')).not.toBe(sealed);
    expect(Buffer.from(sealed, 'base64url').includes('llo')).toBe(false);
    for (let at = 0; at < Buffer.from(sealed, 'base64url').length; at += 1) {
      const bytes = Buffer.from(sealed, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(seal.open(bytes.toString('base64url'))).toBeNull();
    }
    expect(new Seal('a secret', 'other').open(sealed)).toBeNull();
  });
});
