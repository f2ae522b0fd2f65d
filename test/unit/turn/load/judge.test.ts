import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { judgeStep } from '../../../../turn/load/judge-step.ts';
import { policyIn } from '../../../../turn/load/policy.ts';
import { dropsAt, socketsIn } from '../../../../turn/load/socket-table.ts';
import { joinCounts, type StepCount } from '../../../../turn/load/step-count.ts';
import { all, quiet } from './quiet-count.ts';

const { stop } = loadProfileSchema.parse({});
const judge = (more: Partial<StepCount>, gauges: Partial<StepCount['gauges']> = {}, workers = 1) => {
  const { outcome, reasons } = judgeStep(
    joinCounts([{ ...quiet, ...more, gauges: { ...quiet.gauges, ...gauges } }], workers),
    stop,
  );
  return [outcome, ...reasons.map(({ code }) => code)];
};

describe('the outcome of a step', () => {
  it.each<[string, Partial<StepCount>, Partial<StepCount['gauges']>, string[]]>([
    ['all came back', {}, {}, ['carried']],
    ['half a percent was lost', { arrivedBack: 995 }, {}, ['carried']],
    ['more was lost', { arrivedBack: 994 }, {}, ['loss']],
    ['19.9 ms', { roundTrip: all(19_900) }, {}, ['carried']],
    ['21 ms', { roundTrip: all(21_000) }, {}, ['latency']],
    ['nothing came back', { arrivedBack: 0 }, {}, ['target-failed']],
    ['refused by quota', { arrivedBack: 700, failures: { 'turn-486': 300 } }, {}, ['policy']],
    ['all refused', { arrivedBack: 0, failures: { 'turn-508': 1_000 } }, {}, ['policy']],
    ['a few refused', { arrivedBack: 996, failures: { 'turn-486': 4 } }, {}, ['carried']],
    ['refused for another reason', { arrivedBack: 700, failures: { 'turn-403': 300 } }, {}, ['loss']],
    [
      'refused, and late',
      { failures: { 'turn-486': 300 }, lateness: all(1_100) },
      {},
      ['generator-limited', 'late'],
    ],
    [
      'a connection that took no more',
      { arrivedBack: 700, failures: { 'connection-full': 300 } },
      {},
      ['loss'],
    ],
    ['the server is gone', { arrivedBack: 0, sendErrors: { ECONNREFUSED: 900 } }, {}, ['target-failed']],
    ['late', { lateness: all(1_100) }, {}, ['generator-limited', 'late']],
    ['late, and much was lost', { lateness: all(1_100), arrivedBack: 10 }, {}, ['generator-limited', 'late']],
    ['busy', {}, { spareMs: 190 }, ['generator-limited', 'busy']],
    ['own sockets were full', { arrivedBack: 990 }, { socketDrops: 10 }, ['generator-limited', 'own-drops']],
    ['a few drops', { arrivedBack: 998 }, { socketDrops: 2 }, ['carried']],
    ['no such table on this system', { arrivedBack: 990 }, { socketDrops: null }, ['loss']],
    [
      'not all was handed over',
      { sent: 990, arrivedBack: 990, unsent: 10 },
      {},
      ['generator-limited', 'unsent'],
    ],
    ['the system refused', { sendErrors: { ENOBUFS: 10 } }, {}, ['generator-limited', 'unsent']],
  ])('%s', (_name, more, gauges, expected) => {
    expect(judge(more, gauges)).toEqual(expected);
  });

  it('a worker that does not tell its counts has measured nothing', () => {
    expect(judge({}, {}, 2)).toEqual(['generator-limited', 'silent-worker']);
  });

  it('one late worker is not hidden by others', () => {
    const record = joinCounts([quiet, quiet, quiet, { ...quiet, lateness: all(5_000, 20) }], 4);
    expect(judgeStep(record, stop).outcome).toBe('generator-limited');
  });

  it('says when others had the processor', () => {
    const record = joinCounts(
      [{ ...quiet, lateness: all(9_000), gauges: { ...quiet.gauges, runQueueMs: 300 } }],
      1,
    );
    expect(judgeStep(record, stop).reasons[0]?.sentence).toContain(
      'after its time (limit 1 ms); it waited 300 ms for a processor, which others had.',
    );
  });
});

describe('a refusal that the settings ask for', () => {
  it.each([
    [{ 'turn-486': 300 }, 1_000, { code: 'turn-486', share: 0.3 }],
    [{ 'turn-486': 1, 'turn-508': 2 }, 10, { code: 'turn-508', share: 0.2 }],
    [{ 'turn-486': 12 }, 10, { code: 'turn-486', share: 1 }],
    [{ 'turn-403': 5 }, 10, null],
    [{}, 0, null],
  ])('%j of %d', (failures, asked, policy) => {
    expect(policyIn(failures, asked)).toEqual(policy);
  });
});

describe('what Linux dropped at our sockets', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:0D96 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4242 2 0000000000000000 17
  101: 0100007F:C350 0100007F:0D96 01 00000000:00000300 00:00000000 00000000     0        0 4243 2 0000000000000000 5
  102: 0100007F:C351 0100007F:0D96 01 00000000:00000000 00:00000000 00000000     0        0 4244 2 0000000000000000 2
`;

  it('is told apart from what it dropped at others', () => {
    const sockets = socketsIn(table);
    expect(sockets.map(({ port, isOpen, inode }) => [port, isOpen, inode])).toEqual([
      [3478, true, 4242],
      [50_000, false, 4243],
      [50_001, false, 4244],
    ]);
    expect(dropsAt(sockets, new Set([50_000, 50_001]))).toBe(7);
    expect(dropsAt(sockets, new Set([1]))).toBe(0);
  });

  it('without that column nothing is known', () => {
    const sockets = socketsIn(table.replaceAll(/ (drops|\d+)$/gm, ''));
    expect(sockets[1]).toEqual({ port: 50_000, isOpen: false, inode: 4243, drops: null });
    expect(dropsAt(sockets, new Set([50_000]))).toBeNull();
    expect(dropsAt(socketsIn(''), new Set([50_000]))).toBeNull();
  });
});
