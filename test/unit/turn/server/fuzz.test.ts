/** Hostile bytes and many short lives: no throw, no growth, no large answers, and the service goes on. */
import { describe, expect, it } from 'vitest';
import { seededBytes, seededRandom } from '../../../../scenarios/sim/seeded-random.ts';
import { methods } from '../../../../stun/index.ts';
import { usedBytes } from './heap.ts';
import {
  Client,
  clientAt,
  peerAt,
  peerAttribute,
  Stage,
  sendIndication,
  text,
  transportUdp,
} from './stage.ts';

/** The whole run of a million: `npm run fuzz:turn`. */
const datagrams = Number(process.env['POLYNYA_FUZZ_DATAGRAMS'] ?? 100_000);

/** Tables that are not full yet and compiled code; a leak of a few bytes each would be more. */
const growthBytes = 2 ** 20;

const unlimited = { perSecond: 1_000_000, burst: 1_000_000 };

/** One to four changes: bits, bytes, lengths, cuts, insertions. */
function mutated(bytes: Uint8Array, random: () => number, more: (size: number) => Uint8Array): Uint8Array {
  let out: Uint8Array = Uint8Array.from(bytes);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let changes = 1 + pick(4); changes > 0; changes -= 1) {
    const at = pick(Math.max(1, out.length));
    switch (pick(6)) {
      case 0:
        out[at] = (out[at] ?? 0) ^ (1 << pick(8));
        break;
      case 1:
        out[at] = pick(256);
        break;
      case 2:
        out = out.slice(0, at);
        break;
      case 3:
        out = Uint8Array.of(...out.slice(0, at), ...more(1 + pick(40)), ...out.slice(at));
        break;
      case 4:
        out[2] = pick(256);
        break;
      default:
        out[3] = pick(256);
    }
  }
  return out;
}

function seedsOf(client: Client): Uint8Array[] {
  client.login();
  const data = { name: 'DATA', value: text('some payload') } as const;
  return [
    client.dressed(methods.binding, [], { bare: true }),
    client.dressed(methods.allocate, [transportUdp], { bare: true }),
    client.dressed(methods.allocate, [transportUdp, { name: 'EVEN-PORT', value: { reserve: true } }]),
    client.dressed(methods.refresh, [{ name: 'LIFETIME', value: 0 }], { fingerprint: true }),
    client.dressed(methods.createPermission, [peerAttribute(peerAt)]),
    client.dressed(methods.channelBind, [{ name: 'CHANNEL-NUMBER', value: 0x4001 }, peerAttribute(peerAt)]),
    sendIndication([peerAttribute(peerAt), data]),
    Uint8Array.of(0x40, 0, 0, 12, ...text('some payload')),
  ];
}

describe('mutated bytes', () => {
  it('many datagrams: answers stay small, the allocation lives, logins work', { timeout: 900_000 }, () => {
    const stage = new Stage({ limits: unlimited });
    const client = new Client(stage);
    const seeds = seedsOf(client);
    client.relayed();
    client.bind(0x4000, peerAt);
    const random = seededRandom(5);
    const more = seededBytes(6);
    let answered = 0;
    let largest = 0;
    const strange = { asked: 0, answered: 0 };
    let settledBytes = 0;
    for (let i = 0; i < datagrams; i += 1) {
      const bytes = mutated(seeds[i % seeds.length] ?? seeds[0] ?? new Uint8Array(0), random, more);
      const strangers = { ...clientAt, port: 1024 + (i % 50) };
      const from = i % 2 === 0 ? client.at : strangers;
      const sent = stage.sends(() => stage.input({ kind: 'received', socket: client.socket, from, bytes }));
      answered += sent.length;
      for (const each of sent) largest = Math.max(largest, each.bytes.length);
      if (from === strangers) {
        strange.asked += bytes.length;
        for (const each of sent) strange.answered += each.bytes.length;
      }
      if (i % 1000 === 0) {
        stage.nowMs += 1000;
        stage.sent.length = 0;
        stage.ignored.length = 0;
        stage.events.length = 0;
        stage.closed.length = 0;
      }
      if (i === datagrams / 2) settledBytes = usedBytes();
    }
    expect(usedBytes() - settledBytes).toBeLessThan(growthBytes);
    expect(answered).toBeGreaterThan(1000);
    expect(largest).toBeLessThan(256);
    expect(strange.answered).toBeLessThan(2 * strange.asked);
    expect(stage.server.census.allocations).toBeLessThanOrEqual(2);
    expect(new Client(stage, { at: { address: '93.184.216.77', port: 9 } }).allocate().code).toBe(0);
  });

  it('20,000 stream chunks on 200 streams: each stream lives or is closed, nothing is left', {
    timeout: 120_000,
  }, () => {
    const stage = new Stage({ limits: unlimited });
    const seeds = seedsOf(new Client(stage));
    const random = seededRandom(7);
    const more = seededBytes(8);
    for (let stream = 0; stream < 200; stream += 1) {
      const socket = `tcp:0:${stream}`;
      const client = new Client(stage, { socket, at: { ...clientAt, port: 2000 + stream } });
      if (stream % 4 === 0) client.allocate();
      for (let chunk = 0; chunk < 100; chunk += 1) {
        const seed = seeds[chunk % seeds.length] ?? new Uint8Array(0);
        client.send(random() < 0.9 ? seed : mutated(seed, random, more));
      }
      stage.sent.length = 0;
    }
    expect(stage.closed.length).toBeGreaterThan(100);
    stage.pass(3_700_000);
    expect(stage.server.census).toEqual({ allocations: 0, users: 0, reservations: 0, streams: 0 });
    expect(stage.open.size).toBe(0);
    expect(new Client(stage, { socket: 'tcp:0:fresh' }).allocate().code).toBe(0);
  });

  it('datagrams of strangers to a relayed port reach nobody', () => {
    const stage = new Stage();
    const client = new Client(stage);
    const relayed = client.relayed();
    client.permit(peerAt);
    const more = seededBytes(9);
    for (let i = 0; i < 5000; i += 1) {
      const stranger = { address: `203.0.${i >> 8}.${i & 255}`, port: 1024 + i };
      expect(stage.fromPeer(stranger, relayed, more(1 + (i % 200)))).toEqual([]);
    }
  });
});

describe('many short lives', () => {
  it('10,000 allocations come and go: no socket, no port, no deadline is left', { timeout: 120_000 }, () => {
    const stage = new Stage({ limits: unlimited, ports: { first: 50_000, last: 50_001 } });
    for (let i = 0; i < 10_000; i += 1) {
      const client = new Client(stage, { at: { ...clientAt, port: 1024 + (i % 60_000) } });
      client.relayed();
      expect(client.refresh(0).code).toBe(0);
      stage.nowMs += 10;
      stage.sent.length = 0;
      stage.events.length = 0;
    }
    expect(stage.open.size).toBe(0);
    expect(stage.server.census).toEqual({ allocations: 0, users: 0, reservations: 0, streams: 0 });
    stage.pass(700_000);
    expect(stage.server.nextDeadlineMs()).toBeNull();
  });
});
