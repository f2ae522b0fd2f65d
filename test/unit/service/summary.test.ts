import { describe, expect, it } from 'vitest';
import { browserLabel } from '../../../service/store/source-label.ts';
import { digestReport } from '../../../service/store/summary.ts';
import { failed, sampleLab } from '../sample-lab.ts';
import { sampleLoad } from '../sample-load.ts';
import { relayedAttempt, sampleAttempt, sampleNat, sampleVisit } from './sample-reports.ts';

const storedAt = new Date('2026-11-20T12:00:00.000Z');
const digest = (report: Parameters<typeof digestReport>[0]) => digestReport(report, 'r1', storedAt);

describe('digestReport', () => {
  it('makes the row of a probe', () => {
    expect(digest(sampleNat()).summary).toEqual({
      id: 'r1',
      kind: 'nat-report',
      at: '2026-11-20T09:00:00.000Z',
      storedAt: '2026-11-20T12:00:00.000Z',
      headline: {
        status: 'limited',
        code: 'nat-symmetric',
        sentence: 'This NAT makes direct calls hard.',
      },
      nat: {
        mapping: 'address-and-port-dependent',
        filtering: 'address-and-port-dependent',
        legacy: 'symmetric',
      },
      turn: null,
      source: 'probe-host',
      attempts: [],
      durationMs: 321.5,
      code: null,
      link: null,
      visitor: null,
    });
    expect(digest(sampleNat({ hostname: null })).summary.source).toBe('10.0.0.2');
  });

  it('makes the row of a lab run, which no statistic of visits counts', () => {
    const { summary, attempts } = digest(sampleLab({ 'home home direct': [failed] }));
    expect(attempts).toEqual([]);
    expect(summary).toMatchObject({
      kind: 'lab-report',
      headline: { status: 'bad', code: 'lab-unexpected' },
      source: 'three-by-three, node-datachannel',
      durationMs: 2_500,
    });
    expect(digest(sampleLab({}, { runner: 'simulator' })).summary.source).toBe('three-by-three, simulator');
  });

  it('makes the row of a load, by the server that was loaded', () => {
    const { summary, attempts, servers } = digest(sampleLoad({ limits: [8_000] }));
    expect([attempts, servers]).toEqual([[], []]);
    expect(summary).toMatchObject({
      kind: 'load-report',
      headline: { status: 'good', code: 'load-capacity' },
      source: 'turn:turn.example.org',
      durationMs: 600_000,
    });
  });

  it('turns every offset into UTC, and never counts a run in the future', () => {
    const earlier = digest(sampleVisit({ at: '2026-11-20T18:30:00+09:00' }));
    expect(earlier.summary.at).toBe('2026-11-20T09:30:00.000Z');
    expect(earlier.countedAt).toBe('2026-11-20T09:30:00.000Z');
    const fastClock = digest(sampleVisit({ at: '2031-01-01T00:00:00Z' }));
    expect(fastClock.summary.at).toBe('2031-01-01T00:00:00.000Z');
    expect(fastClock.countedAt).toBe('2026-11-20T12:00:00.000Z');
  });

  it('counts a relay success only with a relay end in the selected pair', () => {
    const proven = digest(sampleVisit({ attempts: [relayedAttempt()] })).attempts[0];
    expect(proven).toMatchObject({ path: 'relay', succeeded: true, blame: null });
    const notSelected = digest(sampleVisit({ attempts: [relayedAttempt({ selectedPairId: null })] }))
      .attempts[0];
    expect(notSelected).toMatchObject({ succeeded: false, blame: 'tool' });
    const direct = digest(sampleVisit({ attempts: [sampleAttempt({ path: 'relay' })] }));
    expect(direct.attempts[0]).toMatchObject({ succeeded: false, blame: 'tool' });
    expect(direct.summary.attempts[0]?.succeeded).toBe(false);
  });

  it('does not believe a success below the wanted rung', () => {
    const claimed = sampleAttempt({ rung: 'S2', wanted: 'S4', succeeded: true });
    expect(digest(sampleVisit({ attempts: [claimed] })).attempts[0]?.succeeded).toBe(false);
    const beyond = sampleAttempt({ rung: 'S7', wanted: 'S4', succeeded: true });
    expect(digest(sampleVisit({ attempts: [beyond] })).attempts[0]?.succeeded).toBe(true);
  });

  it('keeps whose fault a failure was', () => {
    const failed = sampleAttempt({
      succeeded: false,
      rung: 'S1',
      failure: { code: 'ice-failed', blame: 'network', message: 'm', next: 'n' },
    });
    expect(digest(sampleVisit({ attempts: [failed] })).attempts[0]).toMatchObject({
      succeeded: false,
      blame: 'network',
      rung: 'S1',
    });
  });
});

describe('browserLabel', () => {
  const chromium = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`Mozilla/5.0 (X11; Linux x86_64) ${chromium} Chrome/140.0.0.0 Safari/537.36`, 'Chrome 140 on Linux'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chromium} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      'Edge 140 on Windows',
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${chromium} Chrome/139.0.0.0 Mobile Safari/537.36`,
      'Chrome 139 on Android',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140 on Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari 18 on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari 18 on iOS',
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${chromium} HeadlessChrome/140.0.0.0 Safari/537.36`,
      'Headless Chrome 140 on Linux',
    ],
    ['aiortc/1.9', 'aiortc/1.9'],
    ['', 'unknown browser'],
  ])('%s', (userAgent, label) => {
    expect(browserLabel(userAgent)).toBe(label);
  });

  it('never gets longer than a list can show', () => {
    expect(browserLabel('x'.repeat(500)).length).toBe(200);
  });
});
