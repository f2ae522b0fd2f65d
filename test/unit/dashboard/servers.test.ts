import { describe, expect, it } from 'vitest';
import { type ServerView, serverInputSchema } from '../../../contract/servers.ts';
import {
  draftOf,
  draftProblems,
  isSendable,
  readUrls,
  type ServerDraft,
  toInput,
} from '../../../dashboard/src/servers/server-draft.ts';

const draft: ServerDraft = {
  label: ' Office ',
  urls: 'turn:turn.example.net:3478?transport=udp\nturns:turn.example.net\n',
  auth: 'password',
  username: 'alice',
  credential: 'wonderland',
  enabled: true,
};

describe('the server form', () => {
  it('sends what the contract takes', () => {
    expect(isSendable(draftProblems(draft, false))).toBe(true);
    expect(serverInputSchema.parse(toInput(draft))).toEqual({
      label: 'Office',
      urls: ['turn:turn.example.net:3478?transport=udp', 'turns:turn.example.net'],
      auth: 'password',
      username: 'alice',
      credential: 'wonderland',
      enabled: true,
    });
  });

  it('keeps the stored secret by not sending one', () => {
    const untouched = { ...draft, credential: '' };
    expect(isSendable(draftProblems(untouched, true))).toBe(true);
    expect(toInput(untouched)).not.toHaveProperty('credential');
    expect(draftProblems(untouched, false).credential).toBe('Give the password.');
  });

  it('sends no leftovers of credentials once there are to be none', () => {
    expect(toInput({ ...draft, auth: 'none' })).toMatchObject({ username: null });
    expect(toInput({ ...draft, auth: 'none' })).not.toHaveProperty('credential');
  });

  it.each([
    ['', 'Give at least one URL.'],
    ['stun:a\nstun:a', 'The same URL stands here twice.'],
    ['stun:a\nstun:b:99999', 'URL 2 has a port that is not 1–65535.'],
    [Array.from({ length: 11 }, (_, n) => `stun:s${n}`).join('\n'), 'At most 10 URLs.'],
  ])('says what is wrong with %j', (urls, problem) => {
    expect(draftProblems({ ...draft, urls }, false).urls).toBe(problem);
  });

  it('takes URLs by line, blank or comma', () => {
    expect(readUrls('stun:a, stun:b\r\n stun:c ')).toEqual(['stun:a', 'stun:b', 'stun:c']);
  });

  it('never puts a secret into the form', () => {
    const view: ServerView = {
      ...draft,
      id: 'x',
      urls: ['stun:a'],
      hasCredential: true,
      origin: 'screen',
      lastTest: null,
      lastChecks: [],
    };
    expect(draftOf(view).credential).toBe('');
  });
});
