/** Bots in a room with the embedded SFU: they send, count what comes, and report every time the room takes its path. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../contract/config.ts';
import { usualMedia } from '../../contract/participant.ts';
import { type RoomReport, roomReportSchema } from '../../contract/room-report.ts';
import { Bot } from '../../rooms/bot/io/bot.ts';
import { changePath, createRoom, joinRoom } from '../../rooms/io/room-api.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { buildSfuProcess } from './echo-build.ts';

let service: RunningService;
const bots: Bot[] = [];
beforeEach(async () => {
  buildSfuProcess();
  const config = serveConfigSchema.parse({ port: 0, store: ':memory:', stun: { enabled: false } });
  service = await startService(config, { logTo: { write: () => {} } });
});
afterEach(async () => {
  for (const bot of bots.splice(0)) bot.stop();
  await service.close();
});

describe('three bots', () => {
  it('get packets of each other without loss, at the rate that was ordered, on every path anew', async () => {
    const path = { kind: 'sfu', server: 'embedded' } as const;
    const { room, joinToken } = await createRoom(service.url, { path, size: 4 });
    const reports: RoomReport[] = [];
    let wake = (): void => undefined;
    const order = { others: 2, media: usualMedia, warmUpSec: 0.1, holdSec: 0.6, limitSec: 30 };
    for (const name of ['a', 'b', 'c']) {
      bots.push(
        await Bot.join({
          service: service.url,
          room: room.id,
          token: joinToken,
          order: { ...order, name },
          onReport: async (report) => {
            reports.push(report);
            wake();
          },
        }),
      );
    }
    const until = async (count: number): Promise<RoomReport[]> => {
      while (reports.length < count) {
        await new Promise<void>((resume) => {
          wake = resume;
        });
      }
      return reports.slice(-3);
    };
    const check = (three: readonly RoomReport[]): void => {
      expect(new Set(three.map(({ body }) => body.member)).size).toBe(3);
      for (const report of three) {
        expect(roomReportSchema.parse(report)).toEqual(report);
        const { attempts, traffic, everyoneSeenMs } = report.body;
        expect(attempts).toHaveLength(2);
        for (const attempt of attempts) {
          expect(attempt).toMatchObject({ rung: 'S5', succeeded: true, media: { packetsLost: 0 } });
          expect(attempt.pairs[0]?.selected).toBe(true);
        }
        expect(everyoneSeenMs).toBeGreaterThan(0);
        // Pictures of 300 kbit/s and some sound; twice as much comes as goes.
        expect(traffic?.up.kbps).toBeGreaterThan(150);
        expect((traffic?.down.kbps ?? 0) / (traffic?.up.kbps ?? 1)).toBeGreaterThan(1.5);
      }
    };
    check(await until(3));
    const mover = await joinRoom({ service: service.url, room: room.id, token: joinToken, kind: 'bot' });
    await changePath(mover, path);
    check(await until(6));
    expect(reports).toHaveLength(6);
  });
});
