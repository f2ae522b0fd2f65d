import { describe, expect, it } from 'vitest';
import type { TurnCheck, TurnReport } from '../../../../contract/turn-report.ts';
import { newFailures } from '../../../../turn/check/output/baseline.ts';
import { turnHtml } from '../../../../turn/check/output/html-page.ts';
import { turnJunit } from '../../../../turn/check/output/junit.ts';
import { turnSarif } from '../../../../turn/check/output/sarif.ts';

const hostile = `<script>alert("1")</script>&'\u001b[2J\u0000`;

function row(id: string, status: TurnCheck['status'], more: Partial<TurnCheck> = {}): TurnCheck {
  return {
    id,
    group: id.startsWith('S') ? 'STUN' : 'Authentication',
    title: `Title of ${id}`,
    status,
    severity: 'high',
    rfc: null,
    sent: 'a request',
    expected: 'an answer',
    observed: hostile,
    fix: status === 'failed' ? 'line=1\nline=2' : null,
    evidence: [],
    ...more,
  };
}

const checks = [row('A01', 'failed'), row('S01', 'warned'), row('S02', 'skipped'), row('S03', 'passed')];
const report: TurnReport = {
  kind: 'turn-report',
  version: 1,
  tool: { name: 'polynya', version: '0.1.0' },
  at: '2026-01-01T00:00:00.000Z',
  body: {
    target: { uri: 'turn:example.org', endpoint: { address: '192.0.2.1', port: 3478 }, transport: 'udp' },
    server: { family: 'coturn', software: null, version: null, reasons: [hostile], advisories: [] },
    unreachable: null,
    checks,
    counts: { failed: 1, warned: 1, skipped: 1, passed: 1 },
    explained: [hostile],
    packets: { sent: 4, received: 3 },
    durationMs: 1500,
    evidence: [],
  },
};

describe('a turn report as a file', () => {
  it.each([
    ['HTML', turnHtml(report)],
    ['JUnit', turnJunit(report)],
  ])('%s: text from the network stays text', (_name, text) => {
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
    expect(text).not.toMatch(/<script/);
    for (const control of ['\u0000', '\u001b']) expect(text).not.toContain(control);
  });

  it('HTML loads nothing from anywhere', () => {
    expect(turnHtml(report)).not.toMatch(/\b(src|href|url)\s*[=(]/);
  });

  it('JUnit counts what it lists, and every tag is closed', () => {
    const text = turnJunit(report);
    expect(text).toMatch(/<testsuites [^>]*tests="4" failures="1" skipped="1" time="1.500">/);
    expect(text.match(/<testcase /g)).toHaveLength(4);
    expect(text.match(/<failure /g)).toHaveLength(1);
    expect(text.match(/<skipped /g)).toHaveLength(1);
    const open = [...text.matchAll(/<([a-z-]+)(?:\s[^<>]*[^/<>])?>/g)].map(([, name]) => name).sort();
    const closed = [...text.matchAll(/<\/([a-z-]+)>/g)].map(([, name]) => name).sort();
    expect(open).toEqual(closed);
  });

  it('SARIF has failures and warnings, each with its rule', () => {
    const [run] = (turnSarif(report) as { runs: { results: Record<string, unknown>[]; tool: object }[] })
      .runs;
    expect(run?.results.map(({ ruleId, level, ruleIndex }) => [ruleId, level, ruleIndex])).toEqual([
      ['A01', 'error', 0],
      ['S01', 'warning', 1],
    ]);
  });

  it('a baseline takes known failures out, and nothing else', () => {
    expect(newFailures({ checks }, null)).toEqual(['A01']);
    expect(newFailures({ checks }, { checks })).toEqual([]);
    expect(newFailures({ checks }, { checks: [row('A01', 'warned')] })).toEqual(['A01']);
  });
});
