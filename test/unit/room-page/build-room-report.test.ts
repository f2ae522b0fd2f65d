import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../contract/envelope.ts';
import type { LinkAttempt } from '../../../contract/room-report.ts';
import { buildRoomReport, type RoomContext } from '../../../dashboard/room/build-room-report.ts';
import { judgeLink } from '../../../dashboard/room/judge-link.ts';
import { newFacts } from '../../../dashboard/room/link-facts.ts';

const context: RoomContext = {
  at: '2026-01-01T12:00:00.000Z',
  toolVersion: '9.9.9',
  room: { id: 'room', path: { kind: 'mesh' }, size: 8 },
  member: 'me',
  notes: ['x'.repeat(600)],
  userAgent: 'Mozilla/5.0',
  language: 'en-GB',
  durationMs: 12_000,
  sent: 'synthetic',
  hiddenMs: 0,
  seen: null,
};

function attempt(succeeded: boolean): LinkAttempt {
  const facts = newFacts({ id: 'a', from: 'alice', to: 'me', link: 'main', path: 'mesh' });
  const up = { signalledMs: 1, firstCandidateMs: { host: 1 }, iceConnectedMs: 2, dtlsConnectedMs: 3 };
  return judgeLink(
    succeeded ? { ...facts, ...up, firstPacketMs: 4, firstFrameMs: 5 } : { ...facts, signalledMs: 1 },
  );
}

describe('the report of a room', () => {
  it.each([
    [[], 'unknown', 'room-alone'],
    [[true, true], 'good', 'room-all-seen'],
    [[true, false], 'limited', 'room-some-unseen'],
    [[false], 'bad', 'room-some-unseen'],
  ] as const)('%j is %s', (outcomes, status, code) => {
    const report = buildRoomReport(outcomes.map(attempt), context);
    expect(report.body.headline).toMatchObject({ status, code });
    expect(parseEnvelope(report)).toEqual({ ok: true, envelope: report });
  });

  it('carries what a page measured that joined by itself, and nothing where a person was at it', () => {
    const flow = { kbps: 300, packetsPerSec: 40 };
    const traffic = { windowMs: 2_000, connections: 1, up: flow, down: flow, encodedFps: 15, decodedFps: 15 };
    const rest = { encodeMsPerFrame: 2, decodeMsPerFrame: null, limitedBy: 'none' } as const;
    const seen = { traffic: { ...traffic, ...rest }, everyoneSeenMs: 700 };
    const beganAt = '2026-01-01T12:00:30.000Z';
    const report = buildRoomReport([attempt(true)], { ...context, seen: { ...seen, beganAt } });
    expect(report.at).toBe(beganAt);
    expect(report.body).toMatchObject(seen);
    expect(parseEnvelope(report)).toEqual({ ok: true, envelope: report });
    expect(buildRoomReport([attempt(true)], context).body).not.toHaveProperty('everyoneSeenMs');
  });

  it('says what to do about those that were not seen, once', () => {
    const { advice } = buildRoomReport([attempt(false), attempt(false)], context).body.headline;
    expect(advice).toEqual([expect.stringContaining('without that candidate')]);
  });
});
