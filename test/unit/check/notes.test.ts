import { expect, it } from 'vitest';
import type { Candidate } from '../../../contract/candidate.ts';
import { endText } from '../../../dashboard/check/end-text.ts';
import { notesFor, noteText } from '../../../dashboard/check/notes.ts';
import { en } from '../../../dashboard/check/words/en.ts';

function candidate(type: Candidate['type'], address: string): Candidate {
  const empty = { relatedAddress: null, relatedPort: null, priority: 1, foundation: '1', url: null };
  return { ...empty, type, address, protocol: 'udp', port: 4000, relayProtocol: null, gatheredMs: 1 };
}

function textOf(candidates: readonly Candidate[], reportsErrors: boolean): string {
  return notesFor(candidates, reportsErrors)
    .map((note) => noteText(note, en))
    .join('\n');
}

it('explains mDNS names, names the public address, and says nothing about loopback', () => {
  const seen = textOf([candidate('host', 'abc.local'), candidate('srflx', '203.0.113.7')], true);
  expect(seen).toContain('end in .local');
  expect(seen).toContain('203.0.113.7');
  const local = textOf([candidate('host', '192.0.2.1'), candidate('srflx', '127.0.0.1')], true);
  expect(local).not.toContain('.local');
  expect(local).not.toContain('127.0.0.1');
});

it('points out several public addresses, and browsers that hide why a server failed', () => {
  const two = [candidate('srflx', '203.0.113.7'), candidate('srflx', '203.0.113.8')];
  expect(textOf(two, false)).toMatch(/different public addresses[\s\S]*does not report/);
  // One address per family is normal.
  const families = [candidate('srflx', '203.0.113.7'), candidate('srflx', '2001:db8::7')];
  expect(textOf(families, true)).not.toContain('different');
});

it('writes addresses as one does', () => {
  expect(endText({ address: '2001:db8::7', port: 5 })).toBe('[2001:db8::7]:5');
  expect(endText({ address: '203.0.113.7', port: 5 })).toBe('203.0.113.7:5');
  expect(endText({ address: null, port: 5 })).toBe('hidden by the browser');
});
