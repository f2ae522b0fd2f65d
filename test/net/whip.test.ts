/** WHIP and WHEP on the service, with peers of the native library. */
import Fastify, { type FastifyInstance } from 'fastify';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addErrorHandler } from '../../service/plugins/errors.ts';
import { addValidation } from '../../service/plugins/validation.ts';
import { registerWhip } from '../../service/routes/whip.ts';
import { isRtcp, readRtpHeader } from '../../service/sfu/rtp/rtp-header.ts';
import { rtpPacket } from '../unit/service/sfu/rtp-packet.ts';
import { buildSfuProcess } from './echo-build.ts';

let app: FastifyInstance | null = null;
let peers: PeerConnection[] = [];

beforeAll(() => buildSfuProcess(), 90_000);
afterEach(async () => {
  for (const peer of peers) peer.close();
  peers = [];
  await app?.close();
  app = null;
});

async function start(streams = 2): Promise<string> {
  const made = Fastify();
  app = made;
  addErrorHandler(made, () => {});
  addValidation(made);
  await registerWhip(made, { streams, bindAddress: '127.0.0.1', announce: [] }, (_request, act) => act());
  return made.listen({ host: '127.0.0.1', port: 0 });
}

/** A peer with a picture track of its own payload type, and its whole offer. */
async function offering(direction: 'SendOnly' | 'RecvOnly', payloadType: number) {
  const peer = new nodeDataChannel.PeerConnection('whip', { iceServers: [], bindAddress: '127.0.0.1' });
  peers.push(peer);
  const video = new nodeDataChannel.Video('v', direction);
  video.addVP8Codec(payloadType);
  if (direction === 'SendOnly') video.addSSRC(4711, 'own', 's', 't');
  const track = peer.addTrack(video);
  const offer = await new Promise<string>((resolve) => {
    peer.onGatheringStateChange((state) => {
      if (state === 'complete') resolve(peer.localDescription()?.sdp ?? '');
    });
    peer.setLocalDescription();
  });
  return { peer, track, offer };
}

function opened(track: Track): Promise<void> {
  return new Promise((resolve) => {
    if (track.isOpen()) resolve();
    track.onOpen(() => resolve());
  });
}

function post(url: string, sdp: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: sdp,
    headers: { 'content-type': 'application/sdp', ...headers },
  });
}

async function publish(url: string, stream = 'cam') {
  const { peer, track, offer } = await offering('SendOnly', 120);
  const reply = await post(`${url}/whip/${stream}`, offer);
  expect(reply.status).toBe(201);
  expect(reply.headers.get('content-type')).toContain('application/sdp');
  peer.setRemoteDescription(await reply.text(), 'answer');
  await opened(track);
  return { peer, track, session: new URL(reply.headers.get('location') ?? '', url).href };
}

describe('WHIP and WHEP', () => {
  it('what one publishes another views, each with a payload type of its own', async () => {
    const url = await start();
    const publisher = await publish(url);
    const { peer, track, offer } = await offering('RecvOnly', 101);
    const seen = new Promise<Buffer>((resolve) => {
      track.onMessage((bytes) => {
        if (!isRtcp(bytes)) resolve(bytes);
      });
    });
    const reply = await post(`${url}/whep/cam`, offer);
    expect(reply.status).toBe(201);
    peer.setRemoteDescription(await reply.text(), 'answer');
    await opened(track);
    let sequence = 0;
    const sending = setInterval(() => {
      sequence += 1;
      publisher.track.sendMessageBinary(
        Buffer.from(rtpPacket({ sequence, ssrc: 4711, payloadType: 120, payload: 'picture' })),
      );
    }, 20);
    const packet = await seen;
    clearInterval(sending);
    expect(readRtpHeader(packet)).toMatchObject({ payloadType: 101 });
    expect(packet.subarray(12).toString()).toBe('picture');
  });

  it('a session ends with DELETE; the publisher’s end is the stream’s', async () => {
    const url = await start();
    const publisher = await publish(url);
    const again = await post(`${url}/whip/cam`, (await offering('SendOnly', 96)).offer);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ error: { code: 'stream-taken' } });
    const view = (await offering('RecvOnly', 96)).offer;
    const viewing = await post(`${url}/whep/cam`, view);
    const viewer = new URL(viewing.headers.get('location') ?? '', url).href;
    // One may not end the other’s session through the wrong endpoint.
    expect((await fetch(viewer.replace('whep', 'whip'), { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(viewer, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(viewer, { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(publisher.session, { method: 'DELETE' })).status).toBe(200);
    expect((await post(`${url}/whep/cam`, view)).status).toBe(404);
  });

  it('refuses what it cannot serve, with the reason, and keeps nothing of it', async () => {
    const url = await start(1);
    const { offer } = await offering('SendOnly', 96);
    const bad = async (sdp: string) => {
      const reply = await post(`${url}/whip/cam`, sdp);
      const body = (await reply.json()) as { error: { message: string } };
      return [reply.status, body.error.message] as const;
    };
    expect(await bad('hello')).toEqual([400, expect.stringMatching(/not an SDP/)]);
    expect(await bad(offer.replace('VP8', 'AV1'))).toEqual([400, expect.stringMatching(/no VP8/)]);
    expect(await bad(offer.replace(/sha-256 .*/, 'sha-256 00'))).toEqual([400, expect.stringMatching(/sdp/)]);
    expect((await post(`${url}/whip/cam`, `${offer}${'a=x\r\n'.repeat(20_000)}`)).status).toBe(413);
    expect((await post(`${url}/whip/not%20a%20name`, offer)).status).toBe(400);
    const json = await post(`${url}/whip/cam`, '{}', { 'content-type': 'application/json' });
    expect(json.status).toBe(400);
    // Nothing of this has taken the one place.
    await publish(url);
    const full = await post(`${url}/whip/other`, offer);
    expect([full.status, await full.json()]).toEqual([
      503,
      expect.objectContaining({ error: expect.objectContaining({ code: 'room-limit' }) }),
    ]);
  });

  it('says which methods it knows', async () => {
    const url = await start();
    const options = await fetch(`${url}/whip/cam`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('accept-post')]).toEqual([204, 'application/sdp']);
    for (const method of ['GET', 'PUT', 'PATCH']) {
      expect((await fetch(`${url}/whep/cam`, { method })).status, method).toBe(405);
    }
    const trickle = await fetch(`${url}/whip/cam/x`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/trickle-ice-sdpfrag' },
      body: 'a=ice-ufrag:x\r\n',
    });
    expect([trickle.status, trickle.headers.get('allow')]).toEqual([405, 'DELETE']);
  });
});
