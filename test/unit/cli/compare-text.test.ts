import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { compareText } from '../../../cli/compare-text.ts';
import { type CompareFlags, runCompare } from '../../../cli/run-compare.ts';
import { buildCompareReport } from '../../../compare/build-report.ts';
import { judgeRun, type Witness } from '../../../compare/judge-run.ts';
import type { ComparePath } from '../../../contract/compare-path.ts';
import type { CompareRun } from '../../../contract/comparison.ts';
import { failure } from '../../../contract/failures.ts';
import { usualMedia } from '../../../contract/participant.ts';
import { type BotLink, botReport } from '../../../rooms/bot/bot-report.ts';

const plain = (_style: unknown, text: string): string => text;

const browser = { kind: 'chromium', cpuPercent: 40 } as const;
const bot = { kind: 'bot', cpuPercent: 2 } as const;

/** Two participants, of which the second gets nothing where `fails`. */
function run(
  path: ComparePath,
  over: { fails?: boolean; spoiled?: boolean; bots?: boolean } = {},
): CompareRun {
  const link = (from: string, firstPacketMs: number | null): BotLink => ({
    id: `from-${from}`,
    link: 'main',
    from,
    hasCandidate: true,
    connectedMs: 80,
    echoRttsMs: [],
    firstPacketMs,
    received: 90,
    lost: 0,
    pair: null,
    problem: null,
  });
  const witness = (name: string, other: string, firstPacketMs: number | null): Witness => ({
    name,
    ...(over.bots === true && name === 'p2' ? bot : browser),
    report: botReport([link(other, firstPacketMs)], {
      toolVersion: '0',
      room: { id: 'room', path: { kind: 'mesh' }, size: 2 },
      member: name,
      beganAt: '2026-01-01T12:00:00.000Z',
      durationMs: 1_000,
      everyoneSeenMs: 120,
      traffic: null,
    }),
    problem: null,
  });
  const lost = failure('harness-fault', 'p2 gave no report');
  const second = witness('p2', 'p1', over.fails === true ? null : 240);
  return judgeRun({
    path,
    repeat: 1,
    attempt: 1,
    startedAt: '2026-01-01T12:00:00.000Z',
    durationMs: 3_000,
    witnesses: [
      witness('p1', 'p2', 120),
      over.spoiled === true ? { ...second, report: null, problem: lost } : second,
    ],
    server: null,
    turn: null,
  });
}

describe('a comparison for people', () => {
  const report = buildCompareReport(
    {
      plan: {
        participants: 2,
        paths: ['mesh', 'sfu', 'mcu'],
        repeats: 1,
        media: usualMedia,
        warmUpSec: 0,
        holdSec: 2,
      },
      host: { rim: 'harness', cpus: 2, sharedCpu: true },
      runs: [run('mesh', { fails: true }), run('sfu', { spoiled: true }), run('sfu', { bots: true })],
      skipped: [{ path: 'mcu', reason: 'janus is not installed (apt install janus)' }],
      notes: ['A note.'],
      run: { source: 'host', durationMs: 12_400, cancelled: true },
    },
    '2026-01-01T12:00:00.000Z',
  );
  const text = compareText(report, 100, plain);

  it('says in words what its marks say, with the counts behind them', () => {
    expect(text).toMatch(/direct \(mesh\) +✖ not all +1\/2 +120 \(120\) /);
    expect(text).toMatch(/embedded SFU +✔ all +2\/2 +240 \(240\) /);
    expect(text).toMatch(/Janus, audio mixer +\? not tried +–/);
  });

  it('hides nothing that was not tried, failed, or was spoiled', () => {
    expect(text).toContain('Janus, audio mixer was not tried: janus is not installed (apt install janus)');
    expect(text).toContain('embedded SFU, repeat 1: a fault of the tool.');
    expect(text).toContain('p2 gave no report');
    expect(text).toContain(`direct (mesh): ${report.body.runs[0]?.links[1]?.failure?.message}`);
    expect(text).toContain('A note.');
    expect(text).toContain('12 s, cancelled');
  });

  it('says on which path participants were bots, whose cost is not that of a participant', () => {
    const said = 'Bots among the 2 participants, which count packets and decode nothing: embedded SFU 1.';
    expect(text).toContain(said);
    expect(text).toMatch(/embedded SFU .* 40 % /);
  });

  it.each([80, 100])('fits into %d columns, its table as well', (width) => {
    const lines = compareText(report, width, plain).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}path +seen +links +set-up +up +down +CPU +server +TURN$/),
    );
  });
});

describe('polynya compare refuses', () => {
  const flags: CompareFlags = {
    n: 3,
    repeats: 1,
    firefox: 0,
    bots: 0,
    size: { widthPx: 320, heightPx: 180 },
    fps: 15,
    kbps: 300,
    audio: true,
    warmUp: 1,
    hold: 2,
    limit: 15,
  };
  it.each([[{ firefox: 2, bots: 1, paths: ['sfu'] }, /no Chromium is left/]] as const)(
    '%j',
    async (over, message) => {
      const refused = runCompare({ ...flags, ...over });
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toBeInstanceOf(CommandError);
      await expect(refused).rejects.toMatchObject({ code: 2 });
    },
  );
});
