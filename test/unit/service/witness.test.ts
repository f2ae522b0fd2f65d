import { afterEach, describe, expect, it } from 'vitest';
import { type WitnessSession, witnessRecordSchema, witnessSessionSchema } from '../../../contract/witness.ts';
import { WitnessDesk } from '../../../service/witness/witness-desk.ts';
import type { PeerRecord, PeerWitness } from '../../../turn/io/peer-witness.ts';
import type { WitnessSighting } from '../../../turn/server/witness-log.ts';
import { bearer, startTestApp, type TestApp, testToken } from './test-app.ts';

let t: TestApp;
afterEach(() => t?.close());

async function open(remoteAddress = '192.0.2.7'): Promise<WitnessSession> {
  const reply = await t.app.inject({ method: 'POST', url: '/api/witness', remoteAddress });
  expect(reply.statusCode).toBe(200);
  return witnessSessionSchema.parse(reply.json());
}

async function read(id: string, token: string | null) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  return t.app.inject({ method: 'GET', url: `/api/witness/${id}`, headers });
}

describe('a witness session over HTTP', () => {
  it('is open to everybody, and names the server that it watches', async () => {
    t = await startTestApp({ token: testToken });
    const session = await open();
    expect(session.stun).toBe('stun:127.0.0.1:3478');
    const reply = await read(session.id, session.token);
    expect(witnessRecordSchema.parse(reply.json())).toEqual({
      watched: [{ address: '127.0.0.1', port: 3478 }],
      complete: true,
      sightings: [],
    });
  });

  it('is read by its own token only, and nobody learns which sessions exist', async () => {
    t = await startTestApp({ token: testToken });
    const [mine, theirs] = [await open(), await open()];
    const refused = [
      await read(mine.id, null),
      await read(mine.id, theirs.token),
      await read(mine.id, bearer.authorization.slice('Bearer '.length)),
      await read('w-of-nobody', mine.token),
    ];
    for (const reply of refused) {
      expect(reply.statusCode).toBe(404);
      expect(reply.json()).toMatchObject({ error: { code: 'not-found' } });
    }
    expect(mine.prefix).not.toBe(theirs.prefix);
  });

  it('is there eight times for one address, and for one IPv6 network', async () => {
    t = await startTestApp({ token: testToken });
    const ask = (remoteAddress: string) =>
      t.app.inject({ method: 'POST', url: '/api/witness', remoteAddress });
    for (const address of ['192.0.2.7', '2001:db8::1']) {
      for (let n = 0; n < 8; n += 1) expect((await ask(address)).statusCode).toBe(200);
    }
    expect((await ask('192.0.2.7')).statusCode).toBe(429);
    expect((await ask('2001:db8::99')).statusCode).toBe(429);
    expect((await ask('192.0.2.8')).statusCode).toBe(200);
  });

  it('is not there where no STUN server runs', async () => {
    t = await startTestApp({ token: testToken, embeddedStun: null });
    expect((await t.app.inject({ method: 'POST', url: '/api/witness' })).statusCode).toBe(404);
  });

  it('names the address that the caller used where the server listens on every one', async () => {
    const endpoint = { address: '0.0.0.0', port: 3478 };
    const embeddedStun = {
      ...endpoint,
      rfc5780: false,
      link: null,
      peerWitness: null,
      endpoints: [endpoint],
    };
    t = await startTestApp({ token: testToken, embeddedStun });
    const { id, token } = await open();
    expect((await read(id, token)).json()).toMatchObject({ watched: [{ address: '127.0.0.1', port: 3478 }] });
  });
});

describe('the desk', () => {
  it('forgets a session after two minutes, and has room again', async () => {
    let nowMs = 0;
    const desk = new WitnessDesk({ now: () => new Date(nowMs), nowMs: () => nowMs });
    const { id, token, expiresAt } = await desk.open('192.0.2.7', 'stun:a');
    for (let n = 1; n < 8; n += 1) await desk.open('192.0.2.7', 'stun:a');
    expect(expiresAt).toBe('1970-01-01T00:02:00.000Z');
    await expect(desk.open('192.0.2.7', 'stun:a')).rejects.toThrow();
    nowMs = 119_999;
    expect((await desk.read(id, token, [])).complete).toBe(true);
    nowMs = 120_000;
    await expect(desk.read(id, token, [])).rejects.toThrow();
    expect((await desk.open('192.0.2.7', 'stun:a')).id).not.toBe(id);
  });

  const at = { address: '203.0.113.10', port: 3478 };
  const there = { address: '203.0.113.20', port: 3479 };
  const from = { address: '198.51.100.7', port: 40_000 };
  const idOf = (session: WitnessSession, n: number) =>
    Uint8Array.from(Buffer.from(`${session.prefix}00000000000${n}`, 'hex'));

  it('settles by the linked host what that was told to do, and adds what came to it', async () => {
    const desk = new WitnessDesk({ now: () => new Date(0), nowMs: () => 0 });
    const record: PeerRecord = { complete: true, sightings: [] };
    const sightings: WitnessSighting[] = [];
    const peer: PeerWitness = {
      endpoints: [there],
      watch: async () => true,
      read: async () => ({ ...record, sightings }),
    };
    const session = await desk.open('192.0.2.7', 'stun:a', peer);
    const ids = [1, 2, 3].map((n) => idOf(session, n));
    const [done, lost, direct] = ids.map((id) => Buffer.from(id).toString('hex'));
    for (const id of ids.slice(0, 2)) {
      const sighting = desk.log.arrived(0, id, at, from);
      if (sighting !== null) sighting.answer = 'elsewhere';
    }
    const left = { atMs: 0, at, from, answer: 'left', answeredFrom: there } as const;
    sightings.push({ ...left, id: done ?? '' }, { ...left, id: direct ?? '', at: there });
    expect(await desk.read(session.id, session.token, [at])).toEqual({
      watched: [at, there],
      complete: true,
      sightings: [
        { ...left, id: done },
        { ...left, id: lost, answer: 'none', answeredFrom: null },
        { ...left, id: direct, at: there },
      ],
    });
  });

  it('speaks for its own host only where the linked one cannot watch, or does not answer', async () => {
    const desk = new WitnessDesk({ now: () => new Date(0), nowMs: () => 0 });
    for (const watches of [false, true]) {
      const peer = { endpoints: [there], watch: async () => watches, read: async () => null };
      const { id, token } = await desk.open('192.0.2.7', 'stun:a', peer);
      expect(await desk.read(id, token, [at])).toMatchObject({ watched: [at] });
    }
  });
});
