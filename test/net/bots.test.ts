/** Bots in a room: they send, count what comes, and report every time the room takes a path. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBotRelay } from '../../cli/compare/bot-relay.ts';
import { usualMedia } from '../../contract/participant.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { type RoomReport, roomReportSchema } from '../../contract/room-report.ts';
import { Bot } from '../../rooms/bot/io/bot.ts';
import { changePath, createRoom, joinRoom } from '../../rooms/io/room-api.ts';
import type { RunningService } from '../../service/server.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { startQuietService } from '../quiet-service.ts';
import { buildSfuProcess } from './echo-build.ts';
import { loopbackSettings, realm, secret, startLoopback } from './turn-stage.ts';

let service: RunningService;
let turn: TurnServerHandle;
const bots: Bot[] = [];
beforeEach(async () => {
  buildSfuProcess();
  const accounts = { realm, users: {}, secrets: [secret] };
  turn = await startLoopback({ settings: { ...loopbackSettings, accounts } });
  const urls = turn.uris.filter((uri) => uri.startsWith('turn:'));
  const server = { label: 'ours', urls, auth: 'secret', username: 'bots', credential: secret };
  service = await startQuietService({ stun: { enabled: false }, servers: [server] });
});
afterEach(async () => {
  for (const bot of bots.splice(0)) bot.stop();
  await service.close();
  await turn.close();
});

describe('three bots', () => {
  it('get packets of each other on every path anew, and tell what came, what went and which way', async () => {
    const sfu: RoomPath = { kind: 'sfu', server: 'embedded' };
    const { room, joinToken } = await createRoom(service.url, { path: sfu, size: 4 });
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
          openRelay: openBotRelay,
          onReport: async (report) => {
            reports.push(report);
            wake();
          },
        }),
      );
    }
    /** Of all three, about the path that the room took last. */
    const nextThree = async (): Promise<RoomReport[]> => {
      while (reports.length < 3) {
        await new Promise<void>((resume) => {
          wake = resume;
        });
      }
      return reports.splice(0);
    };
    const check = (three: readonly RoomReport[], path: RoomPath): void => {
      expect(new Set(three.map(({ body }) => body.member)).size).toBe(3);
      for (const report of three) {
        expect(roomReportSchema.parse(report)).toEqual(report);
        const { attempts, traffic, everyoneSeenMs, room: where } = report.body;
        expect(where.path).toEqual(path);
        expect(attempts).toHaveLength(2);
        for (const attempt of attempts) {
          expect(attempt).toMatchObject({ rung: 'S5', succeeded: true });
          const { packetsLost = 0, packetsReceived = 0 } = attempt.media ?? {};
          // Full buffers of a busy machine lose some.
          expect(packetsLost).toBeLessThanOrEqual(packetsReceived / 20);
          // Between members there is a data channel, too.
          expect(attempt.echoCount > 0, path.kind).toBe(path.kind !== 'sfu');
          const [pair] = attempt.pairs;
          const ends = [pair?.local.type, pair?.remote.type];
          if (path.kind !== 'relay') expect(ends).not.toContain('relay');
          else {
            expect([...ends, attempt.transport]).toEqual(['relay', 'relay', path.transport]);
            expect(pair?.local.port).not.toBe(pair?.remote.port);
          }
        }
        expect(everyoneSeenMs).toBeGreaterThan(0);
        // Each pause of a busy machine costs frames, so this is far below what was ordered.
        expect(traffic?.down.kbps).toBeGreaterThan(60);
      }
      // As much goes to each other member, or once for all; up to an SFU it may begin later than what comes down.
      const ups = three.map(({ body }) => body.traffic?.up.kbps ?? 0);
      if (path.kind === 'sfu') expect(Math.max(...ups)).toBeGreaterThan(30);
      else expect(Math.min(...ups)).toBeGreaterThan(60);
    };
    check(await nextThree(), sfu);
    const mover = await joinRoom({ service: service.url, room: room.id, token: joinToken, kind: 'bot' });
    const take = async (path: RoomPath): Promise<void> => {
      await changePath(mover, path);
      check(await nextThree(), path);
    };
    await take(sfu);
    await take({ kind: 'mesh' });
    expect(turn.traffic.toPeers).toBe(0);
    for (const transport of ['udp', 'tcp'] as const) {
      const before = turn.traffic.toPeers;
      await take({ kind: 'relay', transport });
      // None of the six links is a relay in name only.
      expect(turn.traffic.toPeers - before).toBeGreaterThan(10_000);
    }
    expect(reports).toEqual([]);
  });

  it('say why there is no relay', async () => {
    await turn.close();
    const path: RoomPath = { kind: 'relay', transport: 'tcp' };
    const { room, joinToken } = await createRoom(service.url, { path, size: 2 });
    const order = { others: 1, media: usualMedia, warmUpSec: 0, holdSec: 0.1, limitSec: 1 };
    const joined = ['a', 'b'].map(
      (name) =>
        new Promise<RoomReport>((resolve, reject) => {
          Bot.join({
            service: service.url,
            room: room.id,
            token: joinToken,
            order: { ...order, name },
            openRelay: openBotRelay,
            onReport: async (report) => resolve(report),
          }).then((bot) => bots.push(bot), reject);
        }),
    );
    for (const { body } of await Promise.all(joined)) {
      expect(body.attempts).toMatchObject([{ rung: 'S0', failure: { code: 'ice-no-candidates' } }]);
      expect(body.attempts[0]?.failure?.message).toMatch(
        /turn:127\.0\.0\.1:\d+\?transport=tcp: .*ECONNREFUSED/,
      );
    }
  });
});
