/** The embedded SFU over real sockets: peers of the native library publish and view RTP through its process. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readRtpHeader } from '../../service/sfu/rtp/rtp-header.ts';
import { rtpPacket } from '../unit/service/sfu/rtp-packet.ts';
import { buildSfuProcess } from './echo-build.ts';
import { type Member, Stage } from './sfu-stage.ts';

let stages: Stage[] = [];

function openStage(): Stage {
  const stage = new Stage();
  stages.push(stage);
  return stage;
}

beforeAll(() => buildSfuProcess(), 90_000);
afterEach(async () => {
  await Promise.all(stages.map(async (stage) => stage.close()));
  stages = [];
});

function sendVideo(member: Member, first: number, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const sequence = first + index;
    const fields = {
      sequence,
      timestamp: sequence * 3000,
      ssrc: member.ssrcs.video,
      payload: `v${sequence}`,
    };
    member.send('up', 'video', rtpPacket(fields));
  }
}

function videoOf(viewer: Member, publisher: string) {
  const packets = viewer.media.get(publisher)?.video ?? [];
  return packets.map((bytes) => ({
    ...readRtpHeader(bytes),
    payload: bytes.subarray(12).toString('latin1'),
  }));
}

describe('embedded SFU', () => {
  it('forwards to everybody else under an SSRC of its own, and to nobody what is his own', async () => {
    const stage = openStage();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => stage.join(id)) as [Member, Member, Member];
    await stage.connected();
    sendVideo(a, 65_530, 12);
    const audio = { sequence: 9, timestamp: 960, ssrc: a.ssrcs.audio, payloadType: 111, payload: 'hear me' };
    a.send('up', 'audio', rtpPacket(audio));
    for (const viewer of [b, c]) {
      await stage.until('12 pictures and a sound', () => {
        const media = viewer.media.get('a');
        return media?.video.length === 12 && media.audio.length === 1;
      });
      const packets = videoOf(viewer, 'a');
      expect(packets.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 12 }, (_, index) => (65_530 + index) & 0xffff),
      );
      expect(packets.map(({ payload }) => payload)).toEqual(
        Array.from({ length: 12 }, (_, index) => `v${65_530 + index}`),
      );
      expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
      expect(packets[0]?.ssrc).not.toBe(a.ssrcs.video);
      expect(viewer.media.get('a')?.audio[0]?.subarray(12).toString()).toBe('hear me');
    }
    expect([...a.media.keys()]).toEqual([]);
  });

  it('asks for a key frame for a new viewer, and when a viewer lost its picture', async () => {
    const stage = openStage();
    const [a, b] = ['a', 'b'].map((id) => stage.join(id)) as [Member, Member];
    await stage.connected();
    const plis = () => a.feedback.filter(({ kind }) => kind === 'picture-loss');
    sendVideo(a, 1, 1);
    await stage.until('the first request', () => plis().length === 1);
    expect(plis()[0]).toMatchObject({ mediaSsrc: a.ssrcs.video });
    await stage.until('a picture', () => videoOf(b, 'a').length === 1);
    const ssrc = videoOf(b, 'a')[0]?.ssrc ?? 0;
    b.ask('a', [{ kind: 'picture-loss', senderSsrc: 1, mediaSsrc: ssrc }]);
    await stage.until('the second request', () => plis().length === 2);
    b.ask('a', [{ kind: 'full-intra-request', senderSsrc: 1, requests: [{ ssrc, sequence: 1 }] }]);
    await stage.until('the third request', () => plis().length === 3);
  });

  it('answers NACKs from its history, and asks the publisher for what it misses itself', async () => {
    const stage = openStage();
    const [a, b] = ['a', 'b'].map((id) => stage.join(id)) as [Member, Member];
    await stage.connected();
    sendVideo(a, 100, 4);
    await stage.until('four pictures', () => videoOf(b, 'a').length === 4);
    const ssrc = videoOf(b, 'a')[0]?.ssrc ?? 0;
    b.ask('a', [{ kind: 'nack', senderSsrc: 1, mediaSsrc: ssrc, lost: [101, 103, 90] }]);
    // The receiving side’s replay protection drops repeated packets, so what tells is the process’s own count …
    await stage.untilCounted('both sent again', 'a', ({ media }) => media.video.resent === 2);
    // … and a packet that really was lost arrives: 104 never went up before it is asked for.
    sendVideo(a, 105, 1);
    await stage.until('the publisher is asked', () =>
      a.feedback.some((packet) => packet.kind === 'nack' && packet.lost.includes(104)),
    );
    sendVideo(a, 104, 1);
    await stage.until('the gap is closed', () => videoOf(b, 'a').some(({ sequence }) => sequence === 104));
  });

  it('tells the publisher the lowest bitrate that a viewer can take', async () => {
    const stage = openStage();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => stage.join(id)) as [Member, Member, Member];
    await stage.connected();
    sendVideo(a, 1, 1);
    await stage.until('pictures', () => [b, c].every((one) => videoOf(one, 'a').length === 1));
    const estimate = (viewer: Member, bitrateBps: number) => {
      const ssrcs = [videoOf(viewer, 'a')[0]?.ssrc ?? 0];
      viewer.ask('a', [{ kind: 'bitrate-estimate', senderSsrc: 1, bitrateBps, ssrcs }]);
    };
    estimate(b, 900_000);
    estimate(c, 400_000);
    await stage.until('the limit', () =>
      a.feedback.some((packet) => packet.kind === 'bitrate-estimate' && packet.bitrateBps === 400_000),
    );
    expect(a.feedback.find(({ kind }) => kind === 'receiver-report')).toBeDefined();
  });

  it('a publisher that begins anew goes on in the same stream; its viewers keep their links', async () => {
    const stage = openStage();
    const [a, b] = ['a', 'b'].map((id) => stage.join(id)) as [Member, Member];
    await stage.connected();
    sendVideo(a, 500, 3);
    await stage.until('three pictures', () => videoOf(b, 'a').length === 3);
    a.renew();
    await stage.connected();
    const second = { ...a.ssrcs };
    a.send('up', 'video', rtpPacket({ sequence: 7, timestamp: 1, ssrc: second.video, payload: 'again' }));
    await stage.until('the next picture', () => videoOf(b, 'a').length === 4);
    expect(b.byes).toEqual([]);
    const packets = videoOf(b, 'a');
    expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    expect(packets.at(-1)).toMatchObject({ sequence: 503, payload: 'again' });
  });

  it('says bye to the viewers of a member that leaves', async () => {
    const stage = openStage();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => stage.join(id)) as [Member, Member, Member];
    await stage.connected();
    stage.leave(c);
    await stage.until('both are told', () => [a, b].every(({ byes }) => byes.length === 1));
    expect([a.byes, b.byes]).toEqual([['down.c'], ['down.c']]);
    sendVideo(a, 1, 1);
    await stage.until('the others go on', () => videoOf(b, 'a').length === 1);
  });

  it('the death of a room’s process takes down that room only, and the room recovers', async () => {
    const [dying, living] = [openStage(), openStage()];
    const [a, b] = ['a', 'b'].map((id) => dying.join(id)) as [Member, Member];
    const [c, d] = ['c', 'd'].map((id) => living.join(id)) as [Member, Member];
    await Promise.all([dying.connected(), living.connected()]);
    const firstPid = dying.pid;
    process.kill(firstPid, 'SIGKILL');
    await dying.until('the room is told', () => dying.lost.length === 1);
    expect(dying.lost[0]).toMatch(/SIGKILL/);
    sendVideo(c, 1, 1);
    await living.until('the other room goes on', () => videoOf(d, 'c').length === 1);
    expect(living.lost).toEqual([]);
    dying.reopen();
    expect(dying.pid).not.toBe(firstPid);
    await dying.connected();
    sendVideo(a, 1, 1);
    await dying.until('and recovers', () => videoOf(b, 'a').length === 1);
  });

  it('survives members that break every rule, and goes on', async () => {
    const stage = openStage();
    const [a, b] = ['a', 'b'].map((id) => stage.join(id)) as [Member, Member];
    await stage.connected();
    const bad = stage.join('bad');
    await stage.until('an offer', () => bad.links.includes('up'));
    const named = { from: 'bad', link: 'up', epoch: bad.epoch };
    stage.tell({ type: 'answer', seq: 1, ...named, sdp: 'v=0\r\nrubbish' });
    stage.tell({ type: 'answer', seq: 1, ...named, sdp: 'again' });
    stage.tell({
      type: 'candidate',
      seq: 1,
      ...named,
      candidate: { candidate: 'candidate:x', sdpMid: 'no' },
    });
    const late = 'candidate:1 1 UDP 2114977791 127.0.0.1 9 typ host';
    stage.tell({ type: 'candidate', seq: 1, ...named, candidate: { candidate: late, sdpMid: 'video' } });
    stage.tell({ type: 'answer', seq: 1, from: 'nobody', link: 'up', epoch: 0, sdp: 'v=0' });
    // A payload that nobody agreed on, and feedback about other people’s streams.
    a.send('up', 'video', rtpPacket({ sequence: 1, ssrc: a.ssrcs.video, payloadType: 97 }));
    b.ask('a', [{ kind: 'picture-loss', senderSsrc: 1, mediaSsrc: 424_242 }]);
    sendVideo(a, 2, 2);
    await stage.until('the others go on', () => videoOf(b, 'a').length === 2);
    expect(stage.lost).toEqual([]);
  });
});
