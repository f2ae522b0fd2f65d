/** A room whose path is the embedded SFU, from HTTP to RTP: the client library, signalling, the SFU’s process. */
import { readdirSync, readFileSync } from 'node:fs';
import nodeDataChannel, { type Track } from 'node-datachannel';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { serveConfigSchema } from '../../contract/config.ts';
import type { RoomTicket } from '../../contract/room.ts';
import { publisherOf, upLink } from '../../contract/room-roles.ts';
import { NativeConnection } from '../../rooms/bot/io/native-connection.ts';
import type { PeerLink } from '../../rooms/io/peer-link.ts';
import { joinRoom } from '../../rooms/io/room-api.ts';
import { RoomClient } from '../../rooms/io/room-client.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { isRtcp } from '../../service/sfu/rtp/rtp-header.ts';
import { rtpPacket } from '../unit/service/sfu/rtp-packet.ts';
import { buildSfuProcess } from './echo-build.ts';

let service: RunningService;
const undo: (() => void)[] = [];

beforeAll(() => buildSfuProcess(), 90_000);
beforeEach(async () => {
  const config = serveConfigSchema.parse({ port: 0, store: ':memory:', stun: { enabled: false } });
  service = await startService(config, { logTo: { write: () => {} } });
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) step();
  await service.close();
});

class Bot {
  readonly member: string;
  readonly heard: string[] = [];
  readonly client: RoomClient<NativeConnection>;
  #up: Track | null = null;
  /** The library’s objects live only as long as something in JavaScript holds them. */
  readonly #down: Track[] = [];
  #sequence = 0;

  private constructor(joined: Awaited<ReturnType<typeof joinRoom>>) {
    this.member = joined.member;
    this.client = new RoomClient<NativeConnection>({
      membership: joined,
      ice: joined.ice,
      openSocket: (url) => new WebSocket(url),
      createConnection: () => new NativeConnection('127.0.0.1'),
      prepare: (link) => this.#prepare(link),
    });
    undo.push(() => this.client.stop());
    this.client.start();
  }

  static async enter({ room, joinToken }: RoomTicket): Promise<Bot> {
    return new Bot(await joinRoom({ service: service.url, room: room.id, token: joinToken, kind: 'bot' }));
  }

  #prepare({ name, connection: { native } }: PeerLink<NativeConnection>): void {
    if (name === upLink) {
      const video = new nodeDataChannel.Video('video', 'SendOnly');
      video.addVP8Codec(96);
      video.addSSRC(7, this.member);
      this.#up = native.addTrack(video);
      return;
    }
    native.onTrack((track) => {
      this.#down.push(track);
      track.onMessage((bytes) => {
        if (!isRtcp(bytes)) this.heard.push(`${publisherOf(name)}: ${bytes.subarray(12).toString()}`);
      });
    });
  }

  send(text: string): void {
    if (this.#up === null || !this.#up.isOpen()) return;
    this.#sequence += 1;
    const packet = rtpPacket({ sequence: this.#sequence, ssrc: 7, payload: text });
    try {
      this.#up.sendMessageBinary(Buffer.from(packet));
    } catch (error) {
      // The library’s thread closes it between the look and the call, as the room’s process dies; it recovers.
      if (!/not open/.test(String(error))) throw error;
    }
  }
}

/** Both send until both have heard it. */
async function talk(a: Bot, b: Bot, text: string): Promise<void> {
  const hears = (one: Bot, other: Bot) => one.heard.includes(`${other.member}: ${text}`);
  const giveUpAtMs = performance.now() + 20_000;
  while (!hears(a, b) || !hears(b, a)) {
    if (performance.now() > giveUpAtMs)
      throw new Error(`${text}: ${a.heard.length}, ${b.heard.length} heard`);
    a.send(text);
    b.send(text);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Processes of rooms that this process has started. */
function roomProcesses(): number[] {
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '),
  );
  return children
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('room-process'))
    .map(Number);
}

async function openRoom(): Promise<RoomTicket> {
  const reply = await fetch(new URL('/api/rooms', service.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: { kind: 'sfu' } }),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as RoomTicket;
}

describe('a room with the embedded SFU', () => {
  it('carries media between its members, who recover by themselves when its process dies; another room notices nothing', async () => {
    const [dying, living] = [await openRoom(), await openRoom()];
    const [a, b] = [await Bot.enter(dying), await Bot.enter(dying)];
    await talk(a, b, 'before');
    const [pid, ...others] = roomProcesses();
    expect(others).toEqual([]);
    if (pid === undefined) throw new Error('no process');
    const [c, d] = [await Bot.enter(living), await Bot.enter(living)];
    await talk(c, d, 'before');
    const linksOf = () => [c, d].flatMap(({ client }) => client.links);
    const kept = linksOf();
    expect(kept).toHaveLength(4);
    process.kill(pid, 'SIGKILL');
    await talk(c, d, 'meanwhile');
    await talk(a, b, 'after');
    // The very same connections, not others in their place.
    expect(linksOf().map((link, at) => link === kept[at])).toEqual([true, true, true, true]);
    expect(roomProcesses()).not.toContain(pid);
    expect(roomProcesses()).toHaveLength(2);
  });
});
