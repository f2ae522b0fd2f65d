/** The pure parts: clocks, schedules, states, percentiles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../../../contract/failures.ts';
import { cellName, cellsOf } from '../../../../service/agents/judge/cell-key.ts';
import type { CellMemory } from '../../../../service/agents/judge/cell-state.ts';
import { nextState, worstState } from '../../../../service/agents/judge/cell-state.ts';
import { ClockFilter } from '../../../../service/agents/judge/clock-filter.ts';
import {
  type Judged,
  judgeExpectations,
  judgeReport,
} from '../../../../service/agents/judge/judge-result.ts';
import { failedSlot, slotOf, summarize } from '../../../../service/agents/judge/latency-slots.ts';
import { admitOrder, pairOrderOf } from '../../../../service/agents/judge/pair-order.ts';
import { retryAfterMs } from '../../../../service/agents/judge/retry.ts';
import { dueTick } from '../../../../service/agents/judge/schedule.ts';
import { sampleNat, sampleTurn } from '../sample-reports.ts';

describe('the clock filter', () => {
  it('bounds the true offset, whichever way the time goes', () => {
    const ms = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.array(fc.tuple(ms, ms, ms), { minLength: 1, maxLength: 20 }),
        (offsetMs, ways) => {
          const filter = new ClockFilter();
          let sentAt = 1e12;
          for (const [out, busy, back] of ways) {
            const receivedAt = sentAt + out + offsetMs;
            const answeredAt = receivedAt + busy;
            filter.add({ sentAt, receivedAt, answeredAt, backAt: answeredAt + back - offsetMs });
            sentAt += 10_000;
          }
          const { skew } = filter;
          expect(skew).not.toBeNull();
          if (skew === null) return;
          expect(Math.abs(skew.offsetMs - offsetMs)).toBeLessThanOrEqual(skew.uncertaintyMs + 1e-6);
          const best = Math.min(...ways.slice(-8).map(([out, , back]) => out + back));
          expect(skew.uncertaintyMs).toBe(best / 2);
        },
      ),
    );
  });

  it('forgets what it knew when a clock was set', () => {
    const filter = new ClockFilter();
    filter.add({ sentAt: 0, receivedAt: 1, answeredAt: 1, backAt: 2 });
    filter.add({ sentAt: 10_000, receivedAt: 70_020, answeredAt: 70_020, backAt: 10_040 });
    expect(filter.skew).toEqual({ offsetMs: 60_000, uncertaintyMs: 20 });
    filter.add({ sentAt: 20_000, receivedAt: 80_000, answeredAt: 80_000, backAt: 19_000 });
    expect(filter.skew).toBeNull();
  });
});

describe('the schedule', () => {
  const intervalSec = 300;

  it('comes to the same ticks on every node, one for each interval, apart by place', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 0, max: 1e9 }), (monitor, place, second) => {
        const tick = dueTick(monitor, place, intervalSec, { nowMs: 1_000 * second });
        expect(dueTick(monitor, place, intervalSec, { nowMs: 1_000 * second })).toEqual(tick);
        if (tick === null) return;
        expect(tick.atMs).toBeLessThanOrEqual(1_000 * second);
        const next = dueTick(monitor, place, intervalSec, { nowMs: tick.atMs + 1_000 * intervalSec });
        expect(next).toEqual({ number: tick.number + 1, atMs: tick.atMs + 1_000 * intervalSec });
      }),
    );
  });

  it('asks for one measurement after a day of rest, not for a day’s worth', () => {
    const asked = new Set<number>();
    const dayMs = 86_400_000;
    for (let ms = dayMs; ms < dayMs + 1_000 * intervalSec; ms += 1_000) {
      const tick = dueTick('m', 'seoul', intervalSec, { nowMs: ms });
      if (tick !== null) asked.add(tick.number);
    }
    expect(asked.size).toBeLessThanOrEqual(2);
    expect(asked.size).toBeGreaterThan(0);
  });

  it('spreads the regions of a monitor', () => {
    const at = (place: string) => {
      for (let ms = 0; ; ms += 1_000) {
        const tick = dueTick('m', place, intervalSec, { nowMs: ms });
        if (tick !== null && tick.number === 1) return tick.atMs;
      }
    };
    expect(new Set(['seoul', 'berlin', 'lima'].map(at)).size).toBe(3);
  });
});

describe('the state of a cell', () => {
  const damping = { bad: 2, of: 3 };
  const run = (letters: string, from: CellMemory = { state: 'unknown', recent: '' }): string[] => {
    const outcomes = { g: 'good', s: 'slow', b: 'bad' } as const;
    let memory = from;
    return [...letters].map((letter) => {
      const outcome = letter === 'g' ? outcomes.g : letter === 's' ? outcomes.s : outcomes.b;
      memory = nextState(memory, { kind: 'result', outcome }, damping);
      return memory.state;
    });
  };

  it.each([
    ['g', ['up']],
    ['gb', ['up', 'up']],
    ['gbgb', ['up', 'up', 'up', 'down']],
    ['gbb', ['up', 'up', 'down']],
    ['gbbgg', ['up', 'up', 'down', 'down', 'up']],
    ['bb', ['unknown', 'down']],
    ['gss', ['up', 'up', 'degraded']],
    ['gsb', ['up', 'up', 'degraded']],
    ['gssbb', ['up', 'up', 'degraded', 'degraded', 'down']],
  ])('%s', (letters, states) => {
    expect(run(letters)).toEqual(states);
  });

  it('says nothing any more when no result comes', () => {
    const stale = nextState({ state: 'down', recent: 'gbb' }, { kind: 'stale' }, damping);
    expect(stale).toEqual({ state: 'unknown', recent: '' });
  });

  it('never flaps more often than results come, and remembers no more than it needs', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('g', 's', 'b')), (letters) => {
        const states = run(letters.join(''));
        const last = nextState(
          { state: 'up', recent: letters.join('').slice(-3) },
          { kind: 'result', outcome: 'good' },
          damping,
        );
        expect(last.recent.length).toBeLessThanOrEqual(3);
        expect(
          states.every((state, index) => state !== 'down' || letters.slice(0, index + 1).includes('b')),
        ).toBe(true);
      }),
    );
  });

  it('of several is the worst', () => {
    expect(worstState([])).toBe('unknown');
    expect(worstState(['up', 'unknown'])).toBe('unknown');
    expect(worstState(['up', 'unknown', 'degraded', 'down'])).toBe('down');
  });
});

describe('percentiles from slots', () => {
  it('are within 10 % of the true ones', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 60_000, noNaN: true }), { minLength: 1 }), (times) => {
        const counts = times.map((ms) => ({ slot: slotOf(ms), times: 1 }));
        const { p50Ms, p95Ms, attempts } = summarize(counts);
        const sorted = [...times].sort((a, b) => a - b);
        const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
        expect(attempts).toBe(times.length);
        for (const [shown, share] of [
          [p50Ms, 0.5],
          [p95Ms, 0.95],
        ] as const) {
          expect(Math.abs((shown ?? 0) / at(share) - 1)).toBeLessThan(0.1);
        }
      }),
    );
  });

  it('leave failures out, and count them', () => {
    const counts = [
      { slot: failedSlot, times: 3 },
      { slot: slotOf(100), times: 1 },
    ];
    expect(summarize(counts)).toMatchObject({ attempts: 4, succeeded: 1 });
    expect(summarize([{ slot: failedSlot, times: 2 }])).toEqual({
      attempts: 2,
      succeeded: 0,
      p50Ms: null,
      p95Ms: null,
    });
  });
});

describe('what a report says', () => {
  it('is the best of the addresses of its URL', () => {
    const report = sampleNat();
    const [server] = report.body.servers;
    if (server === undefined) throw new Error('the sample has no server');
    const { failure: _none, ...ok } = { ...server, status: 'ok' as const, setupMs: 12 };
    const dead = { ...server, status: 'failed' as const, failure: failure('timeout') };
    report.body.servers = [dead, ok];
    expect(judgeReport(report, server.url)).toEqual({ outcome: 'good', latencyMs: 12, failure: null });
    report.body.servers = [dead];
    expect(judgeReport(report, server.url)).toMatchObject({ outcome: 'bad', failure: { code: 'timeout' } });
    expect(judgeReport(report, 'stun:other.example')).toBeNull();
  });

  it('of a TURN check is degraded where checks fail, and bad where nobody answers', () => {
    const report = sampleTurn({ uri: 'turn:192.0.2.1' });
    const [check] = report.body.checks;
    if (check === undefined) throw new Error('the sample has no check');
    report.body.checks = [{ ...check, id: 'X01', status: 'failed' }];
    expect(judgeReport(report, 'turn:192.0.2.1')).toMatchObject({
      outcome: 'slow',
      failure: { code: 'turn-checks-failed' },
    });
    report.body.checks = [{ ...check, id: 'A04', status: 'failed' }];
    expect(judgeReport(report, 'turn:192.0.2.1')).toMatchObject({
      outcome: 'bad',
      failure: { code: 'turn-401' },
    });
    report.body.unreachable = failure('timeout');
    expect(judgeReport(report, 'turn:192.0.2.1')).toMatchObject({
      outcome: 'bad',
      failure: { code: 'timeout' },
    });
  });

  it.each([
    ['good', { latencyMs: 200, certificateDays: 14 }, 100, 20, null],
    ['slow', { latencyMs: 99, certificateDays: 14 }, 100, 20, 'latency-exceeded'],
    ['slow', { latencyMs: null, certificateDays: 14 }, 100, 13, 'certificate-ends-soon'],
    ['good', { latencyMs: null, certificateDays: null }, 100, 1, null],
    ['good', { latencyMs: null, certificateDays: 14 }, 100, null, null],
  ] as const)('is %s where %o is expected', (outcome, expected, latencyMs, daysLeft, code) => {
    const raw: Judged = { outcome: 'good', latencyMs, failure: null };
    const judged = judgeExpectations(raw, expected, daysLeft);
    expect([judged.outcome, judged.failure?.code ?? null]).toEqual([outcome, code]);
  });
});

describe('what one end of a pair tells the other', () => {
  const refuses = (address: string) => address.startsWith('169.254.');
  const line = (address: string) => `candidate:1 1 UDP 1 ${address} 9 typ host`;

  it('loses the candidates that nobody may talk to', () => {
    const sdp = ['v=0', `a=${line('169.254.169.254')}`, `a=${line('192.0.2.1')}`, 'a=end'].join('\r\n');
    const description = { news: 'description', run: 1, type: 'offer', sdp } as const;
    expect(pairOrderOf(description, refuses)).toEqual({
      order: 'description',
      type: 'offer',
      sdp: ['v=0', `a=${line('192.0.2.1')}`, 'a=end'].join('\r\n'),
    });
    const candidate = (address: string) =>
      ({ news: 'candidate', run: 1, candidate: line(address), mid: '0' }) as const;
    expect(pairOrderOf(candidate('169.254.169.254'), refuses)).toBeNull();
    expect(pairOrderOf(candidate('192.0.2.1'), refuses)).toMatchObject({ order: 'candidate' });
    expect(pairOrderOf({ news: 'ready', agent: 'x' }, refuses)).toBeNull();
    expect(admitOrder({ order: 'candidate', candidate: 'candidate:1', mid: '0' }, refuses)).toBeNull();
  });
});

describe('cells', () => {
  it('are each region over each transport, or every two regions over each path', () => {
    const base = { regions: ['a', 'b'], transports: ['udp', 'tls'], paths: ['mesh', 'relay'] } as const;
    const names = (kind: 'probe' | 'mesh') =>
      cellsOf({
        kind,
        regions: [...base.regions],
        transports: [...base.transports],
        paths: [...base.paths],
      }).map(cellName);
    expect(names('probe')).toEqual(['a/udp', 'a/tls', 'b/udp', 'b/tls']);
    expect(names('mesh')).toEqual(['a>b/mesh/udp', 'a>b/relay/udp', 'b>a/mesh/udp', 'b>a/relay/udp']);
  });
});

it('waits grow, within bounds, and are not all the same', () => {
  const growth = { firstMs: 1_000, longestMs: 60_000 };
  expect([1, 2, 3, 10].map((n) => retryAfterMs(n, growth, 1))).toEqual([1_000, 2_000, 4_000, 60_000]);
  expect(retryAfterMs(1, growth, 0)).toBe(500);
});
