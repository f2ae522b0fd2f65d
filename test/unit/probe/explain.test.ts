import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explanationText } from '../../../cli/explain-text.ts';
import { natReportSchema } from '../../../contract/envelope.ts';
import type { Evidence } from '../../../contract/evidence.ts';
import { explainReport } from '../../../probe/report/explain.ts';
import { packetLines } from '../../../probe/report/explain-packets.ts';
import { idRanges } from '../../../probe/report/id-ranges.ts';

const fixture = new URL('../../web/fixtures/nat-port-restricted.json', import.meta.url);
const { body } = natReportSchema.parse(JSON.parse(readFileSync(fixture, 'utf8')));
const text = explanationText(explainReport(body), 80, (_style, words) => words);

const base: Evidence = {
  id: 'n1',
  purpose: 'map-1/PP',
  transport: 'udp',
  local: { address: '10.0.0.2', port: 40000 },
  to: { address: '203.0.113.10', port: 3478 },
  sentMs: [0, 50],
  outcome: 'answered',
  from: { address: '203.0.113.10', port: 3478 },
  receivedMs: 71,
  rttMs: 21,
  xorMapped: { address: '198.51.100.1', port: 40000 },
  mapped: null,
  responseOrigin: null,
  otherAddress: null,
  relayed: null,
  errorCode: null,
  notes: [],
};

describe('a real run through a port-restricted NAT, explained', () => {
  it('has a line per packet, 80 columns wide at most', () => {
    const packets = text.split('\n').filter((line) => /^ +\d+\.\d {2}\S+ +[→←] /.test(line));
    expect(packets).toHaveLength(body.run.packetsSent + body.run.packetsReceived);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('shows what each packet asked and learned', () => {
    expect(text).toContain('     27.8  n6    → 11.78.1.10:3478  Binding, answer from other port\n');
    expect(text).toContain('    148.9  n6    → 11.78.1.10:3478  Binding, answer from other port, copy 4\n');
    expect(text).toContain('    148.9  n6    ∅                  no answer to 4 copies\n');
    expect(text).toMatch(/36\.4 {2}n21 {3}← 11\.78\.2\.10:3479 {2}public 11\.78\.16\.2:46438/);
    expect(text).toContain('s2t1  ← 11.78.1.10:3478  refused with 401, 9.6 ms');
    expect(text).toContain('s2t2  ← 11.78.1.10:3478  relay 11.78.1.10:63320');
  });

  it('closes every test with what it led to', () => {
    expect(text).toContain('= map-1: 4 destinations saw 11.78.16.2:46438 → the same');
    expect(text).toContain('= filter-1/change-port: 4 copies unanswered, control answered after 9.8 ms →');
    expect(text).toContain('= server/change-both: came in where the filter was open');
    expect(text).toContain('= turn:11.78.1.10 → ok, shortest round trip 0.5 ms');
    expect(text).toContain('= no STUN message was exchanged → refused: ');
  });

  it('leads from evidence through a rule to each verdict', () => {
    expect(text).toContain('  filtering = address-and-port-dependent (99 %)');
    expect(text).toContain('    ← evidence  n4–n11, n21\n');
    for (const { name } of body.verdicts) expect(text).toContain(`\n  ${name} = `);
  });

  it('names the local port where the questions to one server left from several', () => {
    expect(text).toContain('s1t2  → 11.78.1.10:3478  Binding from port 35896');
    expect(text).not.toContain('turn:11.78.1.10 over udp, from port');
  });
});

describe('packets of one question', () => {
  const texts = (changes: Partial<Evidence>) => packetLines({ ...base, ...changes }).map((p) => p.text);

  it('says which answer came from the wrong source', () => {
    const from = { address: '203.0.113.99', port: 3478 };
    expect(texts({ from })).toEqual([
      'Binding',
      'Binding, copy 2',
      'public 198.51.100.1:40000, from the wrong source, 21.0 ms',
    ]);
    // A change test asks for another source.
    expect(texts({ purpose: 'filter-1/change-ip', from }).at(-1)).not.toContain('wrong');
  });

  it('tells silence, a broken link and an early end apart, and keeps the notes', () => {
    expect(texts({ outcome: 'silent' }).at(-1)).toBe('no answer to 2 copies');
    expect(texts({ outcome: 'pending' }).at(-1)).toContain('the run ended');
    const broken = packetLines({
      ...base,
      outcome: 'failed',
      sentMs: [],
      receivedMs: null,
      notes: ['ENETUNREACH: no route'],
    });
    expect(broken.map((p) => [p.kind, p.atMs])).toEqual([
      ['broken', null],
      ['note', null],
    ]);
  });
});

describe('ids in little room', () => {
  it.each([
    [[], ''],
    [['n1'], 'n1'],
    [['n2', 'n1'], 'n1, n2'],
    [['n1', 'n12', 'n2', 'n3', 'n13'], 'n1–n3, n12, n13'],
    [['n1', 's1t1', 's1t2', 's1t3', 's2t1'], 'n1, s1t1–s1t3, s2t1'],
    [['n1', 'n1', 'x'], 'n1, x'],
  ])('%j reads %s', (ids, expected) => {
    expect(idRanges(ids)).toBe(expected);
  });
});
