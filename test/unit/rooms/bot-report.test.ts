import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../contract/envelope.ts';
import { type BotContext, type BotLink, botReport } from '../../../rooms/bot/bot-report.ts';
import { uncountedPair } from '../../../rooms/bot/uncounted-pair.ts';

const link: BotLink = {
  id: 'sfu-down-a-0',
  link: 'down.a',
  from: 'a',
  hasCandidate: true,
  connectedMs: 80,
  echoRttsMs: [],
  firstPacketMs: 120,
  received: 90,
  lost: 2,
  pair: null,
  problem: null,
};
const context: BotContext = {
  toolVersion: '9.9.9',
  room: { id: 'room', path: { kind: 'sfu', server: 'embedded' }, size: 3 },
  member: 'me',
  beganAt: '2026-01-01T12:00:00.000Z',
  durationMs: 5_000,
  everyoneSeenMs: 300,
  traffic: null,
};

describe('the report of a bot', () => {
  it('claims no decoded picture', () => {
    const report = botReport([link], context);
    expect(parseEnvelope(report)).toEqual({ ok: true, envelope: report });
    expect(report.body.headline.status).toBe('good');
    expect(report.body.attempts).toMatchObject([
      {
        rung: 'S5',
        wanted: 'S5',
        succeeded: true,
        setupMs: 120,
        media: { framesDecoded: 0, packetsLost: 2 },
      },
    ]);
  });

  const silent = { firstPacketMs: null };
  const apart = { ...silent, connectedMs: null };
  it.each([
    [silent, 'S3', 'media-missing'],
    [{ ...silent, echoRttsMs: [3, 1, 2] }, 'S4', 'media-missing'],
    [apart, 'S1', 'ice-failed'],
    [{ ...apart, hasCandidate: false, problem: 'turn:192.0.2.1: 401' }, 'S0', 'ice-no-candidates'],
  ] as const)('%j is %s', (over, rung, code) => {
    const report = botReport([link, { ...link, ...over, id: 'b' }], context);
    expect(parseEnvelope(report)).toEqual({ ok: true, envelope: report });
    expect(report.body.headline.status).toBe('limited');
    const attempt = report.body.attempts[1];
    expect(attempt).toMatchObject({ rung, succeeded: false, setupMs: null, failure: { code } });
    expect(attempt?.echoRttMs).toBe('echoRttsMs' in over ? 2 : null);
    if ('problem' in over) expect(attempt?.failure?.message).toContain(over.problem);
  });

  it.each([
    ['host', 'relay', true],
    ['relay', 'prflx', true],
    ['host', 'prflx', false],
  ] as const)('a pair %s, %s in a relay room counts: %s', (local, remote, counts) => {
    const end = {
      protocol: 'udp',
      address: '192.0.2.1',
      port: 5000,
      relayProtocol: null,
      url: null,
    } as const;
    const pair = uncountedPair({ local: { ...end, type: local }, remote: { ...end, type: remote } });
    const room = { ...context.room, path: { kind: 'relay', transport: 'udp' } } as const;
    const [attempt] = botReport([{ ...link, pair }], { ...context, room }).body.attempts;
    expect(attempt).toMatchObject({ succeeded: counts, rung: counts ? 'S5' : 'S1' });
    expect(attempt?.failure?.code).toBe(counts ? undefined : 'not-relayed');
  });
});
