import { describe, expect, it } from 'vitest';
import { visitProgressSchema } from '../../../contract/links.ts';
import { linkWords } from '../../../dashboard/check/link/link-words.ts';
import { progressOf } from '../../../dashboard/check/link/progress.ts';
import { linkToken, readVisitLink } from '../../../dashboard/check/link/visit-link.ts';
import { knownVisitor, visitorId } from '../../../dashboard/check/link/visitor-id.ts';

describe('the token of a link', () => {
  it.each([
    ['/t/abc-1_2', 'abc-1_2'],
    ['/t/abc/', 'abc'],
    // No token that was ever made, but a link all the same: it is asked for, and is unknown.
    ['/t/%3Cb%3E', '%3Cb%3E'],
    ['/check', null],
    ['/t/', null],
    ['/t/a/b', null],
  ])('of %s is %j', (path, token) => {
    expect(linkToken(path)).toBe(token);
  });
});

describe('the answer to a link', () => {
  const link = { consent: null, contact: 'help@example.org', expiresAt: '2026-11-21T00:00:00Z' };

  it('gives what the visitor is to agree to', () => {
    expect(readVisitLink({ status: 200, body: link })).toEqual({ state: 'open', link });
  });

  it.each([
    [404, 'link-unknown'],
    [410, 'link-expired'],
    [410, 'link-revoked'],
    [400, 'request-invalid'],
  ])('names why it is closed: %i %s', (status, code) => {
    expect(readVisitLink({ status, body: { error: { code } } })).toEqual({ state: 'closed', code });
  });

  it.each([
    [500, { error: { code: 'harness-fault' } }],
    [429, { error: { code: 'rate-limited' } }],
    [502, null],
    [404, '<html>'],
    [200, { captive: 'portal' }],
  ])('does not call a link closed when something else is wrong: %i %j', (status, body) => {
    expect(readVisitLink({ status, body })).toEqual({ state: 'unreachable' });
  });

  it('may not come at all', () => {
    expect(readVisitLink(null)).toEqual({ state: 'unreachable' });
  });
});

describe('the name of a browser', () => {
  function storage(kept: Map<string, string>) {
    return () => ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    });
  }

  it('is made when the visitor agrees, stays, and is forgotten when the visitor no longer does', () => {
    const kept = new Map<string, string>();
    const open = storage(kept);
    expect([visitorId(false, open), knownVisitor(open), kept.size]).toEqual([null, null, 0]);
    const id = visitorId(true, open);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect([visitorId(true, open), knownVisitor(open)]).toEqual([id, id]);
    expect([visitorId(false, open), kept.size]).toEqual([null, 0]);
    expect(visitorId(true, open)).not.toBe(id);
  });

  it('is made anew where something else was kept, and is none where storage is switched off', () => {
    const kept = new Map([['polynya-visitor', '<script>']]);
    expect(knownVisitor(storage(kept))).toBeNull();
    expect(visitorId(true, storage(kept))).toMatch(/^[0-9a-f]{32}$/);
    const denied = () => {
      throw new DOMException('denied');
    };
    expect([knownVisitor(denied), visitorId(true, denied), visitorId(false, denied)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('progress', () => {
  it('names step and state, and nothing of what was found', () => {
    const began = progressOf({ type: 'step-started', step: 'nat', atMs: 5 }, 'v1');
    const ended = progressOf(
      { type: 'step-ended', step: 'nat', status: 'ok', detail: 'behind 203.0.113.7', atMs: 9 },
      'v1',
    );
    expect(began).toEqual({ visit: 'v1', step: 'nat', status: 'running', atMs: 5 });
    expect(ended).toEqual({ visit: 'v1', step: 'nat', status: 'ok', atMs: 9 });
    for (const progress of [began, ended]) expect(visitProgressSchema.parse(progress)).toEqual(progress);
    expect(progressOf({ type: 'started' }, 'v1')).toBeNull();
  });
});

describe('words', () => {
  it('are there in both languages, with a cause for every way in which a link can be closed', () => {
    for (const language of ['en', 'ko'] as const) {
      const { closed } = linkWords(language);
      expect(Object.keys(closed)).toEqual(['link-unknown', 'link-expired', 'link-revoked']);
    }
    expect(linkWords('ko').agree).not.toBe(linkWords('en').agree);
  });
});
