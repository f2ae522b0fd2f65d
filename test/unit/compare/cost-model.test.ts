import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measuredCosts, type ServerCost } from '../../../compare/constants.ts';
import { gigabytesPerHour, type RoomShape, roomCost } from '../../../compare/cost-model.ts';
import { crossing, crossings, largestWithin } from '../../../compare/crossings.ts';
import { type MediaRates, mediaRates, onTheWire } from '../../../compare/media-rates.ts';
import { paths } from '../../../contract/basics.ts';
import { plan } from './sample-comparison.ts';

/** Round figures, so that every cell below can be checked by hand. */
const rates: MediaRates = {
  video: { kbps: 200, packetsPerSec: 30 },
  audio: { kbps: 50, packetsPerSec: 50 },
  mix: { kbps: 60, packetsPerSec: 50 },
  framesPerSec: 10,
  pixels: 320 * 180,
};
const room = (path: RoomShape['path'], participants: number, more: Partial<RoomShape> = {}): RoomShape => ({
  path,
  participants,
  rates,
  ...more,
});

describe('mediaRates', () => {
  it('adds headers to what the encoders produce', () => {
    // 300 kbit/s at 15 a second: 2 500 bytes a picture, 2.212 + 0.5 packets, 40.7 a second with 52 bytes of headers.
    const { video, audio } = mediaRates(plan.media);
    expect(video.packetsPerSec).toBeCloseTo(40.69, 1);
    expect(video.kbps).toBeCloseTo(300 + (40.69 * 52 * 8) / 1000, 1);
    // 50 packets with 12 + 12 + 16 bytes of headers.
    expect(audio).toEqual({ kbps: 28 + 16, packetsPerSec: 50 });
  });

  it('a small picture is one packet, and no sound is no sound', () => {
    const media = { ...plan.media, maxVideoKbps: 30, audio: false };
    const { video, audio } = mediaRates(media);
    expect(video.packetsPerSec).toBe(15);
    expect(audio).toEqual({ kbps: 0, packetsPerSec: 0 });
  });
});

describe('roomCost', () => {
  // Between browsers 10 kbit/s of feedback per connection and direction, with a server 1; see cost-model.ts.
  it.each([
    [2, 260, 260, 1, 1],
    [4, 780, 780, 3, 3],
    [8, 1820, 1820, 7, 7],
  ])('mesh of %i: (N−1)·b up and down, an encoder and a decoder for each other', (n, up, down, enc, dec) => {
    const { client, server, turn, paidKbps } = roomCost(room('mesh', n));
    expect(client).toMatchObject({ upKbps: up, downKbps: down, connections: n - 1 });
    expect(client).toMatchObject({ encodedFps: 10 * enc, decodedFps: 10 * dec });
    expect([server, turn, paidKbps]).toEqual([null, null, 0]);
  });

  it.each([
    // n, up = 250 + (n−1), down = 250(n−1) + 1, in = n·up, out = n·down, packets = n(n−1)·80
    [2, 251, 251, 502, 502, 160],
    [4, 253, 751, 1012, 3004, 960],
    [8, 257, 1751, 2056, 14008, 4480],
  ])('sfu of %i: one stream up, all others down', (n, up, down, inKbps, outKbps, packetsPerSec) => {
    const { client, server } = roomCost(room('sfu', n));
    expect(client).toMatchObject({ upKbps: up, downKbps: down, connections: n, encodedFps: 10 });
    expect(server).toMatchObject({ inKbps, outKbps, packetsPerSec });
  });

  it('an sfu that shows two of nine forwards two streams to each', () => {
    const { client, server } = roomCost(room('sfu', 10, { shown: 2 }));
    expect(client.downKbps).toBe(2 * 250 + 1);
    expect(client.decodedFps).toBe(20);
    expect(server?.packetsPerSec).toBe(10 * 2 * 80);
  });

  it('a mixer takes the same of each however many there are', () => {
    const [small, large] = [roomCost(room('mcu', 2)), roomCost(room('mcu', 40))];
    expect(small.client).toEqual(large.client);
    expect(small.client).toMatchObject({ upKbps: 51, downKbps: 61, connections: 1, encodedFps: 0 });
    const { base, perParticipant } = measuredCosts.mcu;
    expect(large.server?.cpuPercent).toBeCloseTo(base + 40 * perParticipant);
  });

  it('a relay hands out what the mesh sends', () => {
    const { client, turn, paidKbps } = roomCost(room('relay', 4));
    expect(client).toEqual(roomCost(room('mesh', 4)).client);
    // 12 links, each 250 + 10 kbit/s in 80 + 20 packets.
    expect(turn).toMatchObject({ outKbps: 12 * 260, packetsPerSec: 12 * 100 });
    // 4 bytes of ChannelData, 28 of IP and UDP.
    expect(paidKbps).toBeCloseTo(12 * (260 + (100 * 32 * 8) / 1000));
  });

  it('a quarter of a mesh that needs a relay passes it once', () => {
    const { turn } = roomCost(room('mesh', 4, { relayedShare: 0.25 }));
    expect(turn).toMatchObject({ outKbps: 0.25 * 12 * 260, packetsPerSec: 0.25 * 12 * 100 });
  });

  it('bots of a mesh send no feedback, and nobody sends it to them', () => {
    // 3 × 250, and the 10 of the 2 links between the browsers, over 4 participants.
    expect(roomCost(room('mesh', 4, { bots: 2 })).client.upKbps).toBeCloseTo(750 + 20 / 4);
  });

  it('never shrinks when somebody joins', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.integer({ min: 2, max: 999 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (path, n, relayedShare) => {
          const [less, more] = [n, n + 1].map((participants) =>
            roomCost(room(path, participants, { relayedShare })),
          );
          expect(more?.client.downKbps).toBeGreaterThanOrEqual(less?.client.downKbps ?? 0);
          expect(more?.paidKbps).toBeGreaterThanOrEqual(less?.paidKbps ?? 0);
          expect(more?.client.cpuPercent).toBeGreaterThanOrEqual(less?.client.cpuPercent ?? 0);
          expect(more?.server?.cpuPercent ?? 0).toBeGreaterThanOrEqual(less?.server?.cpuPercent ?? 0);
          expect(more?.turn?.cpuPercent ?? 0).toBeGreaterThanOrEqual(less?.turn?.cpuPercent ?? 0);
        },
      ),
    );
  });

  it('what is sent is received', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('mesh', 'relay', 'sfu', 'mcu' as const),
        fc.integer({ min: 2, max: 200 }),
        (path, n) => {
          const { client, server } = roomCost(room(path, n));
          const [sent, received] = [n * client.upKbps, n * client.downKbps];
          expect(sent + (server?.outKbps ?? 0)).toBeCloseTo(received + (server?.inKbps ?? 0), 5);
        },
      ),
    );
  });
});

