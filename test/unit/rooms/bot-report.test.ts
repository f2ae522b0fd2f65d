import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../../contract/envelope.ts';
import { type BotContext, type BotLink, botReport } from '../../../rooms/bot/bot-report.ts';

const link: BotLink = {
  id: 'sfu-down-a-0',
  link: 'down.a',
  from: 'a',
  connectedMs: 80,
  firstPacketMs: 120,
  received: 90,
  lost: 2,
  pair: null,
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

  it.each([
    [{ firstPacketMs: null }, 'S3', 'media-missing'],
    [{ connectedMs: null, firstPacketMs: null }, 'S0', 'ice-failed'],
  ] as const)('%j is %s', (over, rung, code) => {
    const report = botReport([link, { ...link, ...over, id: 'b' }], context);
    expect(parseEnvelope(report)).toEqual({ ok: true, envelope: report });
    expect(report.body.headline.status).toBe('limited');
    expect(report.body.attempts[1]).toMatchObject({
      rung,
      succeeded: false,
      setupMs: null,
      failure: { code },
    });
  });
});
