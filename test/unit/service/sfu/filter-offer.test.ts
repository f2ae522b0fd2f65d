/** What is left of a browser’s offer. The offer is Chromium’s, shortened: every kind of line that must go is in it. */
import { describe, expect, it } from 'vitest';
import { filterOffer } from '../../../../service/sfu/sdp/filter-offer.ts';

const session = [
  'v=0',
  'o=- 46 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS s1',
];
const transport = (mid: string) => [
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 198.51.100.7 50000 typ host',
  'a=candidate:2 1 udp 2113937151 5e5e.local 50000 typ host',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 AB:CD',
  'a=setup:actpass',
  `a=mid:${mid}`,
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=sendonly',
  'a=msid:s1 t1',
  'a=rtcp-mux',
  'a=rtcp-rsize',
];
const audio = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 63 111 0',
  ...transport('0'),
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
  'a=ssrc:100 cname:x',
];
const video = [
  'm=video 9 UDP/TLS/RTP/SAVPF 45 96 97 118',
  ...transport('1'),
  'a=rtpmap:45 AV1/90000',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 goog-remb',
  'a=rtcp-fb:96 transport-cc',
  'a=rtcp-fb:96 ccm fir',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtcp-fb:96 rrtr',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:118 red/90000',
  'a=rid:h send',
  'a=simulcast:send h;l',
  'a=ssrc-group:FID 200 201',
  'a=ssrc:200 cname:x',
  'a=ssrc:200 msid:s1 t1',
  'a=ssrc:201 cname:x',
];
const offer = [...session, ...audio, ...video, ''].join('\r\n');

describe('an offer', () => {
  it('keeps one Opus and one VP8, their plain feedback, one source each, and no candidates', () => {
    const filtered = filterOffer(offer, 'publish');
    if (!filtered.ok) throw new Error(filtered.problem);
    expect(filtered.media).toEqual({
      audio: { mid: '0', payloadType: 111 },
      video: { mid: '1', payloadType: 96 },
    });
    const kept = (mid: string) => [
      'c=IN IP4 0.0.0.0',
      'a=ice-ufrag:abcd',
      'a=ice-pwd:abcdefghijklmnopqrstuvwx',
      'a=ice-options:trickle',
      'a=fingerprint:sha-256 AB:CD',
      'a=setup:active',
      `a=mid:${mid}`,
      'a=msid:s1 t1',
      'a=rtcp-mux',
    ];
    expect(filtered.sdp.split('\r\n')).toEqual([
      ...session.slice(0, 5),
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      ...kept('0'),
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      'a=sendonly',
      'a=ssrc:100 cname:x',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      ...kept('1'),
      'a=rtpmap:96 VP8/90000',
      'a=rtcp-fb:96 goog-remb',
      'a=rtcp-fb:96 ccm fir',
      'a=rtcp-fb:96 nack',
      'a=rtcp-fb:96 nack pli',
      'a=sendonly',
      'a=ssrc:200 cname:x',
      'a=ssrc:200 msid:s1 t1',
      '',
    ]);
  });

  it('to view has no sources, whatever it says', () => {
    const filtered = filterOffer(offer.replaceAll('a=sendonly', 'a=sendrecv'), 'view');
    if (!filtered.ok) throw new Error(filtered.problem);
    expect(filtered.sdp).not.toContain('a=ssrc');
    expect(filtered.sdp.match(/a=recvonly/g)).toHaveLength(2);
  });

  it('takes the first VP8 where there are several, and audio alone', () => {
    const two = offer.replace('a=rtpmap:45 AV1/90000', 'a=rtpmap:45 VP8/90000');
    expect(filterOffer(two, 'publish')).toMatchObject({ media: { video: { payloadType: 45 } } });
    const alone = [...session, ...audio, ''].join('\r\n');
    expect(filterOffer(alone, 'publish')).toMatchObject({
      ok: true,
      media: { audio: { payloadType: 111 }, video: null },
    });
  });

  it.each([
    ['that is none', 'hello', 'publish', /not an SDP/],
    ['without media', session.join('\r\n'), 'publish', /no media/],
    [
      'with data channels',
      `${offer}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`,
      'publish',
      /application/,
    ],
    [
      'with two cameras',
      [...session, ...video, ...video, ''].join('\r\n'),
      'publish',
      /at most one section for video/,
    ],
    ['without VP8', offer.replace('VP8', 'H264'), 'publish', /no VP8/],
    ['that wants to receive', offer.replaceAll('a=sendonly', 'a=recvonly'), 'publish', /recvonly/],
    ['that wants to send', offer, 'view', /sendonly/],
    ['that is switched off', offer.replace('a=sendonly', 'a=inactive'), 'publish', /inactive/],
    ['without a fingerprint', offer.replaceAll(/a=fingerprint.*\r\n/g, ''), 'publish', /fingerprint/],
    ['without a password', offer.replaceAll(/a=ice-pwd.*\r\n/g, ''), 'publish', /ice-pwd/],
  ] as const)('%s is refused', (_name, sdp, purpose, problem) => {
    expect(filterOffer(sdp, purpose)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });
});