/** With an embedded SFU that takes so much. */
const sfuCosts = (embedded: ServerCost) => ({ ...measuredCosts, sfu: { ...measuredCosts.sfu, embedded } });

describe('processor time of a server', () => {
  const cost: ServerCost = { base: 4, perParticipant: 1, perThousandPackets: 10 };
  const cpuOf = (participants: number) =>
    roomCost(room('sfu', participants), sfuCosts(cost)).server?.cpuPercent;

  it('is waking, in the time that forwarding leaves', () => {
    // 160 packets a second: 1.6 % of forwarding, and 6 % of waking in the other 98.4 %.
    expect(cpuOf(2)).toBeCloseTo(1.6 + 0.984 * 6);
    // 4 480: 44.8 %, and 12 % in the other 55.2 %.
    expect(cpuOf(8)).toBeCloseTo(44.8 + 0.552 * 12);
  });

  it('is all forwarding where that takes a core or more', () => {
    // 100 · 99 · 80 packets.
    expect(cpuOf(100)).toBeCloseTo(7_920);
  });

  it('a TURN server is woken by those who are relayed', () => {
    const turn = { ...measuredCosts.turn, udp: cost };
    const { turn: relayed } = roomCost(room('mesh', 4, { relayedShare: 0.5 }), { ...measuredCosts, turn });
    // 6 links of 100 packets: 6 %; 4 + 2 · 1 % in the other 94 %.
    expect(relayed?.cpuPercent).toBeCloseTo(6 + 0.94 * 6);
  });
});

describe('crossings', () => {
  const mcu = { base: 0, perParticipant: 2.15 };
  const limits = { upKbps: 2_000, downKbps: 10_000, cpuPercent: 1_000 };

  it('the mesh ends where the uplink does: floor(2000 / 260) + 1', () => {
    const mesh = largestWithin((n) => room('mesh', n), limits);
    expect(mesh).toEqual({ participants: 8, bound: 'up' });
  });

  it('an sfu ends where the downlink does: 250(N−1) + 1 ≤ 10 000', () => {
    expect(largestWithin((n) => room('sfu', n), limits)).toEqual({ participants: 40, bound: 'down' });
    // With four of them: 4 + 5·0.8 + 10·0.2 + 40·0.2 = 18 % of a core, however many there are.
    const client = { base: 4, perConnection: 0.8, perEncodedFrame: 0.2, perDecodedFrame: 0.2 };
    const costs = { ...measuredCosts, client };
    const four = (n: number) => room('sfu', n, { shown: 4 });
    expect(largestWithin(four, limits, costs)).toEqual({ participants: 1_000, bound: null });
    expect(largestWithin(four, { ...limits, cpuPercent: 17 }, costs)).toEqual({
      participants: 4,
      bound: 'cpu',
    });
  });

  it('mixing beats forwarding sound from where 50 packets each way times N−1 cost more than one mix', () => {
    const costs = { ...sfuCosts({ base: 0, perParticipant: 0, perThousandPackets: 2 }), mcu };
    // 0.1·(N−1) > 2.15, so N − 1 > 21.5.
    const { audioServerCpu } = crossings({ rates, limits, relayedShare: 0, shown: 1_000 }, costs);
    expect(audioServerCpu).toBe(23);
  });

  it('names the number from which on it holds, not one where fixed costs turn it round', () => {
    const isDearer = (n: number): boolean => n === 2 || n >= 10;
    const fake = crossing(
      (n) => room('mesh', n, { relayedShare: isDearer(n) ? 1 : 0 }),
      (n) => room('mesh', n, { relayedShare: 0.5 }),
      ({ paidKbps }) => paidKbps,
    );
    expect(fake).toBe(10);
    expect(
      crossing(
        (n) => room('mesh', n),
        (n) => room('sfu', n),
        ({ paidKbps }) => paidKbps,
      ),
    ).toBeNull();
    expect(
      crossing(
        (n) => room('sfu', n),
        (n) => room('mesh', n),
        ({ paidKbps }) => paidKbps,
      ),
    ).toBe(2);
  });
});

describe('prices', () => {
  it('counts IP and UDP headers', () => {
    expect(onTheWire({ kbps: 100, packetsPerSec: 100 })).toBeCloseTo(100 + 22.4);
  });
  it('1 Mbit/s is 0.45 GB an hour', () => {
    expect(gigabytesPerHour(1_000)).toBeCloseTo(0.45);
  });
});
